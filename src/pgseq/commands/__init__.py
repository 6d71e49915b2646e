"""The commands, a package each: none knows another."""
