"""The SQL that moves a sequence. Composed of names quoted by the server and of integers; pure."""

from __future__ import annotations

from pgseq.model.arithmetic import steps
from pgseq.model.limits import ratio
from pgseq.model.sequences import Position, Sequence
from pgseq.sql.compare import (
    found,
    furthest_stored,
    merged,
    position,
    reached,
    run,
    stored_between,
)
from pgseq.sql.literals import bigint

#: Values up to which a move is made by nextval() itself: some milliseconds' work.
WALK = 10_000
#: The longest run of values of which the stored ones are counted while a table is locked: some hundred milliseconds.
COUNTABLE = 2**22


def move(sequence: Sequence, *, goal: str, allowed: str, shared: bool = False) -> str:
    """The statement that moves a sequence forward to `goal` (an expression over `pos`), and never backwards.

    It returns one row: last_value and is_called as found, the goal, and the value moved to; NULL where it was not
    moved, because the goal does not lie ahead or is not `allowed` (`up_to`, `within_share`). It returns no row when the
    sequence's definition has changed since it was read.

    A short way is gone by nextval(), which cannot lower a sequence however many others call it; with CACHE it takes
    whole blocks, where the range has room for that (`landing`). A long way is a setval() right after a last look at the
    position: to be lowered, the sequence would have to be drawn all that way by others between the two calls.

    `shared`: a short way may be gone by several at once, without a lock: it ends for all of them where one has come to
    the goal.
    """
    last_value, is_called = found(sequence)
    behind, beyond = ("<", ">") if sequence.ascending else (">", "<")
    way = _count(sequence, "seq.goal", "seq.before")
    short = nearby(sequence)
    farthest, merge = ("max", "greatest") if sequence.ascending else ("min", "least")
    walk = walked(sequence.literal, way, behind, farthest, merge, cached=sequence.cache > 1, shared=shared)
    unpassed = f"pg_sequence_last_value({sequence.literal}) {behind} seq.goal"
    if sequence.cycle:
        unpassed += f" OR pg_sequence_last_value({sequence.literal}) = seq.last_value"
    return f"""SELECT seq.last_value, seq.is_called, seq.goal,
       CASE WHEN seq.goal {beyond} seq.before AND ({allowed}) THEN
         CASE
           WHEN {short} THEN
             {walk}
           WHEN ({unpassed}) IS NOT FALSE THEN
             setval({sequence.literal}, seq.goal)
         END
       END AS moved
  FROM (SELECT {last_value} AS last_value, {is_called} AS is_called,
               {before(sequence)} AS before,
               {goal} AS goal
          FROM {run(sequence)} OFFSET 0) AS seq
 WHERE pg_sequence_parameters({sequence.literal}::regclass)::text = {definition(sequence)}"""


def nearby(sequence: Sequence) -> str:
    """A condition on a move's goal: it is gone to by nextval(), which lowers nothing whatever others do."""
    short = f"{_count(sequence, 'seq.goal', 'seq.before')} <= {WALK}"
    if sequence.cache == 1:
        return short
    behind = "<" if sequence.ascending else ">"
    return f"{short} AND seq.goal {behind}= {bigint(_last_block(sequence))}"


def up_to(sequence: Sequence, ceiling: int | None = None) -> str:
    """A condition on a move's goal: a next value has room behind it, and it does not lie beyond `ceiling`."""
    last = sequence.end - sequence.increment
    if ceiling is not None:
        last = min(last, ceiling) if sequence.ascending else max(last, ceiling)
    return f"seq.goal {'<=' if sequence.ascending else '>='} {bigint(last)}"


def within_share(sequence: Sequence, max_jump: float, *, counted: bool = True) -> str:
    """A condition on a move's goal: a next value has room behind it, and going there gives up at most `max_jump` of the
    free values left when it runs. Where the values skipped, free or not, are more than that, those that are stored are
    `counted`; if not, they pass as free."""
    end = bigint(sequence.end)
    cheap = affordable(sequence, "seq.goal", "seq.before", end, max_jump, counted=counted)
    # Going to the end gives up all that is left: more than a part.
    return cheap if max_jump < 1 and not counted else f"{up_to(sequence)} AND {cheap}"


