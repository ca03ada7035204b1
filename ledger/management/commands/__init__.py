"""What an operator runs on the books."""
