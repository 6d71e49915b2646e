"""How a position moved without nextval(), between two looks at it: a frozen value without I/O."""

from __future__ import annotations

from msgspec import Struct


class Jump(Struct, frozen=True, kw_only=True):
    """Between two times (seconds since 1970, the server's clock) a sequence went on by so many values without handing
    them out; negative: it was set back."""

    start: float
    end: float
    values: int
