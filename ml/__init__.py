"""Data, training and export of the bank's models, and what serving shares with them. Imports no Django."""
