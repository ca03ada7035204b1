"""What the voice room does."""
