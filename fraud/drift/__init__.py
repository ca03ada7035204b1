"""Whether payments still look as those that the model learnt from, and whether it still judges them as well."""
