"""What a sequence is like and where it stands: CREATE, ALTER, drawing from it.

Rules: init_params() and nextval_internal() in src/backend/commands/sequence.c; makeObjectName() in
src/backend/commands/indexcmds.c.
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.diagnose import following, ids_ahead, judge
from pgseq.commands.lint.simulator.events import Collision, Event
from pgseq.commands.lint.simulator.state import UNNAMED, Column, DatabaseState, SequenceState, Table
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.sequences import Position
from pgseq.sql import grammar
from pgseq.sql.grammar import Node, NotUnderstood

_TYPES: Final = {"int2": "smallint", "int4": "integer", "int8": "bigint"}
_UNCOUNTED: Final = "how many values a statement draws is not known"
_NUMBERS: Final = {"increment", "minvalue", "maxvalue", "start", "restart", "cache"}
#: NAMEDATALEN - 1.
_LONGEST: Final = 63


def create(
    state: DatabaseState, schema: str, name: str, options: Items[Node], event: Event, *, data_type: str = "bigint"
) -> SequenceState:
    """A new sequence at its start; what a default has named so far becomes it. Raises NotUnderstood."""
    given = _given(options)
    sequence = state.sequence(schema, name) or SequenceState(schema=schema, name=name)
    if sequence.schema == UNNAMED and schema != UNNAMED and sequence.key in state.sequences:
        del state.sequences[sequence.key]  # Named so far by a default alone, under an empty search_path.
        sequence.schema = schema
    sequence.reshaped = event
    sequence.data_type = _type(given) or data_type
    sequence.increment = _number(given, "increment", 1)
    ascending, bits = sequence.increment > 0, INTEGER_BITS[sequence.data_type]
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    sequence.min = _number(given, "minvalue", 1 if ascending else lowest)
    sequence.max = _number(given, "maxvalue", highest if ascending else -1)
    sequence.start = _number(given, "start", sequence.min if ascending else sequence.max)
    sequence.cycle = "cycle" in given and bool(given["cycle"].get("arg", {}).get("Boolean", {}).get("boolval"))
    sequence.cache = _number(given, "cache", 1)
    sequence.collision = None
    _sort(sequence)
    put(sequence, Position(last_value=sequence.start, is_called=False), None)
    state.sequences[sequence.key] = sequence
    _own(state, sequence, given, event)
    return sequence


def alter(state: DatabaseState, sequence: SequenceState, options: Items[Node], place: Place) -> None:
    """ALTER SEQUENCE, or the sequence of ALTER TABLE … ALTER COLUMN … SET … Raises NotUnderstood."""
    given, before, was_behind = _given(options), _shape(sequence), _behind(state, sequence)
    event = Event(how="define", place=place)
    if (data_type := _type(given)) is not None:
        retype(sequence, data_type)
    sequence.min = _number(given, "minvalue", sequence.min)
    sequence.max = _number(given, "maxvalue", sequence.max)
    sequence.start = _number(given, "start", sequence.start)
    if "cycle" in given:
        sequence.cycle = bool(given["cycle"].get("arg", {}).get("Boolean", {}).get("boolval"))
    if "increment" in given:
        sequence.increment = _number(given, "increment", sequence.increment)
    if _shape(sequence) != before:
        _sort(sequence)
        sequence.reshaped = sequence.reshaped if was_behind else event
    if "restart" in given:
        value = _number(given, "restart", sequence.start)
        if sequence.min <= value <= sequence.max:  # Any other is refused (22023).
            put(sequence, Position(last_value=value, is_called=False), Event(how="restart", place=place))
    _own(state, sequence, given, event)


def retype(sequence: SequenceState, data_type: str) -> None:
    """Another type; a bound that was the old type's becomes the new one's."""
    before, after = (2 ** (INTEGER_BITS[one] - 1) for one in (sequence.data_type, data_type))
    sequence.max = after - 1 if sequence.max == before - 1 else sequence.max
    sequence.min = -after if sequence.min == -before else sequence.min
    sequence.data_type = data_type
    _sort(sequence)


def _sort(sequence: SequenceState) -> None:
    """Sort the ids in its columns by its grid and range as they are now."""
    for column in sequence.columns.values():
        column.sort()


def _shape(sequence: SequenceState) -> tuple[int, int, int, bool]:
    """What decides, beside its position, which values it hands out."""
    return sequence.increment, sequence.min, sequence.max, sequence.cycle


def _behind(state: DatabaseState, sequence: SequenceState) -> bool:
    return judge(sequence, ids_ahead(state, sequence)).status == "out_of_sync"


def put(sequence: SequenceState, position: Position | None, moved: Event | None) -> None:
    """Put a sequence somewhere; the session gives up what it has taken."""
    sequence.position, sequence.moved, sequence.taken = position, moved, 0


def drop(state: DatabaseState, sequence: SequenceState) -> None:
    """DROP SEQUENCE, with the defaults that draw from it."""
    state.sequences.pop(sequence.key, None)
    for column in list(sequence.columns.values()):
        column.feed(None, "default")


def draw(state: DatabaseState, sequence: SequenceState, count: int | None, event: Event) -> range:
    """Hand out `count` values, None for nobody knows how many; those that are known.

    A value that is stored already is a collision: the statement that draws it fails.
    """
    first = following(sequence)
    if sequence.taken and sequence.position is not None:
        first = sequence.position.last_value - (sequence.taken - 1) * sequence.increment
    if first is None:
        return range(0)
    known = range(first, first + (1 if count is None else count) * sequence.increment, sequence.increment)
    if not known:
        return known
    for ahead in ids_ahead(state, sequence):
        value, stored_by = ahead.nearest, ahead.nearest_by
        if value is not None and stored_by is not None and value in known and sequence.collision is None:
            before = tuple(one for one in (ahead.column.fed_by, sequence.reshaped, sequence.moved) if one is not None)
            sequence.collision = Collision(value=value, drawn_by=event, stored_by=stored_by, last_changes=before)
    if count is None:
        put(sequence, None, Event(how="drawn", place=event.place, hidden=_UNCOUNTED))
        return known
    # A session takes CACHE values at a time.
    sequence.taken = (sequence.taken - len(known)) % sequence.cache
    last = known[-1] + sequence.taken * sequence.increment
    last = min(last, sequence.max) if sequence.increment > 0 else max(last, sequence.min)
    sequence.position = Position(last_value=last, is_called=True)
    return known


def draw_into(state: DatabaseState, column: Column, count: int | None, event: Event, *, some: bool = True) -> None:
    """Store in a column what its sequence hands out, if it has one: `count` values, None for nobody knows how many,
    which are `some` or maybe none."""
    if column.sequence is None:
        return
    drawn = Event(how="drawn", place=event.place, hidden="" if count is not None else _UNCOUNTED)
    values = draw(state, column.sequence, count, event)
    if count is not None or some:
        column.store(values, drawn)
    if count is None and column.unseen is None:
        column.unseen = drawn


def serial_name(state: DatabaseState, table: Table, column: str) -> str:
    """The name that PostgreSQL chooses for the sequence of a serial or identity column."""
    number = 0
    while True:
        end = f"_seq{number or ''}"
        first, second = table.name, column
        while len(f"{first}_{second}{end}".encode()) > _LONGEST:
            first, second = (first[:-1], second) if len(first) > len(second) else (first, second[:-1])
        name = f"{first}_{second}{end}"
        taken = state.sequences.get((table.schema, name))
        if (taken is None or taken.position is None) and (table.schema, name) not in state.tables:
            return name
        number += 1


def _given(options: Items[Node]) -> dict[str, Node]:
    """The options by name. Raises NotUnderstood for what the server refuses, before anything is changed."""
    given = {one["DefElem"]["defname"]: one["DefElem"] for one in options}
    for name in _NUMBERS & given.keys():
        number = grammar.number(given[name])
        if number == 0 and name == "increment":
            raise NotUnderstood("INCREMENT must not be zero")
        if number is not None and number < 1 and name == "cache":
            raise NotUnderstood(f"CACHE ({number}) must be greater than zero")
    return given


def _number(given: dict[str, Node], name: str, otherwise: int) -> int:
    """The number of an option; NO MINVALUE and the like give none."""
    number = grammar.number(given[name]) if name in given else None
    return otherwise if number is None else number


def _type(given: dict[str, Node]) -> str | None:
    if "as" not in given:
        return None
    return _TYPES.get(grammar.strings(given["as"]["arg"]["TypeName"]["names"])[-1])


def _own(state: DatabaseState, sequence: SequenceState, given: dict[str, Node], event: Event) -> None:
    """OWNED BY."""
    if "owned_by" not in given:
        return
    parts = grammar.strings(given["owned_by"]["arg"]["List"]["items"])
    if len(parts) < 2:
        sequence.owner = None
        return
    named = {"relname": parts[-2]} | ({"schemaname": parts[-3]} if len(parts) > 2 else {})
    table = state.table(named)
    sequence.owner = (table.key, parts[-1]) if table else None
    column = table.columns.get(parts[-1]) if table else None
    if column is not None and column.sequence is None:
        column.feed(sequence, "owned", event=event)
