"""The review console: cases at the staff's desk, in Django's admin, with the payments that they are about."""
