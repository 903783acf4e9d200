"""Which endpoint answers the question?"""
