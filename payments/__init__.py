"""Moving money: transfers, requests, payees, limits, statements."""
