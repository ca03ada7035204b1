"""Pay by QR: codes made, sealed, read, judged and paid."""
