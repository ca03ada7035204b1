"""The REST door of QR payments."""
