"""Which page answers the question?"""
