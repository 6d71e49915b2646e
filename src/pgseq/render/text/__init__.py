"""Answers for people, on a terminal or piped: one file a command."""
