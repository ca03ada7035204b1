"""Models that judge payments."""
