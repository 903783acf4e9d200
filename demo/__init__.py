"""What does a fleet look like that has lived for a year? Invented data in a folder of its own, gone in one act."""
