"""Sessions over what callers hold."""
