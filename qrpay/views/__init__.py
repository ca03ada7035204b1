"""Pages of QR payments."""
