"""The installed guards: for people, and as a JSON document."""

from __future__ import annotations

from typing import Any, Final

from pgseq.commands.guard.model import GuardStatus, InstalledGuard
from pgseq.model.reports import Unreachable
from pgseq.names import display
from pgseq.render.text.check import INDENT, SIGN, heading
from pgseq.render.text.check import following as follow
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

HEAD: Final = ("Guard", "Tables", "Column", "Sequence", "State")
STATE: Final = 4


class StatusTable:
    """Writes to `terminal`, damaged guards first."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail

    def database(self, status: GuardStatus) -> None:
        """Write one database."""
        heading(self._terminal, status.server)
        shown = [one for one in status.guards if one.faults or not self._detail.quiet]
        listed = sorted(shown, key=lambda one: not one.faults)[: self._detail.limit]
        if listed:
            rows = [_cells(one) for one in listed]
            columns = Columns(self._terminal, [HEAD, *rows], margin=SIGN)
            columns.row(HEAD, default="head")
            for guard, cells in zip(listed, rows, strict=True):
                sign = ("✗", "out_of_sync") if guard.faults else ("✓", "ok")
                columns.row(cells, {STATE: sign[1]}, sign=sign)
                for fault in guard.faults:
                    self._terminal.note(display(fault), indent=INDENT)
            self._terminal.line()
        elif not status.guards:
            self._terminal.line(("No guard triggers.", ""))
        for fault in status.faults:
            self._terminal.note(display(fault), "out_of_sync")
        for following in status.next:
            follow(self._terminal, following)

    def unreachable(self, database: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Nothing follows the last database."""


def guards(status: GuardStatus) -> dict[str, Any]:
    """The fields of one database in the JSON document."""
    return {
        "schema": None if status.owner is None else {"owner": status.owner, "faults": list(status.faults)},
        "guards": [_fields(one) for one in status.guards],
        "next": list(status.next),
    }


def _cells(guard: InstalledGuard) -> tuple[str, ...]:
    state = "damaged" if guard.faults else "intact"
    return (
        display(guard.name),
        display(", ".join(guard.tables)) or "-",
        display(guard.column or "-"),
        display(guard.sequence or "-"),
        state,
    )


def _fields(guard: InstalledGuard) -> dict[str, Any]:
    return {
        "function": guard.name,
        "tables": list(guard.tables),
        "column": guard.column,
        "sequence": guard.sequence,
        "intact": not guard.faults,
        "faults": list(guard.faults),
    }
