"""Pages of the people room, one subject a module."""
