"""setval() and nextval() wherever a statement calls them."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.diagnose import ids_ahead
from pgseq.commands.lint.simulator.evaluate import Evaluator, Furthest, leaves_out, target_of
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.insert_rows import rows_of
from pgseq.commands.lint.simulator.relations import ColumnState, SequenceState
from pgseq.commands.lint.simulator.sequences import draw, put, settle
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.model.sequences import Position
from pgseq.sql import trees
from pgseq.sql.grammar import Node

_COMPUTED: Final = "what setval() is given is computed"
#: A function that every step of `pgseq fix --sql` calls, and the names in FROM of what `--fix` appends.
_OURS: Final = "pg_sequence_parameters"
_RESYNC: Final = {"seq", "fed", "stored"}
#: Statements whose nextval() is executed with their rows.
_STORING: Final = ("InsertStmt", "UpdateStmt", "MergeStmt")


def calls(state: DatabaseState, kind: str, body: Node, place: Place) -> None:
    """Execute the calls in a statement."""
    if (moved := _moved_by_us(state, body)) is not None:
        for ours in moved:
            to_stored(state, ours, _read(state, ours, body), place)
        return
    for call in trees.calls({kind: body}):
        name, arguments = trees.function(call), call.get("args", [])
        if name == "setval" and len(arguments) > 1:
            _setval(state, body, arguments, place)
        elif name == "nextval" and kind not in _STORING:
            sequence = state.sequence(trees.nextval(call))
            if sequence is not None:
                draw(state, sequence, rows_of(body).count, Event(how="drawn", place=place))


def _moved_by_us(state: DatabaseState, statement: Node) -> list[SequenceState] | None:
    """The sequences that a step of `pgseq fix --sql`, or the statement that `--fix` appends, moves forward to the
    furthest stored id, by nextval() or setval(), and never backwards; None: it is neither."""
    setvals = [call["args"] for call in trees.calls(statement, "setval") if len(call.get("args", ())) > 1]
    moved = [sequence for name, *_ in setvals if (sequence := target_of(state, name))]
    if any(trees.calls(statement, _OURS)):
        return moved
    sources = [body for kind, body in trees.nodes(statement) if kind in ("RangeVar", "RangeSubselect")]
    aliases = {source.get("alias", {}).get("aliasname"): source for source in sources}
    if not aliases.keys() >= _RESYNC or [len(arguments) for arguments in setvals] != [2] or not moved:
        return None
    value, (sequence,) = trees.read_column(trees.uncast(setvals[0][1])), moved
    taken = {trees.function(call) for call in trees.calls(statement, "max", "min")}
    named = "relname" in aliases["seq"] and state.sequence(aliases["seq"])
    return moved if value == "furthest" and taken == {sequence.furthest} and named is sequence else None


def to_stored(state: DatabaseState, sequence: SequenceState, read: list[ColumnState], place: Place) -> None:
    """Move a sequence forward to what is stored in the columns that are `read`, and never backwards."""
    settle(state, sequence)
    for column in read:
        column.unseen = None
    ahead = (ids for ids in ids_ahead(state, sequence) if ids.column in read)
    furthest = [ids.furthest for ids in ahead if ids.furthest is not None]
    if furthest:
        value = max(furthest) if sequence.increment > 0 else min(furthest)
        put(sequence, Position(last_value=value, is_called=True), Event(how="setval", place=place))
    elif sequence.position is None and read:
        # It is beyond all stored ids, wherever those are.
        put(sequence, Position(last_value=sequence.start, is_called=False), None)


def _heal_unknown(state: DatabaseState, statement: Node, arguments: list[Node]) -> None:
    """A setval() to the furthest id of a table that no file makes: wherever its ids came from, it is beyond them."""
    if _maximum(arguments[1]) or _maximum(statement.get("fromClause", [])):
        selects = [body for kind, body in trees.nodes({"SelectStmt": statement}) if kind == "SelectStmt"]
        taken = (argument for call in trees.calls(statement, "max", "min") for argument in call.get("args", ()))
        ids = set(map(trees.read_column, taken)) - {""}
        cut = any(leaves_out(select, ids) for select in selects)
        for named in trees.relations(statement) if not cut else ():
            state.unknown_tables.pop((named.get("schemaname", ""), named["relname"]), None)


def _maximum(tree: Any) -> bool:
    """Whether an expression takes the greatest or the least of a column."""
    return any(
        (kind == "FuncCall" and trees.function(body) in ("max", "min"))
        or (kind == "SelectStmt" and "sortClause" in body and "limitCount" in body)
        for kind, body in trees.nodes(tree)
    )


def lose_all(state: DatabaseState, event: Event) -> None:
    """The positions of all sequences are unknown from here on."""
    for sequence in state.sequences.values():
        put(sequence, None, event)


def _setval(state: DatabaseState, statement: Node, arguments: list[Any], place: Place) -> None:
    target = target_of(state, arguments[0], statement)
    if target is None:
        _heal_unknown(state, statement, arguments)
        if trees.constant(arguments[0]) is None:
            lose_all(state, Event(how="setval", place=place, hidden="setval() is called for computed sequences"))
        return
    settle(state, target)
    evaluator = Evaluator(state, target, statement)
    called = evaluator.condition(arguments[2]) if len(arguments) > 2 else True
    event = Event(how="setval", place=place)
    value = None if evaluator.narrowed(statement) else evaluator.value(arguments[1])
    match value, called:
        case int() as number, bool():
            if not target.min <= number <= target.max:
                return  # The server refuses it (22003).
            put(target, Position(last_value=number, is_called=called), event)
        case Furthest() as furthest, bool():
            _to_furthest(state, target, statement, furthest, called, event)
        case _:
            put(target, None, replace(event, hidden=_COMPUTED))


def _to_furthest(
    state: DatabaseState, sequence: SequenceState, statement: Node, furthest: Furthest, called: bool, event: Event
) -> None:
    """setval() to the furthest stored id: exact for known ids, and far enough for hidden ones."""
    read = _read(state, sequence, statement)
    if not read:
        put(sequence, None, replace(event, hidden=_COMPUTED))
        return
    ends = [end for column in read for end in column.ends or ()]
    beyond = furthest.plus if sequence.increment > 0 else -furthest.plus
    if called or beyond > 0:
        for column in read:
            column.unseen = None
    if ends:
        value = (max(ends) if sequence.increment > 0 else min(ends)) + furthest.plus
        if not sequence.min <= value <= sequence.max:
            return  # The server refuses it (22003).
        put(sequence, Position(last_value=value, is_called=called), event)
    elif furthest.otherwise is not None:
        put(sequence, Position(last_value=furthest.otherwise, is_called=called), event)
    elif sequence.position is None:
        # It is beyond all stored ids, wherever those are.
        put(sequence, Position(last_value=sequence.start, is_called=False), None)


def _read(state: DatabaseState, sequence: SequenceState, statement: Node) -> list[ColumnState]:
    """The columns of a sequence that a statement reads, at least in part: partitions share their columns."""
    shared = {id(column) for table in state.read_by(statement) for column in table.columns.values()}
    return [column for _, column in state.feeds(sequence) if id(column) in shared]
