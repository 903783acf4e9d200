"""Which marks do numbers have where Django says nothing, or something that nobody here writes?"""
