"""The REST door of voice payments."""
