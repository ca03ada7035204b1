"""Tags and filters about people."""
