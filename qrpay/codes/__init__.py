"""What codes say, and how it is written: formats alone, with no Django and no database."""
