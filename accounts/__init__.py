"""People: users, sign-in, bank accounts, devices, confirmation, notifications, audit."""
