"""When an error was logged, as an instant where the log says which clock it goes by. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

#: A time stamp with what may stand behind it: %m and %t of log_line_prefix, csvlog and jsonlog print log_timezone's
#: abbreviation, which is an offset where a zone has no letters for itself.
_STAMP: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6})\d*)? ?(?:([A-Z]{1,5})|([+-])(\d\d)(?::?(\d\d))?)?$"
)
#: Letters that mean one offset the world over.
_UNIVERSAL: Final = frozenset(("UTC", "GMT", "Z", "UCT"))


@lru_cache(maxsize=4096)
def instant(stamp: str) -> datetime | None:
    """A log's time stamp; None for what is none.

    Aware where it names UTC, GMT or an offset, else by the log's own clock: CST and the like are several zones'.
    """
    match = _STAMP.match(stamp)
    if match is None:
        return None
    day, time, fraction, zone, sign, hours, minutes = match.groups()
    try:
        when = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0').ljust(6, '0')}")
        if zone in _UNIVERSAL:
            return when.replace(tzinfo=UTC)
        if sign is None:
            return when
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return when.replace(tzinfo=timezone(offset if sign == "+" else -offset))
    except ValueError:  # A 45th of a 13th month, an offset of 99 hours: not a server's.
        return None


def reached(when: datetime, since: datetime) -> bool:
    """Whether an error of that time is not older than `since`.

    A `since` without a zone is by the log's own clock. A time without a zone is compared with an instant as local time.
    """
    if since.tzinfo is None:
        return when.replace(tzinfo=None) >= since
    try:
        return when.astimezone(UTC) >= since
    except (OverflowError, ValueError):  # The first and last days that there are have no time elsewhere.
        return when.replace(tzinfo=None) >= since.replace(tzinfo=None)
