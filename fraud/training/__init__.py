"""Retraining: what is written down for it, and the program that learns, which runs as a process of its own."""
