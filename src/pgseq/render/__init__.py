"""What people and programs see: frozen values in, text out. No database, no judgement."""
