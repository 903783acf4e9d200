"""What does each row look like from outside?"""
