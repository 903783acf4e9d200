"""Which machines are ours?"""
