"""REST doors of the people room."""
