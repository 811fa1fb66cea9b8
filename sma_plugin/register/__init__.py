"""What is done with the register of accounts: made, shown, checked against captures, converted, laid out."""
