"""Made-up payments with labels, to train on. Never imported by the bank."""
