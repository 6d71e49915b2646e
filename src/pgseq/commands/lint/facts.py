"""What the rules check: the state at the end of a file, and what was noted while it was read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from pgseq.commands.lint.makers import Makers
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import Notes
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.runs import FileRun
from pgseq.commands.lint.simulator.diagnose import IdsAhead, ids_ahead, judge
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.commands.lint.simulator.relations import TEMPORARY, ColumnState, Name, SequenceState
from pgseq.commands.lint.simulator.state import Counting, DatabaseState
from pgseq.model.diagnosis import Diagnosis, Severity
from pgseq.model.hints import Hint, command
from pgseq.model.limits import MAX_JUMP

#: How most files are corrected.
APPENDS: Final = Hint(command("lint", "", "--fix"), " appends a setval() to what is stored")


class LintedSequence(Struct, frozen=True, kw_only=True):
    """A sequence at the end of a file that changed something about it."""

    file: str
    sequence: SequenceState
    diagnosis: Diagnosis
    ids_ahead: tuple[IdsAhead, ...]
    #: The share of its free values that `--fix` may give up.
    max_jump: float = MAX_JUMP

    @property
    def behind(self) -> bool:
        """Whether the sequence will still hand out stored ids once the file has run."""
        return self.diagnosis.status == "out_of_sync"

    @property
    def culprit(self) -> tuple[IdsAhead, int, Event] | None:
        """The furthest id that the sequence can still hand out: its column, its value, and the statement that stored
        it."""
        for ahead in self.ids_ahead:
            value, event = ahead.furthest, ahead.furthest_by
            if value is not None and event is not None and value == self.diagnosis.furthest:
                return ahead, value, event
        return None

    @property
    def blamed(self) -> Event | None:
        """The statement of this file that left the sequence behind: the last one to set it, to change its options or to
        make it feed the column, or else the one that stored the furthest id. None: the sequence is not behind, or
        another file is to blame."""
        collision = self.sequence.collision
        if collision is not None:
            last, changes = collision.stored_by, collision.last_changes
        elif self.behind and self.culprit is not None:
            last, changes = self.culprit[2], self.last_changes(self.culprit[0].column)
        else:
            return None
        for event in changes:
            if event.how in ("setval", "restart", "define") and self._is_later(event, last):
                last = event
        return last if last.place.file == self.file else None

    def last_changes(self, column: ColumnState) -> tuple[Event, ...]:
        """The statements that last made the sequence feed a column, changed its options, and moved it."""
        changes = (column.fed_by, self.sequence.reshaped, self.sequence.moved)
        return tuple(event for event in changes if event is not None)

    @property
    def hidden(self) -> tuple[Event, str, str] | None:
        """The statement of this file that hides whether the sequence is behind, what it hides, and of what."""
        if self.blamed is not None or self.diagnosis.status != "unknown":
            return None
        event, what, subject = self._hidden_ids() or self._hidden_position() or (None, "", "")
        return (event, what, subject) if event is not None and event.place.file == self.file else None

    def _hidden_ids(self) -> tuple[Event | None, str, str] | None:
        """The statement that hides ids of a column; no statement: another file hides them; None: none are hidden."""
        ahead = next((ahead for ahead in self.ids_ahead if ahead.column.unseen is not None), None)
        if ahead is None or ahead.column.unseen is None:
            return None
        column, event = written(*ahead.table.key, ahead.column.name), ahead.column.unseen
        if event.how not in ("found", "drawn") and event.place.file == self.file:
            return event, f"what comes into {column}: {event.hidden}", column
        # The rows were there before the file: who moves the sequence, or makes it feed them, has to know them. Drawn
        # ids are behind the sequence as long as it only draws.
        changes = [change for change in self.last_changes(ahead.column) if self._is_later(change, event)]
        changes = [change for change in changes if event.how == "found" or change.how != "drawn"]
        if changes:
            return changes[-1], f"what {column} holds: {event.hidden}", column
        return None if event.how == "drawn" else (None, "", "")

    def _hidden_position(self) -> tuple[Event, str, str] | None:
        """The statement that hides the position, or else the first that stored an explicit id."""
        stored = [ahead.furthest_by for ahead in self.ids_ahead if ahead.furthest_by]
        explicit = [event for event in stored if event.how not in ("drawn", "found")]
        name, moved = label(self.sequence), self.sequence.moved
        # nextval() leaves drawn ids behind it; setval() to an unknown value may not.
        if moved is not None and moved.place.file == self.file and (explicit or (stored and moved.how != "drawn")):
            return moved, f"where {name} stands: {moved.hidden}", name
        return (explicit[0], f"where {name} stands: nothing in the files says so", name) if explicit else None

    @property
    def too_far(self) -> str:
        """Why `--fix` does not move it beyond a stray id, and what to do instead; empty: it does.

        The price of a move is the share of the free values left that it skips.
        """
        repair, culprit = self.diagnosis.repair, self.culprit
        if not self.behind or repair is None or culprit is None:
            return ""
        row = f"give the row with {written(culprit[0].column.name)} = {culprit[1]} another id"
        if not repair.possible:
            return f"there is no room behind {culprit[1]}, so --fix appends nothing: {row}"
        # Of columns that share a sequence, the one with the most: the others may hold the same ids.
        stored = min(max(map(self._stored_ahead, self.ids_ahead)), repair.skipped)
        skipped, left = repair.skipped - stored, max(repair.left - stored, 1)
        if skipped <= self.max_jump * left:
            return ""
        enough = -(-100 * skipped // left)
        share = f"{100 * skipped / left:.3g} % of the free values left"
        return f"beyond {culprit[1]} --fix would give up {share}: {row}, or give them up: --max-jump {enough}%"

    def _stored_ahead(self, ahead: IdsAhead) -> int:
        """At most how many different ids a column holds that the sequence has still to hand out."""
        if ahead.nearest is None or ahead.furthest is None:
            return 0
        return min(ahead.column.explicit_count, abs(ahead.furthest - ahead.nearest) // abs(self.sequence.increment) + 1)

    @property
    def hint(self) -> str:
        """How to correct the file."""
        behind = self.too_far or APPENDS
        collision = self.sequence.collision
        if collision is None:
            return self.too_far or Hint(APPENDS, "; or leave the ids to the default")
        # Beside the statement that fails, what comes after the file collides.
        further = ("; for what comes later, ", behind) if self.behind else ()
        return Hint(f"move it before {where(collision.drawn_by, self.file)}, or leave the ids to the default", *further)

    def finding(
        self, code: str, severity: Severity, event: Event, message: str, hint: str = "", subject: str = ""
    ) -> LintFinding:
        """A finding about this sequence."""
        return LintFinding(
            code=code,
            severity=severity,
            place=event.place,
            message=message,
            hint=hint or self.hint,
            sequence=self.sequence.key,
            subject=subject,
            resync=(self.sequence,) if (self.behind or severity == "unknown") and not self.too_far else (),
        )

    def stored(self) -> str:
        """Which id is stored, and which value the sequence hands out."""
        name = label(self.sequence)
        if self.sequence.collision is not None:
            value, place = self.sequence.collision.value, where(self.sequence.collision.drawn_by, self.file)
            return f"{value} is stored, and {name} hands it out again to the statement in {place}, which fails"
        if self.culprit is None:
            return name
        ahead, value, _ = self.culprit
        column = written(*ahead.table.key, ahead.column.name)
        return f"{column} holds {value}, and {name} hands out {self.diagnosis.next_value} next"

    def _is_later(self, event: Event, other: Event) -> bool:
        """Whether a statement comes after another, as far as this file is concerned."""
        if event.place.file != other.place.file:
            return event.place.file == self.file
        return (event.place.line, event.place.column) > (other.place.line, other.place.column)


class LintedFile(Struct, frozen=True, kw_only=True):
    """A file that has been read and simulated to its end."""

    notes: Notes
    sequences: tuple[LintedSequence, ...]
    counting: tuple[Counting, ...]
    #: Tables that no file creates, the first statement that stores ids there, and whether a database was read.
    unknown_tables: tuple[tuple[Name, Event, bool], ...]
    dynamic_sql: tuple[Event, ...]
    #: Columns whose defaults compute with a sequence, that sequence, and the first statement that stored ids there.
    computed: tuple[tuple[Name, str, SequenceState, Event], ...]
    #: All the files.
    makers: Makers = field(default_factory=Makers)
    #: What came of running it; None: it was only read.
    run: FileRun | None = None
    #: By sequence, the place of the statement that is to blame by its text.
    places: Mapping[Name, Place] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        file: str,
        states: Iterable[DatabaseState],
        notes: Notes,
        max_jump: float = MAX_JUMP,
    ) -> LintedFile:
        """The file after which the databases are in these states."""
        states = tuple(states)
        tables = ((table, event, state.live) for state in states for table, event in state.unknown_tables.items())
        counting = (counting for state in states for counting in state.counting.values())
        return cls(
            notes=notes,
            sequences=tuple(sequence for state in states for sequence in _changed_by(file, state, max_jump)),
            counting=tuple(one for one in counting if one.event.place.file == file),
            unknown_tables=tuple(one for one in tables if one[1].place.file == file),
            computed=tuple(
                (table, column, sequence, event)
                for state in states
                for (table, column), (sequence, event) in state.computed.items()
                if event.place.file == file and table in state.tables
            ),
            dynamic_sql=tuple(event for state in states for event in state.dynamic_sql if event.place.file == file),
        )


def _changed_by(file: str, state: DatabaseState, max_jump: float) -> Iterator[LintedSequence]:
    for sequence in state.sequences.values():
        if sequence.touched_in == file and sequence.schema != TEMPORARY:
            ahead = tuple(ids_ahead(state, sequence))
            diagnosis = judge(sequence, ahead)
            yield LintedSequence(file=file, sequence=sequence, diagnosis=diagnosis, ids_ahead=ahead, max_jump=max_jump)


def where(event: Event, file: str) -> str:
    """A statement as another one's message names it."""
    return f"line {event.place.line}" + ("" if event.place.file == file else f" of {event.place.file}")
