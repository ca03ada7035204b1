"""Management commands of the books."""
