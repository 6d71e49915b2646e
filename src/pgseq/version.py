"""The version, on the ground floor so that every room can tell it."""

__version__ = "0.1.0"
