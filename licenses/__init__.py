"""What do we have?"""
