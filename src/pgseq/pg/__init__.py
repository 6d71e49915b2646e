"""The only package that talks to a server: sessions, reading, moving."""
