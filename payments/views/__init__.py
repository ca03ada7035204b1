"""Pages of the payments room, one subject a module."""
