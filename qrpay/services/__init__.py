"""Use cases of QR payments."""