def affordable(sequence: Sequence, goal: str, before: str, end: str, max_jump: float, *, counted: bool) -> str:
    """A condition: a move from `before` to `goal` gives up at most `max_jump` of the free values up to `end`."""
    way, left = _count(sequence, goal, before), _count(sequence, end, before)
    cheap = f"{way} <= {max_jump} * {left}"
    part, of = ratio(max_jump)
    if sequence.increment == 1 and (sequence.max - sequence.min + 1) * max(part, of) < 2**63:
        # The same in bigint, which the server plans faster.
        cheap = f"{way} * {of} <= {left}{'' if part == 1 else f' * {part}'}"
    if not counted:
        return cheap
    first = f"({before} + {bigint(sequence.increment)})::bigint"
    stored = stored_between(sequence, first, goal)
    return f"""CASE WHEN {cheap} THEN true
              ELSE (SELECT {way} - stored <= {max_jump} * ({left} - stored) FROM (SELECT {stored} AS stored) AS price)
         END"""


def countable(sequence: Sequence, following: int) -> bool:
    """Whether the values left, from the next value `following` on, are so few that the stored ones can be counted while
    a table is locked."""
    return steps(sequence, following, sequence.end) < COUNTABLE


def reaching(sequence: Sequence, bar: str, max_jump: float, *, counted: bool) -> str:
    """An expression over `pos`: the goal of a move by which no value up to `bar`, a literal, is handed out: the
    last value of the grid up to there, where it lies ahead. Instead the furthest stored value, where it lies beyond, is
    followed by another value, and going on to it gives up at most `max_jump` of the free values left then.

    The position itself where nothing lies ahead. A CYCLE sequence that has come to its bound stands beyond every `bar`.
    """
    start, end = f"({before(sequence)})", sequence.end
    beyond, within, merge = (">", "<=", "greatest") if sequence.ascending else ("<", ">=", "least")
    near = f"{merge}({bar}, {start})"
    if abs(sequence.increment) != 1:
        step = bigint(sequence.increment)
        near = f"{start} + greatest(div({bar} - {start}, {step}), 0) * {step}"
    if sequence.cycle:
        near = f"CASE WHEN pos.is_called = pos.found_called THEN {near} ELSE {start} END"
    if not sequence.readable:
        return f"({near})::bigint"
    cheap = affordable(sequence, "goal.far", "goal.near", bigint(end), max_jump, counted=counted)
    return f"""(SELECT CASE
                         WHEN goal.far {beyond} goal.near AND goal.far {within} {bigint(end - sequence.increment)}
                              AND {cheap} THEN goal.far
                         ELSE goal.near
                       END::bigint
                  FROM (SELECT {near} AS near, {furthest_stored(sequence)} AS far OFFSET 0) AS goal)"""


