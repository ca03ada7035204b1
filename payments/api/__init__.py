"""REST doors to payments."""
