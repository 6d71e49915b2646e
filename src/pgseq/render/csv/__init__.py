"""Answers as CSV: one file a command."""
