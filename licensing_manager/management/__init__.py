"""Which commands belong to the wiring itself?"""
