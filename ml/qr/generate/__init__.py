"""Codes made up to try detectors with."""
