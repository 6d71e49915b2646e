"""Changes as scripts for psql, forwards and backwards. Pure."""

from __future__ import annotations

from pgseq.commands.guard.model import GuardReport
from pgseq.sql.scripts import script

_EACH = (
    "Each change is a transaction of its own with a lock time-out; what has changed since it was planned is left alone."
)


def forward(report: GuardReport) -> str:
    """The planned changes, in order."""
    return script(report.server, ("pgseq guard: planned changes.", _EACH), report.changes)


def backward(report: GuardReport) -> str:
    """What takes the changes back, the last one first."""
    reverses = (change.reverse for change in reversed(report.changes))
    return script(report.server, ("pgseq guard: takes changes back.", _EACH), reverses)
