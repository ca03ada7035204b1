"""Invented customers who pay through the same services as real ones, and thieves among them. Demo banks only.

``script`` says what happens, reproducibly and without a database; ``stage`` lets it happen in the bank.
"""
