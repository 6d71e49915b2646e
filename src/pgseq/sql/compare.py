"""The SQL that compares stored values with a sequence. Composed of names quoted by the server and of integers; pure.

`pos` stands for the sequence's position in every statement here. A statement's snapshot is older than any position
that it reads, so rows that others insert meanwhile never look like values ahead of the sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pgseq.model.arithmetic import end_of, type_range
from pgseq.model.sequences import Feed, Sequence
from pgseq.sql import blocks
from pgseq.sql.literals import bigint

#: Texts that are an integer exactly as nextval() would be stored.
_CANONICAL = "'^(0|-?[1-9][0-9]{0,18})$'"


def extremes(sequences: Iterable[Sequence]) -> str:
    """One row, one array of text: for each source of each readable feed, the furthest stored value in the sequence's
    direction, on its grid or not. The leanest statement that can show a sequence to be healthy."""
    items = [
        f"{_first(value, source, f'{value} IS NOT NULL', descending=sequence.ascending)}::text"
        for sequence in sequences
        for feed in sequence.readable
        for value in [value_of(feed, "")]
        for source in feed.sources
    ]
    return f"SELECT ARRAY[{', '.join(items)}]::text[]"


def rows(feeds: Iterable[Feed]) -> str:
    """One row, one array: for each feed, whether its table holds a row in which the column is not NULL."""
    items = (
        " OR ".join(f"EXISTS (SELECT FROM {source} WHERE NOT ({feed.column_sql} IS NULL))" for source in feed.sources)
        for feed in feeds
    )
    return f"SELECT ARRAY[{', '.join(items)}]"


def position(sequence: Sequence) -> str:
    """A FROM item: the sequence's position. Where only USAGE is granted, a position with is_called = false is not
    visible."""
    if sequence.by_name:
        return sequence.sql
    if sequence.by_function and sequence.may_select and sequence.may_enter:
        return f"pg_get_sequence_data({sequence.literal})"
    return by_function(str(sequence.oid))


def by_function(oid: str) -> str:
    """A FROM item: the position as everybody sees it who may use the sequence."""
    return f"(SELECT pg_sequence_last_value('{oid}') AS last_value, true AS is_called)"


def run(sequence: Sequence, at: str | None = None) -> str:
    """A FROM item, `pos`: last_value and is_called, where the run of values up to the bound begins; from the
    sequence's position on, or from that which the FROM item `at` gives.

    A CYCLE sequence at its bound begins anew; it has `found_value` and `found_called` beside, its true position.
    """
    at = at or position(sequence)
    if not sequence.cycle:
        return f"{at} AS pos"
    turn, start = (
        (f"last_value > {sequence.max - sequence.increment}", sequence.min)
        if sequence.ascending
        else (f"last_value < {sequence.min - sequence.increment}", sequence.max)
    )
    return anew(at, turn, bigint(start))


def anew(at: str, turn: str, start: str) -> str:
    """The FROM item of a run that begins anew at `start` where the condition `turn` holds."""
    return f"""(SELECT CASE WHEN is_called AND {turn} THEN {start} ELSE last_value END AS last_value,
                       is_called AND NOT {turn} AS is_called,
                       last_value AS found_value, is_called AS found_called
                  FROM {at} AS found) AS pos"""


def found(sequence: Sequence) -> tuple[str, str]:
    """Expressions over `pos`: last_value and is_called as they are stored."""
    return ("pos.found_value", "pos.found_called") if sequence.cycle else ("pos.last_value", "pos.is_called")


def stored(sequence: Sequence) -> str:
    """One row: last_value, is_called, and for each readable feed the nearest and the furthest stored value that the
    sequence could still hand out, and the furthest one off its grid, NULL where that is not asked."""
    near, far = ("min", "max") if sequence.ascending else ("max", "min")
    columns = [
        expression
        for feed in sequence.readable
        for expression in (
            reached(sequence, feed, near),
            reached(sequence, feed, far),
            _off_grid(sequence, feed, far) if between(sequence, feed) else "NULL::bigint",
        )
    ]
    return f"SELECT {', '.join([*found(sequence), *columns])} FROM {run(sequence)}"


def between(sequence: Sequence, feed: Feed) -> bool:
    """Whether ids between the values of the sequence may be an application's, of blocks that are not declared."""
    return abs(sequence.increment) != 1 and feed.block is None and feed.plain


