"""Commands that belong to no one room."""
