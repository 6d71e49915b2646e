"""CREATE SEQUENCE, ALTER SEQUENCE and nextval().

Rules: init_params() and nextval_internal() in src/backend/commands/sequence.c; makeObjectName() in
src/backend/commands/indexcmds.c.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Items
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.diagnose import following, ids_ahead, judge
from pgseq.commands.lint.simulator.events import Collision, Event
from pgseq.commands.lint.simulator.relations import UNNAMED, ColumnState, SequenceState, TableState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.sequences import Position
from pgseq.sql import trees
from pgseq.sql.grammar import Node, NotUnderstood

_TYPES: Final = {"int2": "smallint", "int4": "integer", "int8": "bigint"}
_UNCOUNTED: Final = "how many values a statement draws is not known"
_NUMBERS: Final = {"increment", "minvalue", "maxvalue", "start", "restart", "cache"}
#: NAMEDATALEN - 1.
_LONGEST: Final = 63


def create(
    state: DatabaseState, schema: str, name: str, options: Items[Node], event: Event, *, data_type: str = "bigint"
) -> SequenceState:
    """Create a sequence at its start, or define one that so far a default alone has named. Raises NotUnderstood."""
    by_name = _by_name(options)
    sequence = state.sequence({"schemaname": schema, "relname": name}) or SequenceState(schema=schema, name=name)
    if sequence.schema == UNNAMED and schema != UNNAMED and sequence.key in state.sequences:
        del state.sequences[sequence.key]  # Named so far by a default alone, under an empty search_path.
        sequence.schema = schema
    sequence.reshaped = event
    sequence.touch(event)
    sequence.data_type = _type(by_name) or data_type
    _set(sequence, by_name, {"increment", "minvalue", "maxvalue", "start", "cycle", "cache"})
    sequence.collision = None
    _sort(sequence)
    put(sequence, Position(last_value=sequence.start, is_called=False), None)
    state.sequences[sequence.key] = sequence
    _own(state, sequence, by_name, event)
    return sequence


def alter(state: DatabaseState, sequence: SequenceState, options: Items[Node], place: Place) -> None:
    """ALTER SEQUENCE, or the sequence of ALTER TABLE … ALTER COLUMN … SET … Raises NotUnderstood."""
    by_name, before, was_behind = _by_name(options), _shape(sequence), _behind(state, sequence)
    event = Event(how="define", place=place)
    if (data_type := _type(by_name)) is not None:
        retype(sequence, data_type)
    _set(sequence, by_name, by_name.keys())
    if _shape(sequence) != before:
        _sort(sequence)
        sequence.reshaped = sequence.reshaped if was_behind else event
        sequence.touch(event)
    if "restart" in by_name:
        value = _number(by_name, "restart", sequence.start)
        if sequence.min <= value <= sequence.max:  # The server refuses any other (22023).
            put(sequence, Position(last_value=value, is_called=False), Event(how="restart", place=place))
    _own(state, sequence, by_name, event)


def _set(sequence: SequenceState, options: dict[str, Node], names: Collection[str]) -> None:
    """Set the options of these names, also to their defaults: NO MAXVALUE has no value."""
    if "increment" in names:
        sequence.increment = _number(options, "increment", 1)
    ascending, half = sequence.increment > 0, 2 ** (INTEGER_BITS[sequence.data_type] - 1)
    if "minvalue" in names:
        sequence.min = _number(options, "minvalue", 1 if ascending else -half)
    if "maxvalue" in names:
        sequence.max = _number(options, "maxvalue", half - 1 if ascending else -1)
    if "start" in names:
        sequence.start = _number(options, "start", sequence.min if ascending else sequence.max)
    if "cycle" in names:
        cycle = options.get("cycle", {}).get("arg", {})
        sequence.cycle = bool(cycle.get("Boolean", {}).get("boolval"))
    if "cache" in names:
        sequence.cache = _number(options, "cache", 1)


def retype(sequence: SequenceState, data_type: str) -> None:
    """Change the type; a bound of the old type becomes that of the new one."""
    before, after = (2 ** (INTEGER_BITS[one] - 1) for one in (sequence.data_type, data_type))
    sequence.max = after - 1 if sequence.max == before - 1 else sequence.max
    sequence.min = -after if sequence.min == -before else sequence.min
    sequence.data_type = data_type
    _sort(sequence)


def _sort(sequence: SequenceState) -> None:
    """Sort the ids in its columns by its new grid and range."""
    for column in sequence.columns.values():
        column.sort()


def _shape(sequence: SequenceState) -> tuple[int, int, int, bool]:
    """The options that decide which values it hands out."""
    return sequence.increment, sequence.min, sequence.max, sequence.cycle


def _behind(state: DatabaseState, sequence: SequenceState) -> bool:
    return judge(sequence, ids_ahead(state, sequence)).status == "out_of_sync"


def put(sequence: SequenceState, position: Position | None, moved: Event | None) -> None:
    """Set the position; the session loses its cached values."""
    sequence.position, sequence.moved, sequence.taken = position, moved, 0
    sequence.touch(moved)


def settle(state: DatabaseState, sequence: SequenceState) -> None:
    """A statement has set the sequence: who computes with its values knows where they stand."""
    state.computed = {key: pair for key, pair in state.computed.items() if pair[0] is not sequence}


def drop(state: DatabaseState, sequence: SequenceState) -> None:
    """DROP SEQUENCE, with the defaults that draw from it."""
    state.sequences.pop(sequence.key, None)
    for column in list(sequence.columns.values()):
        column.feed(None, "default")


def draw(
    state: DatabaseState, sequence: SequenceState, count: int | None, event: Event, *, into: ColumnState | None = None
) -> range:
    """Hand out `count` values (None: an unknown number); the known ones.

    `into`: the column that gets them. A value that is stored there already is a collision: the statement fails.
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
        if ahead.column is not into:
            continue
        if value is not None and stored_by is not None and value in known and sequence.collision is None:
            before = tuple(one for one in (ahead.column.fed_by, sequence.reshaped, sequence.moved) if one is not None)
            sequence.collision = Collision(value=value, drawn_by=event, stored_by=stored_by, last_changes=before)
            sequence.touch(event)
    if count is None:
        put(sequence, None, Event(how="drawn", place=event.place, hidden=_UNCOUNTED))
        return known
    # A session takes CACHE values at a time.
    sequence.taken = (sequence.taken - len(known)) % sequence.cache
    last = known[-1] + sequence.taken * sequence.increment
    last = min(last, sequence.max) if sequence.increment > 0 else max(last, sequence.min)
    sequence.position = Position(last_value=last, is_called=True)
    return known


