"""Files that decide what is done, and files that are written: none that somebody else could exchange."""
