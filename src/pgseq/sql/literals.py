"""Integers as SQL. Pure."""

from __future__ import annotations


def bigint(number: int) -> str:
    """An integer literal. The least bigint is quoted: a cast behind its digits would come before their minus sign."""
    return f"'{number}'::bigint" if number == -(2**63) else str(number)
