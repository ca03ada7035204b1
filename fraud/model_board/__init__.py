"""The page on which staff see how the model does."""
