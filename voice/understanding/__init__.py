"""What a sentence asks the bank to do. No Django, no state: words in, a command or a refusal out."""
