"""What log_line_prefix says before a severity, as far as it is recognised whatever it is set to. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:[A-Z]{1,5}\b|[+-]\d\d(?::?\d\d)?))?")
_EPOCH: Final = re.compile(r"\b(1\d{9})\.(\d{3})\b")
#: In brackets or named; else a number that stands alone.
_PIDS: Final = (
    re.compile(r"\[(\d+)\]"),
    re.compile(r"\bp(?:id)?=(\d+)"),
    re.compile(r"(?<![\w:.])(\d{2,7})(?![\w:.])"),
)
#: `user=app,db=shop,app=rails,client=…` (pgBadger's), `app@shop` (%u@%d). A name may have blanks where a comma ends it.
_NAMED: Final = re.compile(r"\b(user|db|database|app|application)=([^,=\]]*(?=,)|[^,\s\]]*)")
_AT: Final = re.compile(r"([\w$.-]+)@([^\s:,@\[\]()]+)")


class Prefix(Struct, frozen=True, kw_only=True):
    """Who and when; empty: not said."""

    time: str = ""
    pid: str = ""
    user: str = ""
    database: str = ""
    application: str = ""
    #: What names the process in each of its lines: its number, in brackets or with its name; empty: nothing does.
    process: str = ""


def parse(text: str) -> Prefix:
    """The parts of a line's head."""
    time, prefix = timed(text)
    return replace(prefix, time=time)


def timed(text: str) -> tuple[str, Prefix]:
    """The time, which is another one in each line, and the other parts."""
    time = _TIME.search(text)
    if time is not None:
        return time[0], _timeless(f"{text[: time.start()]} {text[time.end() :]}")
    prefix = _timeless(text)
    return prefix.time, prefix


@lru_cache(maxsize=4096)
def _timeless(rest: str) -> Prefix:
    """The parts but the time, of which %n alone is looked for."""
    named = dict(_NAMED.findall(rest))
    at = _AT.search(rest)
    pid = next((match for pattern in _PIDS if (match := pattern.search(rest))), None)
    return Prefix(
        time=_stamp(_EPOCH.search(rest)),
        pid=pid[1] if pid else "",
        process=pid[0] if pid else "",
        user=_known(named.get("user") or (at[1] if at else "")),
        database=_known(named.get("db") or named.get("database") or (at[2] if at else "")),
        application=_known(named.get("app") or named.get("application") or ""),
    )


def _known(name: str) -> str:
    return "" if name == "[unknown]" or name == "unknown" else name


def _stamp(epoch: re.Match[str] | None) -> str:
    """%n, seconds since 1970, as a time stamp in UTC."""
    if epoch is None:
        return ""
    from datetime import UTC, datetime

    when = datetime.fromtimestamp(int(epoch[1]), UTC)
    return f"{when:%Y-%m-%d %H:%M:%S}.{epoch[2]} UTC"
