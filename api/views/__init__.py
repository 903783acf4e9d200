"""What does each address do? Parse, call one function of a floor, answer."""
