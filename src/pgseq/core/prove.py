"""What the next insert would do, derived from a fresh diagnosis. Pure."""

from __future__ import annotations

from pgseq.core.checks.wording import sentences
from pgseq.core.consequence import REPEATS, consequence
from pgseq.core.diagnose import too_narrow
from pgseq.model.arithmetic import draws, runs_short
from pgseq.model.reports import Proof
from pgseq.model.sequences import Diagnosis, Problem, Reading
from pgseq.names import plural


def prove(diagnosis: Diagnosis) -> Proof:
    """Whether the value that nextval() would give is free in every fed column."""
    reading, sequence, value = diagnosis.reading, diagnosis.sequence, diagnosis.next_value
    unseen = next((stored for stored in reading.stored if isinstance(stored, Problem)), None)
    does = consequence(diagnosis)
    proved: bool | None = True
    reason = hint = ""
    if isinstance(reading.position, Problem):
        proved, reason, hint = None, reading.position.reason, _hints(reading)
    elif value is None:
        proved, reason = False, f"nextval() has reached {sequence.bound}"
    elif runs_short(sequence, value):
        proved, reason = False, f"one INSERT takes {draws(sequence)} values, and fewer are left up to {sequence.bound}"
    elif narrow := too_narrow(diagnosis):
        proved, reason = False, f"{value} does not fit {narrow[0].label} ({narrow[0].type})"
    elif diagnosis.inserts_until_collision == 0:
        proved, reason = False, f"{diagnosis.nearest} is already stored{does.reason}"
    elif unseen is not None:
        proved, reason, hint = None, unseen.reason, _hints(reading)
    elif diagnosis.inserts_until_collision:
        reason = f"INSERT {does.one} after {plural(diagnosis.inserts_until_collision, 'more insert')}"
    return Proof(
        sequence=sequence,
        next_value=value,
        proved=proved,
        reason=reason,
        hint=hint,
        lacks_privilege=proved is None and diagnosis.lacks_privilege,
        repeats=proved is False and diagnosis.inserts_until_collision == 0 and does is REPEATS,
    )


def _hints(reading: Reading) -> str:
    """What is to be done so that all of it can be read."""
    return sentences(one.hint for one in (reading.position, *reading.stored) if isinstance(one, Problem))
