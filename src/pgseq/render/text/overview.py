"""One line for each of several databases, worst first; those with the same numbers are one line."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Final

from msgspec import Struct, field

from pgseq.model.reports import Unreachable
from pgseq.model.server import Server
from pgseq.names import display, plural
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

NOT_REACHED: Final = "not reached"
#: The styles of states, worst first.
_STYLES: Final = {
    "exhausted": "exhausted",
    "out of sync": "out_of_sync",
    "would fail": "out_of_sync",
    NOT_REACHED: "unknown",
    "unknown": "unknown",
    "not proved": "unknown",
    "in sync": "ok",
    "proved": "ok",
}
_HEALTHY: Final = frozenset({"in sync", "proved"})


class _Row(Struct, kw_only=True, eq=False):
    """Databases with the same state and numbers; of healthy ones, the numbers from the least to the greatest."""

    state: str
    names: list[str]
    least: tuple[int, ...]
    most: tuple[int, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        more = f" and {plural(len(self.names) - 1, 'other')}" if len(self.names) > 1 else ""
        if self.state == NOT_REACHED:
            numbers = ["-"] * len(self.least)
        else:
            pairs = zip(self.least, self.most, strict=True)
            numbers = [f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in pairs]
        return (self.names[0] + more, *numbers, self.state)


class Overview(Struct, kw_only=True, eq=False):
    """Counts of databases; `states` names the columns, the healthy one first, and what a count above 0 means."""

    states: tuple[str, ...]
    _rows: dict[tuple[object, ...], _Row] = field(default_factory=dict)

    def add(self, server: Server, counts: Items[int]) -> None:
        """Add a database; `counts` as the columns are."""
        bad = [state for state, count in zip(self.states, counts, strict=True) if count and state not in _HEALTHY]
        self._add(server.label or server.database, min(bad, key=[*_STYLES].index, default=self.states[0]), (*counts,))

    def unreachable(self, unreachable: Unreachable) -> None:
        """Add a database that was not reached."""
        self._add(unreachable.database, NOT_REACHED, (0,) * len(self.states))

    def _add(self, name: str, state: str, counts: tuple[int, ...]) -> None:
        key = (state,) if state in _HEALTHY else (state, counts)
        row = self._rows.setdefault(key, _Row(state=state, names=[], least=counts, most=counts))
        row.names.append(display(name))
        row.least = tuple(map(min, row.least, counts))
        row.most = tuple(map(max, row.most, counts))

    def write(self, terminal: Terminal, detail: Detail) -> None:
        """Write the table if there are several databases; healthy ones only unless `detail.quiet`."""
        if sum(len(row.names) for row in self._rows.values()) < 2:
            return
        rows = [row for row in self._rows.values() if not (detail.quiet and row.state in _HEALTHY)]
        rows.sort(key=lambda row: ([*_STYLES].index(row.state), [-count for count in row.most[1:]]))
        listed = rows[: detail.limit]
        if not listed:
            return
        head = ("Database", *(state.capitalize() for state in self.states), "State")
        columns = Columns(terminal, [head, *(row.cells for row in listed)], right=frozenset(range(1, len(head) - 1)))
        columns.row(head, default="head")
        for row in listed:
            columns.row(row.cells, {len(head) - 1: _STYLES[row.state]})
        if len(rows) > len(listed):
            terminal.line((terminal.own(f"… {len(rows) - len(listed):,} more, --limit all lists them"), "faint"))
        if not detail.quiet:
            terminal.line()
