"""What the next insert would do, derived from a fresh diagnosis. Pure."""

from __future__ import annotations

from pgseq.core.checks.wording import block, colliding_block, refused
from pgseq.core.diagnose import too_narrow
from pgseq.model.arithmetic import draws, runs_short
from pgseq.model.reports import Proof
from pgseq.model.sequences import Diagnosis, Problem

_DOUBT = (
    "but ids between the sequence's values are stored beyond its position: where an application draws blocks of ids "
    "they may be in the way (pgseq explain PGS019)"
)


def prove(diagnosis: Diagnosis, *, undeclared: bool = False) -> Proof:
    """Whether the value that nextval() would give is free in every fed column, and so are all ids that it stands for.

    `undeclared`: ids between the sequence's values are stored beyond its position, and whether blocks are drawn is not
    declared.
    """
    reading, sequence, value = diagnosis.reading, diagnosis.sequence, diagnosis.next_value
    unseen = next((stored for stored in reading.stored if isinstance(stored, Problem)), None)
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
        twice = "" if refused(diagnosis) else "; no unique index on the column alone refuses it a second time"
        ids = colliding_block(diagnosis)
        of = f", one of {ids} that {value} stands for" if ids else ""
        proved, reason = False, f"{diagnosis.nearest} is already stored{of}{twice}"
    elif unseen is not None:
        proved, reason = None, unseen.reason
    elif undeclared:
        later = diagnosis.inserts_until_collision
        proved, reason = None, f"{value} itself is free, {_DOUBT}"
        reason += f"; it collides after {later} more inserts" if later else ""
    elif diagnosis.inserts_until_collision:
        noun = "blocks" if colliding_block(diagnosis) else "inserts"
        reason = f"it collides after {diagnosis.inserts_until_collision} more {noun}"
    elif blocks := [block(sequence, feed, value) for feed in sequence.feeds if feed.in_blocks]:
        reason = f"all free: {', '.join(dict.fromkeys(blocks))}"
    undeclared = undeclared and proved is None and unseen is None and value is not None
    return Proof(sequence=sequence, next_value=value, proved=proved, reason=reason, undeclared=undeclared)
