"""Management commands of the QR room."""