def landing(sequence: Sequence, following: int, goal: int) -> int:
    """The position that a move from the next value `following` to `goal` leaves: the goal, or with CACHE the end of the
    last block taken on the way."""
    way = steps(sequence, following, goal) + 1
    room = goal <= _last_block(sequence) if sequence.ascending else goal >= _last_block(sequence)
    if way > WALK or not room:
        return goal
    return following + (-(-way // sequence.cache) * sequence.cache - 1) * sequence.increment


def _last_block(sequence: Sequence) -> int:
    """The last goal behind which a whole block of CACHE values, and a next value, fit."""
    return sequence.end - sequence.cache * sequence.increment


def key(sequence: Sequence) -> int:
    """The advisory lock under which a sequence is moved where no lock on a table keeps others from doing so."""
    import hashlib

    return int.from_bytes(hashlib.sha256(f"pgseq {sequence.sql}".encode()).digest()[:8], "big", signed=True)


def definition(sequence: Sequence) -> str:
    """The sequence's definition as pg_sequence_parameters() returns it, as text."""
    numbers = (sequence.start, sequence.min, sequence.max, sequence.increment)
    cycle = "t" if sequence.cycle else "f"
    return f"'({','.join(map(str, numbers))},{cycle},{sequence.cache},{_TYPES[sequence.data_type]})'"


#: Oids of the types of sequences (src/include/catalog/pg_type.dat).
_TYPES = {"smallint": 21, "integer": 23, "bigint": 20}


def restore(sequence: Sequence, before: Position, after: Position | None, *, rehearse: bool = False) -> str:
    """The statement that puts a sequence back to `before`, if it still stands at `after` and no value is stored that it
    would hand out from there (None: wherever it stands, and whatever is stored).

    It returns a row: last_value and is_called as found, the stored value that it would hand out first, NULL where there
    is none or it was not asked, and the value set, NULL where it was not. With `rehearse` it sets nothing, and returns
    what it would.
    """
    called = {True: "true", False: "false"}
    back = bigint(before.last_value)
    act = back if rehearse else f"setval({sequence.literal}, {back}, {called[before.is_called]})"
    unused, held = "true", "NULL::bigint"
    if after is not None:
        unused = f"found.last_value = {bigint(after.last_value)} AND found.is_called = {called[after.is_called]}"
        at = f"(SELECT {bigint(before.last_value)}::bigint AS last_value, {called[before.is_called]} AS is_called)"
        held = f"(SELECT {_nearest(sequence)} FROM {run(sequence, at)})" if sequence.readable else held
    return f"""SELECT seq.last_value, seq.is_called, seq.held,
       CASE WHEN seq.unused AND seq.held IS NULL THEN
         {act}
       END AS restored
  FROM (SELECT found.last_value, found.is_called, {unused} AS unused,
               CASE WHEN {unused} THEN {held} END AS held
          FROM {position(sequence)} AS found OFFSET 0) AS seq"""


def walked(
    literal: str, way: str, behind: str, farthest: str, merge: str, *, cached: bool = False, shared: bool = False
) -> str:
    """An expression: the position that nextval() leads to, `way` values on, and with CACHE to the end of a block.
    `behind`, `farthest` and `merge` are <, max and greatest where the sequence is ascending."""
    if cached:
        # The session may still hold values of an older block, and would hand those out first.
        return f"""{merge}((
             WITH RECURSIVE walk (value) AS (
               SELECT nextval({literal})
               UNION ALL SELECT nextval({literal}) FROM walk WHERE value {behind} seq.goal)
             SELECT {farthest}(value) FROM walk), pg_sequence_last_value({literal}))"""
    # Nothing is drawn any more once somebody has come to the goal.
    unreached = (
        f"\n             WHERE (pg_sequence_last_value({literal}) {behind} seq.goal) IS NOT FALSE" if shared else ""
    )
    return f"(SELECT {farthest}(nextval({literal})) FROM generate_series(1, {way}::int){unreached})"


def _count(sequence: Sequence, end: str, before: str) -> str:
    """An expression: how many values the sequence hands out after `before` up to `end`."""
    if sequence.increment == 1:
        return f"({end} - {before})"
    return f"trunc(({end} - {before}) / {bigint(sequence.increment)})"


def before(sequence: Sequence) -> str:
    """An expression over `pos`: the value one increment before the next one. As numeric, unless the range leaves room
    for that in a bigint."""
    exact = "" if max(abs(sequence.min), abs(sequence.max), abs(sequence.increment)) < 2**62 else "::numeric"
    return f"pos.last_value{exact} - CASE WHEN pos.is_called THEN 0 ELSE {bigint(sequence.increment)} END"


def _nearest(sequence: Sequence) -> str:
    """An expression over `pos`: the first value, of all readable feeds, that the sequence could still hand out."""
    way = "min" if sequence.ascending else "max"
    return merged(way, [reached(sequence, feed, way) for feed in sequence.readable])
