"""Codes read from pictures, in a child process that may break."""
