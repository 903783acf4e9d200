"""Who must know, and by when?"""