def furthest(sequence: Sequence) -> str:
    """An expression over `pos`: the furthest value that is stored in a readable feed and that the sequence could still
    hand out, or that stands for an id stored there."""
    way = "max" if sequence.ascending else "min"
    return merged(way, [_furthest(sequence, feed, reached(sequence, feed, way)) for feed in sequence.readable])


def _furthest(sequence: Sequence, feed: Feed, stored: str) -> str:
    return f"{blocks.last_stored(sequence, feed, stored)}::bigint" if feed.in_blocks else stored


def furthest_stored(sequence: Sequence) -> str:
    """An expression over `pos`: what `furthest` gives; of a `direct` sequence that has passed all stored values perhaps
    the last of those, which asks less of the planner."""
    if not direct(sequence):
        return furthest(sequence)
    way = "max" if sequence.ascending else "min"
    parts = [
        _first(feed.column_sql, source, _within(sequence, feed), descending=sequence.ascending)
        for feed in sequence.readable
        for source in feed.sources
    ]
    # A cast would take a text, too: a column of another type than was read is to be refused.
    return f"{merged(way, parts)} + 0::bigint"


def _within(sequence: Sequence, feed: Feed) -> str:
    """A condition: the column holds a value that does not lie beyond the sequence's end."""
    value, end = feed.column_sql, end_of(sequence, feed)
    _, lowest, highest = type_range(feed.type, -1)
    if end == (highest if sequence.ascending else lowest):
        # Any that its type holds: a comparison would have the planner look for the table's greatest value.
        return f"{value} IS NOT NULL"
    return f"{value} {'<=' if sequence.ascending else '>='} {bigint(end)}"


def stored_between(sequence: Sequence, first: str, last: str) -> str:
    """An expression: how many different values are stored in the readable feeds from `first` to `last`: expressions of
    type bigint, both on the sequence's grid, in its direction."""
    onward, bound, nearer = (">=", "<=", "least") if sequence.ascending else ("<=", ">=", "greatest")

    def between(feed: Feed, value: str) -> Chosen:
        if feed.in_blocks:
            # A value whose block the column cannot hold stands for none.
            end = f"{nearer}({last}, {bigint(end_of(sequence, feed))})"
            return _in_blocks(sequence, feed, value, (f"{first}::numeric", end))
        within = f"{value} {onward} {first} AND {value} {bound} {last}{on_grid(sequence, feed, value, first)}"
        return within, value, ""

    return f"(SELECT count(*) FROM ({different(sequence, between)}) AS stored)"


#: Of the stored values of a feed: which are chosen, the value of the sequence that stands for one, and a FROM item that
#: this needs, or "".
Chosen = tuple[str, str, str]


def ahead(sequence: Sequence) -> str:
    """A query over `pos`: the different values to come that stand for a stored one, as far as each column goes."""

    def to_come(feed: Feed, value: str) -> Chosen:
        if feed.in_blocks:
            return _in_blocks(sequence, feed, value, _run(sequence, feed))
        return reachable(sequence, feed, value), value, ""

    return different(sequence, to_come)


def different(sequence: Sequence, choose: Callable[[Feed, str], Chosen]) -> str:
    """A query: the different values of the sequence that stand for the chosen ones of the readable feeds; `choose` is
    given a feed and its value."""
    parts = [
        f"SELECT {drawn} AS value FROM {', '.join(filter(None, (f'{source} AS fed', item)))} WHERE {condition}"
        for feed in sequence.readable
        for condition, drawn, item in [choose(feed, value_of(feed, "fed."))]
        for source in feed.sources
    ]
    # UNION of a single SELECT is none, and leaves duplicates in.
    return "\n               UNION ".join(parts) if len(parts) > 1 else f"SELECT DISTINCT {parts[0][7:]}"


def _in_blocks(sequence: Sequence, feed: Feed, value: str, run: tuple[str, str]) -> Chosen:
    return blocks.reachable(sequence, feed, value, run), *blocks.drawn(sequence, feed, value, run)


def _run(sequence: Sequence, feed: Feed) -> tuple[str, str]:
    """The run of values to come, as `sql.blocks` takes it."""
    return blocks.following(sequence), bigint(end_of(sequence, feed))


def direct(sequence: Sequence) -> bool:
    """Whether every integer from the next value on, up to the limit, is one that the sequence will hand out."""
    return (
        abs(sequence.increment) == 1
        and not sequence.cycle
        and all(feed.kind == "integer" and not feed.in_blocks for feed in sequence.readable)
    )


