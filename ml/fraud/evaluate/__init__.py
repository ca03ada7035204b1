"""Measuring exported models on labelled payments that they have not seen. Never imported by the bank."""
