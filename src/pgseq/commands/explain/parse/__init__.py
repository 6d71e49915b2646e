"""From an error text to what it says. Pure."""
