"""Frozen values: what was read, what it means, what is changed. No I/O; imports names, text and errors alone."""
