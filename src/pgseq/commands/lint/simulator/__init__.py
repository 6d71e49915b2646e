"""A simulation of the database while the files run: tables, sequences, stored ids. Pure."""