def nearest(awaited: Iterable[tuple[Sequence, int]]) -> str:
    """One row, one array: for each source of each readable feed of `direct` sequences, the first stored value from the
    sequence's next value on, which is given."""
    items = [
        f"{_first(value, source, f'{value} {onward} {bigint(following)}', descending=not sequence.ascending)}::bigint"
        for sequence, following in awaited
        for onward in [">=" if sequence.ascending else "<="]
        for feed in sequence.readable
        for value in [feed.column_sql]
        for source in feed.sources
    ]
    return f"SELECT ARRAY[{', '.join(items)}]::bigint[]"


def _first(value: str, source: str, condition: str, *, descending: bool) -> str:
    """An expression: the least value, or the greatest, that meets the condition. As min() and max() are planned in the
    end (preprocess_minmax_aggregates() in planagg.c), without the planning of the aggregate."""
    order = f"{value} DESC" if descending else value
    return f"(SELECT {value} FROM {source} WHERE {condition} ORDER BY {order} LIMIT 1)"


def reached(sequence: Sequence, feed: Feed, aggregate: str) -> str:
    """An expression over `pos`: min or max of the feed's values that the sequence could still hand out."""
    return _over(feed, aggregate, reachable(sequence, feed, value_of(feed, "fed.")))


def _off_grid(sequence: Sequence, feed: Feed, aggregate: str) -> str:
    return _over(feed, aggregate, blocks.off_grid(sequence, feed, value_of(feed, "fed.")))


def _over(feed: Feed, aggregate: str, condition: str) -> str:
    value = value_of(feed, "fed.")
    parts = [
        f"(SELECT {aggregate}({value}) FROM {source} AS fed\n                 WHERE {condition})"
        for source in feed.sources
    ]
    return f"{merged(aggregate, parts)}::bigint"


def merged(aggregate: str, parts: list[str]) -> str:
    """An expression: the least or greatest of `parts`, NULLs left out."""
    function = {"min": "LEAST", "max": "GREATEST"}[aggregate]
    return parts[0] if len(parts) == 1 else f"{function}({', '.join(parts)})"


def reachable(sequence: Sequence, feed: Feed, value: str) -> str:
    """A condition: `value` is on the sequence's grid, or in the block of a value of it, from its next value on as
    far as the sequence's range and the column's type go."""
    if feed.in_blocks:
        return blocks.reachable(sequence, feed, value, _run(sequence, feed))
    end = end_of(sequence, feed)
    onward, bound = (">", "<") if sequence.ascending else ("<", ">")
    conditions = "\n                   AND ".join(to_come(value, bigint(end), None, onward, bound))
    return conditions + on_grid(sequence, feed, value, "pos.last_value")


def to_come(value: str, end: str, step: str | None, onward: str, bound: str) -> list[str]:
    """The conditions, in SQL: `value` lies between the next value and `end`, and by `step` on the grid (None: every
    integer is). `onward` and `bound` are the operators of the sequence's direction, > and < where it is ascending."""
    grid = [] if step is None else [f"mod({value}::numeric - pos.last_value, {step}) = 0"]
    return [
        f"{value} {onward}= pos.last_value",
        f"{value} {bound}= {end}",
        f"NOT (pos.is_called AND {value} = pos.last_value)",
        *grid,
    ]


def on_grid(sequence: Sequence, feed: Feed, value: str, of: str) -> str:
    """A condition, with AND before it: `value` is on the grid `of` a value; nothing where all its integers are."""
    if abs(sequence.increment) == 1 and feed.kind == "integer":
        return ""
    step = abs(sequence.increment)
    grid = f"mod({value}::numeric - {of}, {bigint(step)}) = 0"
    if feed.kind == "integer" and step < 2**62:
        # Faster, and the difference of two remainders does not overflow.
        grid = f"mod(mod({value}, {step}) - mod({of}, {step}), {step}) = 0"
    return f"\n                   AND {grid}"


def value_of(feed: Feed, alias: str) -> str:
    """An expression: the column's value as a number; NULL for a text that nextval() could not have given."""
    column = f"{alias}{feed.column_sql}"
    return number(column) if feed.kind == "text" else column


def number(column: str) -> str:
    """An expression: the number that a column of text holds; NULL where nextval() could not have given it."""
    text = f'({column}::text COLLATE "C")'
    return f"CASE WHEN {text} ~ {_CANONICAL} THEN {column}::text::numeric END"
