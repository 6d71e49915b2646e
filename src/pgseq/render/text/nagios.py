"""A check as a monitoring plugin writes it: a line with the state and figures, and a line for each sequence.

Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios". Labels of figures are always the same, so
that what draws them need not know names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TextIO

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.commands.range.model import Within
from pgseq.model.exit_code import PluginState
from pgseq.model.reports import Unreachable
from pgseq.names import display
from pgseq.render.text import range_words, words
from pgseq.render.writer import Detail

Outlook = Literal["out_of_sync", "exhausted", "ends_at_once", "ends_soon", "unknown", "in_sync"]

#: The state and the words for each outlook, in the order in which they are written.
OUTLOOKS: Final[dict[Outlook, tuple[PluginState, str]]] = {
    "out_of_sync": (PluginState.CRITICAL, "out of sync"),
    "exhausted": (PluginState.CRITICAL, "exhausted"),
    "ends_at_once": (PluginState.CRITICAL, "within --critical"),
    "ends_soon": (PluginState.WARNING, "ending soon"),
    "unknown": (PluginState.UNKNOWN, "unknown"),
    "in_sync": (PluginState.OK, "in sync"),
}


@dataclass(kw_only=True)
class Plugin:
    """Keeps what matters of each database; `write` writes it, when all have been looked at."""

    detail: Detail
    #: What is too little. Without `warning`, and where it is a time and no forecast can be told, a sequence ends soon
    #: when it is nearly used up (PGS016).
    warning: Within | None
    critical: Within | None
    #: Whether none that feeds a column is unknown.
    require: bool
    _counts: Counter[Outlook] = field(default_factory=Counter)
    _compared: int = 0
    _left_out: int = 0
    _lines: list[tuple[PluginState, str]] = field(default_factory=list)
    _seconds: list[float] = field(default_factory=list)
    _values: list[int] = field(default_factory=list)
    _used: list[float] = field(default_factory=list)

    def database(self, report: RangeReport) -> None:
        """Keep one database."""
        server = report.database_report.server
        for sequence_range in report.sequences:
            if sequence_range.report.ignored is not None:
                continue
            outlook = self._outlook(sequence_range)
            self._counts[outlook] += 1
            self._compared += not sequence_range.sequence.feeds_nothing
            self._seconds += (
                [sequence_range.forecast.seconds] if sequence_range.forecast and not sequence_range.ended else []
            )
            if sequence_range.left is not None and sequence_range.left.values is not None:
                self._values.append(sequence_range.left.values)
                self._used.append(sequence_range.left.used or 0)
            if outlook != "in_sync":
                text = f"{server.label or server.database}: {_said(sequence_range, outlook, report)}"
                self._lines.append((OUTLOOKS[outlook][0], text))
        self._lines += [(PluginState.OK, f"{one.reason}; {one.hint}") for one in report.problems]

    def unreachable(self, unreachable: Unreachable) -> None:
        """Keep that a database was left out."""
        self._left_out += 1
        text = "; ".join(filter(None, (unreachable.reason, unreachable.hint)))
        self._lines.append((PluginState.UNKNOWN, f"{unreachable.database}: {text}"))

    def close(self) -> None:
        """Nothing is written yet: what none of the databases has is known later."""

    def write(self, out: TextIO, *, all_found: bool) -> PluginState:
        """Write the answer; its state. `all_found`: each database, pattern and declared feed was found."""
        states = [OUTLOOKS[outlook][0] for outlook, count in self._counts.items() if count]
        unseen = [f"{self._left_out} left out"] * bool(self._left_out)
        unseen += ["not all that was asked for is there"] * (not all_found and not self._left_out)
        unseen += ["no sequence that feeds a column was looked at"] * (self.require and not self._compared)
        state = PluginState.worst([*states, *([PluginState.UNKNOWN] if unseen else [])])
        sums = [f"{self._counts[key]:,} {text}" for key, (_, text) in OUTLOOKS.items() if self._counts[key]]
        text = ", ".join([*unseen, *(sums or [words.NOTHING])])
        out.write(f"{first_line(state, text)} | {' '.join(self._figures())}\n")
        out.writelines(f"{_plain(line)}\n" for line in self._listed())
        return state

    def _outlook(self, sequence_range: SequenceRange) -> Outlook:
        counted = sequence_range.report.counts_as
        if counted == "out_of_sync" or counted == "exhausted":
            return counted
        if sequence_range.ended:
            return "exhausted"
        if self.critical is not None and sequence_range.ends_within(self.critical):
            return "ends_at_once"
        if self._ends_soon(sequence_range):
            return "ends_soon"
        return (
            "unknown"
            if counted == "unknown" or sequence_range.left is None or not sequence_range.left.exact
            else "in_sync"
        )

    def _ends_soon(self, sequence_range: SequenceRange) -> bool:
        if self.warning is not None and (self.warning.values is not None or sequence_range.forecast is not None):
            return sequence_range.ends_within(self.warning)
        return any(finding.code == "PGS016" for finding in sequence_range.report.findings)

    def _listed(self) -> Iterator[str]:
        worst_first = sorted(self._lines, key=lambda line: line[0] != PluginState.CRITICAL)
        limit = self.detail.limit
        yield from (text for _, text in worst_first[:limit])
        if limit is not None and len(worst_first) > limit:
            yield f"… and {len(worst_first) - limit:,} more"

    def _figures(self) -> Iterator[str]:
        """Figures, those that alarm with the range beyond which they do; U: not known."""
        for key, (state, _) in OUTLOOKS.items():
            alarm = {PluginState.CRITICAL: ";;0", PluginState.WARNING: ";0;"}.get(state, ";;")
            yield f"{key}={self._counts[key]}{alarm};0"
        within = (self.warning, self.critical)
        seconds = [f"{each.seconds:.0f}:" if each and each.seconds is not None else "" for each in within]
        values = [f"{each.values}:" if each and each.values is not None else "" for each in within]
        yield f"time_left={_least(self._seconds, 's')};{';'.join(seconds)};0"
        yield f"values_left={_least(self._values)};{';'.join(values)};0"
        yield f"used={max(self._used, default=0):.2%};;;0;100"


def first_line(state: PluginState, text: str) -> str:
    """The state and what it comes of, as everything that runs plugins shows it."""
    return f"PGSEQ {state.name} - {_plain(text)}"


def _least(figures: Iterable[float], unit: str = "") -> str:
    known = list(figures)
    return f"{min(known):.0f}{unit}" if known else "U"


def _said(sequence_range: SequenceRange, outlook: Outlook, report: RangeReport) -> str:
    """What is wrong with a sequence, and what to do."""
    findings = words.visible_findings(sequence_range.report, verbose=False)
    if outlook in ("ends_at_once", "ends_soon") or not findings:
        left, lasts = range_words.left(sequence_range), range_words.lasts(sequence_range, report.now)
        return f"{words.subject(sequence_range.sequence)}: {left} left, {lasts}: {range_words.end(sequence_range)}"
    return "; ".join(filter(None, (findings[0].message, findings[0].hint)))


def _plain(text: str) -> str:
    """A text without the bar, which begins figures."""
    return display(text).replace("|", r"\x7c")
