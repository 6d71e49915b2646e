"""Undo: the moves of an undo file, taken back where that does no harm."""
