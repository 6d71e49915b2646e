"""Changes as scripts for psql, forwards and backwards. Pure."""

from __future__ import annotations

from pgseq.commands.guard.model import Change, GuardReport
from pgseq.sql.scripts import Part, done, script

_EACH = (
    "Each change is a transaction of its own with a lock time-out; what has changed since it was planned is left alone."
)


def forward(report: GuardReport) -> str:
    """The planned changes, in order."""
    parts = (
        _part(change, change.statements, change.description, f"lock: {change.lock}", f"effect: {change.effect}")
        for change in report.changes
    )
    return script(report.server, ("pgseq guard: planned changes.", _EACH), parts)


def backward(report: GuardReport) -> str:
    """What takes the changes back, the last one first."""
    parts = (_part(change, change.undoing, f"undo: {change.description}") for change in reversed(report.changes))
    return script(report.server, ("pgseq guard: takes changes back.", _EACH), parts)


def _part(change: Change, statements: tuple[str, ...], *comments: str) -> Part:
    name = comments[0]
    return Part(name=name, comments=comments, statements=(*change.settings, *statements, done(name)))
