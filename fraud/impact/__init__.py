"""What the fraud check is worth in money: counted from the bank's own decisions and labels, weighed by assumptions."""
