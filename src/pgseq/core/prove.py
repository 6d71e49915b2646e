"""What the next insert would do, derived from a fresh diagnosis. Pure."""

from __future__ import annotations

from pgseq.core.checks.wording import sentences
from pgseq.core.consequence import REPEATS, block, colliding_block, consequence, unit
from pgseq.core.diagnose import too_narrow
from pgseq.model.arithmetic import runs_short
from pgseq.model.diagnosis import Diagnosis, Finding
from pgseq.model.reports import Proof
from pgseq.model.sequences import Problem, Reading
from pgseq.names import plural


def prove(diagnosis: Diagnosis, doubt: Finding | None = None) -> Proof:
    """Whether the value that nextval() would give is free in every fed column, and so are all ids that it stands for.

    `doubt`: blocks may be drawn that nobody has declared, and ids are stored where they would lie (PGS019).
    """
    reading, sequence, value = diagnosis.reading, diagnosis.sequence, diagnosis.next_value
    unseen = next((stored for stored in reading.stored if isinstance(stored, Problem)), None)
    does, later = consequence(diagnosis), _later(diagnosis)
    proved: bool | None = True
    undeclared = False
    reason = hint = ""
    if isinstance(reading.position, Problem):
        proved, reason, hint = None, reading.position.reason, _hints(reading)
    elif value is None:
        proved, reason = False, f"nextval() has reached {sequence.bound}"
    elif runs_short(sequence, value):
        proved, reason = False, f"one INSERT takes {sequence.draws} values, and fewer are left up to {sequence.bound}"
    elif narrow := too_narrow(diagnosis):
        what = f"not all of {block(sequence, narrow[0], value)} fit" if narrow[0].in_blocks else f"{value} does not fit"
        proved, reason = False, f"{what} {narrow[0].label} ({narrow[0].type})"
    elif diagnosis.inserts_until_collision == 0:
        ids = colliding_block(diagnosis)
        of = f", one of {ids} that {value} stands for" if ids else ""
        proved, reason = False, f"{diagnosis.nearest} is already stored{of}{does.reason}"
    elif unseen is not None:
        proved, reason, hint = None, unseen.reason, _hints(reading)
    elif doubt:
        proved, hint, undeclared = None, doubt.hint, True
        reason = sentences((f"{value} itself is free, but {doubt.message}", later))
    elif later:
        reason = later
    elif blocks := [block(sequence, feed, value) for feed in sequence.feeds if feed.in_blocks]:
        reason = f"all free: {', '.join(dict.fromkeys(blocks))}"
    return Proof(
        sequence=sequence,
        next_value=value,
        proved=proved,
        reason=reason,
        hint=hint,
        lacks_privilege=proved is None and diagnosis.lacks_privilege,
        repeats=proved is False and diagnosis.inserts_until_collision == 0 and does is REPEATS,
        undeclared=undeclared,
    )


def _later(diagnosis: Diagnosis) -> str:
    """When an INSERT meets a stored id; empty where the next one does, or none."""
    if not diagnosis.inserts_until_collision:
        return ""
    of = unit(diagnosis)
    what = f"a {of}" if of == "block" else "INSERT"
    return f"{what} {consequence(diagnosis).one} after {plural(diagnosis.inserts_until_collision, f'more {of}')}"


def _hints(reading: Reading) -> str:
    """What is to be done so that all of it can be read."""
    return sentences(one.hint for one in (reading.position, *reading.stored) if isinstance(one, Problem))
