"""Reads a live database: the only part of lint that does."""
