"""Programs of the fraud room."""
