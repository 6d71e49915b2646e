"""Regular expressions that are compiled when they are first used: a command needs few of those that it imports."""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    def __init__(self, expression: str, flags: int) -> None:
        self._arguments = expression, flags

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(re.compile(*self._arguments), name)
        # Next time it is found here.
        setattr(self, name, attribute)
        return attribute


def lazily(expression: str, flags: int = 0) -> re.Pattern[str]:
    """`re.compile(expression, flags)`, put off."""
    return cast("re.Pattern[str]", _Lazy(expression, flags))
