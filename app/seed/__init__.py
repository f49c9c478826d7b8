"""The data a new installation starts with, and how it gets into the database.

Everything here is read once, into an empty database; after that the database is the truth.
"""
