"""The people of the demo bank and what they pay each other, made through the same services as real ones."""
