"""From catalog rows to a plan: pure, reaches no server."""
