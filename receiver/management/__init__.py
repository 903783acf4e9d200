"""Which commands does the receiver add to manage.py?"""
