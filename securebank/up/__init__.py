"""Starts the engines and processes of one machine."""
