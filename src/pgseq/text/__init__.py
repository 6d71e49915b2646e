"""Texts from anywhere: numbers, patterns and secrets in them, each within bounds. Imports nothing of pgseq."""
