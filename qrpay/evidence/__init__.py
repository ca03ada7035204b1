"""What the print of a code says about tampering, and how that is judged."""
