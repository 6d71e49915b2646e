"""What the next insert would do, derived from a fresh diagnosis. Pure."""

from __future__ import annotations

from pgseq.core.consequence import REPEATS, consequence
from pgseq.core.diagnose import too_narrow
from pgseq.model.arithmetic import draws, runs_short
from pgseq.model.reports import Proof
from pgseq.model.sequences import Diagnosis, Problem
from pgseq.names import plural


def prove(diagnosis: Diagnosis) -> Proof:
    """Whether the value that nextval() would give is free in every fed column."""
    reading, sequence, value = diagnosis.reading, diagnosis.sequence, diagnosis.next_value
    unseen = next((stored for stored in reading.stored if isinstance(stored, Problem)), None)
    does = consequence(diagnosis)
    proved: bool | None = True
    reason = ""
    if isinstance(reading.position, Problem):
        proved, reason = None, reading.position.reason
    elif value is None:
        proved, reason = False, f"nextval() has reached {sequence.bound}"
    elif runs_short(sequence, value):
        proved, reason = False, f"one INSERT takes {draws(sequence)} values, and fewer are left up to {sequence.bound}"
    elif narrow := too_narrow(diagnosis):
        proved, reason = False, f"{value} does not fit {narrow[0].label} ({narrow[0].type})"
    elif diagnosis.inserts_until_collision == 0:
        proved, reason = False, f"{diagnosis.nearest} is already stored{does.reason}"
    elif unseen is not None:
        proved, reason = None, unseen.reason
    elif diagnosis.inserts_until_collision:
        reason = f"INSERT {does.one} after {plural(diagnosis.inserts_until_collision, 'more insert')}"
    repeats = diagnosis.inserts_until_collision == 0 and does is REPEATS
    return Proof(sequence=sequence, next_value=value, proved=proved, reason=reason, repeats=proved is False and repeats)
