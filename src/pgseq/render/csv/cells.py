"""Cells of CSV, which people open in spreadsheets: a name is nobody's formula, and no control character is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, Final, TextIO

from pgseq.names import display

#: What begins a formula, at the start of a cell or behind a semicolon, which separates cells where a comma is the
#: decimal point; also in full width. Source: OWASP, "CSV Injection"; a tab or line end is shown as an escape.
_FORMULA: Final = re.compile(r"(\A[\s\"']*|;[\s\"']*)(?=[=+\-@＝＋－＠])")


def cell(value: Any) -> Any:
    """A value as a cell. Numbers stay numbers; a text that would begin a formula begins with an apostrophe instead."""
    return _FORMULA.sub(r"\1'", display(value)) if isinstance(value, str) else value


class Cells:
    """Writes lines of CSV to `out`. None is an empty field."""

    def __init__(self, out: TextIO) -> None:
        self._csv = csv.writer(out, lineterminator="\n")

    def lines(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write one line for each row."""
        self._csv.writerows(map(cell, row) for row in rows)
