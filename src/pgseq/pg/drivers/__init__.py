"""Drivers: sessions over connections of psycopg 3 and psycopg2, and what lends one of these."""
