"""Training and export of the models that judge payments. Never imported by the bank."""