def draw_into(state: DatabaseState, column: ColumnState, count: int | None, event: Event, *, some: bool = True) -> None:
    """Store in a fed column `count` values of its sequence (None: an unknown number, at least one if `some`)."""
    if column.sequence is None:
        return
    drawn = Event(how="drawn", place=event.place, hidden="" if count is not None else _UNCOUNTED)
    values = draw(state, column.sequence, count, event, into=column)
    if count is not None or some:
        column.store(values, drawn)
    if count is None and column.unseen is None:
        column.hide(drawn)


def serial_name(state: DatabaseState, table: TableState, column: str) -> str:
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


def _by_name(options: Items[Node]) -> dict[str, Node]:
    """The options by name. Raises NotUnderstood for those that the server refuses, before anything is changed."""
    by_name = trees.options(options)
    for name in _NUMBERS & by_name.keys():
        number = trees.number(by_name[name])
        if number == 0 and name == "increment":
            raise NotUnderstood("INCREMENT must not be zero")
        if number is not None and number < 1 and name == "cache":
            raise NotUnderstood(f"CACHE ({number}) must be greater than zero")
    return by_name


def _number(options: dict[str, Node], name: str, otherwise: int) -> int:
    """The number of an option; NO MINVALUE and the like give none."""
    number = trees.number(options[name]) if name in options else None
    return otherwise if number is None else number


def _type(options: dict[str, Node]) -> str | None:
    if "as" not in options:
        return None
    return _TYPES.get(trees.type_name(options["as"]["arg"]["TypeName"]))


def _own(state: DatabaseState, sequence: SequenceState, options: dict[str, Node], event: Event) -> None:
    """OWNED BY."""
    if "owned_by" not in options:
        return
    parts = trees.strings(options["owned_by"]["arg"]["List"]["items"])
    if len(parts) < 2:
        sequence.owner = None
        return
    table = state.table(trees.relation(parts[:-1]))
    sequence.owner = (table.key, parts[-1]) if table else None
    column = table.columns.get(parts[-1]) if table else None
    if column is not None and column.sequence is None:
        column.feed(sequence, "owned", event=event)
