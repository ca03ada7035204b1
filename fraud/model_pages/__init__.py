"""Pages where supervisors promote, compare and retrain models, and take out labels."""
