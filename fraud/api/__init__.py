"""REST doors of the fraud room."""
