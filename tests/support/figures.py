"""Tables of figures under docs/guarantees, written by the tests that measure them: PGSEQ_WRITE_DOCS=1 writes anew."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final

from tests.support.binaries import ROOT

FOLDER: Final = ROOT / "docs" / "guarantees"


def writes() -> bool:
    """Whether figures are to be written: not where several workers share the tests of a module."""
    return "PGSEQ_WRITE_DOCS" in os.environ and "PYTEST_XDIST_WORKER" not in os.environ


def write(name: str, command: str, rows: Iterable[Sequence[object]]) -> None:
    """Write a table, whose first row is its head, and the command that makes it again."""
    head, *body = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    rule = "|---" * (head.count("|") - 1) + "|"
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = "\n".join([head, rule, *body, "", f"Made by `PGSEQ_WRITE_DOCS=1 {command}`.", ""])
    (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
