"""Commands of the fraud room."""
