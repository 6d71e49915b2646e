"""An error in a log. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pgseq.explanation.recognise import STATES
from pgseq.explanation.values import Reported

#: SQLSTATEs that are looked for in logs that give them.
CODES: Final = tuple(sorted({*STATES, "42501", "22023", "55000"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An error, when it happened (the log's own words) and to whom."""

    reported: Reported
    time: str = ""
    user: str = ""
    application: str = ""
