"""QR codes: what can be measured on one."""
