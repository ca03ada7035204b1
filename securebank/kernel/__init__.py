"""Value types and errors that know no app."""
