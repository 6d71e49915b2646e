"""Durations and sizes in PostgreSQL's units."""

from __future__ import annotations

from typing import Final

#: PostgreSQL's units of time, in milliseconds (documentation, "Parameter Names and Values").
UNITS: Final = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}

#: PostgreSQL's units of size, in bytes.
SIZES: Final = {"B": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


def format_duration(milliseconds: float) -> str:
    """A time that PostgreSQL's settings take: `90s`, `500ms`."""
    whole = round(milliseconds)
    return f"{whole // 1000}s" if whole % 1000 == 0 and whole else f"{whole}ms"


def format_size(count: int) -> str:
    """Bytes in the greatest unit that divides them: `50GB`."""
    unit = max((unit for unit in SIZES if count % SIZES[unit] == 0), key=SIZES.__getitem__) if count else "B"
    return f"{count // SIZES[unit]}{unit}"
