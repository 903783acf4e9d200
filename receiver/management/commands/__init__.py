"""How is the receiver started from the shell?"""
