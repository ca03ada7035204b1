"""Keys of codes."""
