"""A sequence that a file left behind, or may have: what the codes look at, and how they word it."""

from __future__ import annotations

from dataclasses import dataclass

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.simulator.diagnose import IdsAhead
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.commands.lint.simulator.state import Column, SequenceState
from pgseq.model.sequences import Diagnosis, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sequence at the end of a file."""

    file: str
    sequence: SequenceState
    diagnosis: Diagnosis
    ids_ahead: tuple[IdsAhead, ...]

    @property
    def behind(self) -> bool:
        """Whether the sequence will still hand out what is stored, once the file has run."""
        return self.diagnosis.status == "out_of_sync"

    @property
    def culprit(self) -> tuple[IdsAhead, int, Event] | None:
        """The furthest id that the sequence can still hand out: where, which, and who stored it."""
        found = [(h, h.furthest, h.furthest_by) for h in self.ids_ahead if h.furthest == self.diagnosis.furthest]
        return next(
            ((ahead, value, event) for ahead, value, event in found if value is not None and event is not None), None
        )

    @property
    def blamed(self) -> Event | None:
        """The statement of this file that left the sequence behind: the last one to set it, to shape it or to make it
        feed the column, or else the one that stored the furthest id. None: the sequence is not behind, or another file
        is to blame."""
        collision = self.sequence.collision
        if collision is not None:
            last, last_changes = collision.stored_by, collision.last_changes
        elif self.behind and self.culprit is not None:
            last, last_changes = self.culprit[2], self.last_changes(self.culprit[0].column)
        else:
            return None
        for event in last_changes:
            if event.how in ("setval", "restart", "define") and self.is_later(event, last):
                last = event
        return last if last.place.file == self.file else None

    def last_changes(self, column: Column) -> tuple[Event, ...]:
        """The statements that last made the sequence feed a column, shaped it, and moved it."""
        found = (column.fed_by, self.sequence.reshaped, self.sequence.moved)
        return tuple(event for event in found if event is not None)

    @property
    def hint(self) -> str:
        """What mends it."""
        if self.sequence.collision is not None:
            return (
                f"move it before {where(self.sequence.collision.drawn_by, self.file)}, or leave the ids to the default"
            )
        return "pgseq lint --fix appends a setval() to what is stored; or leave the ids to the default"

    def finding(self, code: str, severity: Severity, event: Event, message: str, hint: str) -> LintFinding:
        """A finding about this sequence."""
        return LintFinding(
            code=code, severity=severity, place=event.place, message=message, hint=hint, sequence=self.sequence.key
        )

    def stored(self) -> str:
        """What is stored, and what the sequence does about it."""
        name = label(self.sequence)
        if self.sequence.collision is not None:
            value, place = self.sequence.collision.value, where(self.sequence.collision.drawn_by, self.file)
            return f"{value} is stored, and {name} hands it out again to the statement in {place}, which fails"
        if self.culprit is None:
            return name
        ahead, value, _ = self.culprit
        column = written(*ahead.table.key, ahead.column.name)
        return f"{column} holds {value}, and {name} hands out {self.diagnosis.next_value} next"

    def is_later(self, one: Event, other: Event) -> bool:
        """Whether a statement comes after another, as far as this file is concerned."""
        if one.place.file != other.place.file:
            return one.place.file == self.file
        return (one.place.line, one.place.column) > (other.place.line, other.place.column)


def where(event: Event, file: str) -> str:
    """A statement as another one's message names it."""
    return f"line {event.place.line}" + ("" if event.place.file == file else f" of {event.place.file}")
