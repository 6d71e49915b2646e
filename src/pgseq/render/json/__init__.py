"""Answers as JSON, and lint's as SARIF: one file a command."""
