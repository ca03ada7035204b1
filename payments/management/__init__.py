"""Management commands of the payments room."""
