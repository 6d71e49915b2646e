"""Answers as Markdown: one file a command."""
