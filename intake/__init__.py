"""What came in, and which floor keeps it?"""
