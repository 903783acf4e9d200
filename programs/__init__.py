"""What did we agree to?"""
