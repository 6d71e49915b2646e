"""From what an error says and a database has to a verdict. Pure."""
