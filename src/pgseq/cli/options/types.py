"""Values of options that click does not know: durations and shares."""

from __future__ import annotations

import re
from typing import Final

import click

from pgseq.model.limits import LONGEST_MS
from pgseq.text.units import SIZES, UNITS

#: A size beyond which nothing is a bound.
LARGEST: Final = 2**20 * SIZES["TB"]

#: Seconds of the units of a span.
_SPANS: Final = {"min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0, "y": 365.25 * 86_400.0}

#: Seconds, or a number of values.
Span = tuple[float | None, int | None]

_NUMBER: Final = r"\s*(\d+(?:\.\d*)?|\.\d+)\s*"


def duration(text: str) -> int:
    """Milliseconds, from a time as PostgreSQL's settings take it: `2s`, `500ms`, `1min`, a plain number (ms).

    Raises BadParameter.
    """
    match = re.fullmatch(rf"{_NUMBER}({'|'.join(UNITS)})?\s*", text)
    if not match:
        raise click.BadParameter(f"{text!r} is not a time: write 2s, 500ms or 1min")
    milliseconds = float(match[1]) * UNITS[match[2] or "ms"]
    if milliseconds > LONGEST_MS:
        raise click.BadParameter(f"{text!r} is more than {LONGEST_MS}ms")
    return round(milliseconds)


def seconds(text: str) -> float:
    """Seconds, from a duration. Raises BadParameter."""
    return duration(text) / 1000


def size(text: str) -> int:
    """Bytes, from a size as PostgreSQL's settings take it: `512MB`, `2GB`; a plain number is bytes.

    Raises BadParameter.
    """
    match = re.fullmatch(rf"{_NUMBER}({'|'.join(SIZES)})?\s*", text)
    if not match:
        raise click.BadParameter(f"{text!r} is not a size: write 512MB or 2GB")
    count = float(match[1]) * SIZES[match[2] or "B"]
    if count > LARGEST:
        raise click.BadParameter(f"{text!r} is more than {LARGEST // SIZES['TB']}TB")
    return round(count)


def span(text: str) -> Span:
    """Seconds, from `90d`, `12h`, `2w` or `1y`, or a number of values, from a plain one. Raises BadParameter."""
    match = re.fullmatch(r"\s*(\d{1,19})\s*(min|h|d|w|y)?\s*", text)
    if not match:
        raise click.BadParameter(f"{text!r} is neither a time nor a number of values: write 90d, or 1000000")
    number, unit = int(match[1]), match[2]
    return (number * _SPANS[unit], None) if unit else (None, number)


def rows(text: str) -> int | None:
    """How many rows to list; None for `all`. Raises BadParameter."""
    if text == "all":
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise click.BadParameter(f"{text!r} is not a number of rows: write 20, or all")
    return int(text)


def positive_duration(text: str) -> int:
    """A duration that is not 0, which would be no bound. Raises BadParameter."""
    milliseconds = duration(text)
    if milliseconds == 0:
        raise click.BadParameter("0 would wait without end, and hold up everybody behind: write 2s")
    return milliseconds


def share(text: str) -> float:
    """A part of a whole, 0 to 1, from `10%`, `0.1`, or `10` for ten per cent. Raises BadParameter."""
    match = re.fullmatch(rf"{_NUMBER}(%?)\s*", text)
    if not match:
        raise click.BadParameter(f"{text!r} is not a share: write 10%")
    number = float(match[1])
    if number == 1 and not match[2]:
        raise click.BadParameter(f"{text!r} could be 1% or all: write 1% or 100%")
    part = number / 100 if match[2] or number > 1 else number
    if part > 1:
        raise click.BadParameter(f"{text!r} is more than 100%")
    return part


def address(text: str) -> tuple[str, int]:
    """Host and port to listen on, from `127.0.0.1:9187`, `[::1]:9187`, or `9187` for this machine alone.

    Raises BadParameter.
    """
    match = re.fullmatch(r"(?:(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:\[\]/@]*)):)?(\d{1,5})", text, re.ASCII)
    if not match or int(match[3]) > 65535:
        raise click.BadParameter(f"{text!r} is no address to listen on: write 127.0.0.1:9187 or [::1]:9187")
    return match[1] or match[2] or "127.0.0.1", int(match[3])
