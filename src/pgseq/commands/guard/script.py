"""Changes as scripts for psql, forwards and backwards. Pure."""

from __future__ import annotations

from pgseq.commands.guard.model import Change, GuardReport
from pgseq.names import display

_HEAD = """\
-- pgseq guard: {what}.
-- Each change is a transaction of its own with a lock time-out; what has changed since it was planned is left alone.
\\set ON_ERROR_STOP off
\\encoding UTF8
"""


def forward(report: GuardReport) -> str:
    """The planned changes, in order."""
    head = _HEAD.format(what=f"changes planned for database {display(report.server.database)}")
    return "\n".join((head, *(f"{_comments(change)}{change.sql}\n" for change in report.changes)))


def backward(report: GuardReport) -> str:
    """What takes the changes back, the last one first."""
    head = _HEAD.format(what=f"takes changes to database {display(report.server.database)} back")
    undone = (f"-- undo: {display(change.description)}\n{change.undo}\n" for change in reversed(report.changes))
    return "\n".join((head, *undone))


def _comments(change: Change) -> str:
    lines = (change.description, f"lock: {change.lock}", f"effect: {change.effect}")
    return "".join(f"-- {display(line)}\n" for line in lines)
