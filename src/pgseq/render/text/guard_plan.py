"""What `guard plan` advises: for people, and as a JSON document."""

from __future__ import annotations

from typing import Any, Final

from pgseq.commands.guard.advise import GUARDS, Advice, Advised, Fit, GuardWay
from pgseq.model.reports import Unreachable
from pgseq.names import display, plural
from pgseq.render.text import folding, ways, words
from pgseq.render.text.check import INDENT, heading, remark, rest
from pgseq.render.text.folding import Row
from pgseq.render.text.terminal import GAP, Terminal
from pgseq.render.writer import Detail

SAID: Final[dict[Fit, str]] = {"fits": "fits", "done": "nothing to do", "no": "does not fit"}
#: The text of a way stands to the right of the names.
MARGIN: Final = INDENT + 2 + len("ownership")


class AdviceTable:
    """Writes to `terminal` the columns for which there is something to do, and with `detail.verbose` all.

    What is different afterwards is the same for most tables, and said where it comes up first.
    """

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._told = set[str]()

    def database(self, advised: Advised) -> None:
        """Write one database."""
        heading(self._terminal, advised.server)
        shown = [one for one in advised.columns if self._detail.verbose or not _guarded(one)]
        everything = advised.inventory.report.sequences if advised.inventory.report.whole else ()
        rows = folding.rows(shown, self._detail, folding.advice, everything)
        for row in rows[: self._detail.limit]:
            self._advice(row)
        rest(self._terminal, rows, self._detail)
        if not advised.columns and not self._detail.quiet:
            self._terminal.line(("No column draws from a sequence: there is nothing to guard.", ""))
        guarded = len(advised.columns) - len(shown)
        if guarded and not self._detail.quiet:
            self._terminal.line((f"{plural(guarded, 'column')} guarded already", "ok"))

    def unreachable(self, database: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Nothing follows the last database."""

    def _advice(self, row: Row[Advice]) -> None:
        advice = row.report
        sign, style = words.sign(advice.report)
        subject = words.subject(advice.report.sequence, whole=self._detail.verbose)
        self._terminal.line(
            (f"{self._terminal.own(sign)} ", style),
            (self._terminal.own(subject), "head"),
            (f"  {advice.feed.type}, {advice.feed.via}  ", ""),
            (words.state(advice.report), style),
        )
        for way in advice.ways:
            if way.fit != "done" or self._detail.verbose:
                self._way(way, row.hint(way.hint))
        if advice.brought and any(way.fit == "fits" for way in advice.ways if way.name == "identity"):
            reasons = "; ".join(advice.brought)
            self._terminal.note(
                display(f"no identity: it would refuse rows that bring ids: {reasons}"), "warning", indent=INDENT
            )
        for sentence in advice.remarks:
            self._terminal.note(display(sentence), "warning", indent=INDENT)
        remark(self._terminal, row)
        tables = dict.fromkeys(like.feed.table_sql for like in row.every)
        for following in advice.taking(*row.relations(tables)):
            self._terminal.line((" " * INDENT, ""), (following, "command"))
        self._terminal.line()

    def _way(self, way: GuardWay, hint: str) -> None:
        label = way.name.ljust(MARGIN - INDENT - 2)
        lead = ((f"{' ' * INDENT}{label}{' ' * GAP}", "head"),)
        self._terminal.note(display(f"{SAID[way.fit]}: {way.why}"), lead=lead, indent=MARGIN)
        if hint:
            ways.write(self._terminal, hint, MARGIN)
        if way.lock:
            self._terminal.note(display(f"lock: {way.lock}"), "faint", indent=MARGIN)
        if way.effect and way.effect not in self._told:
            self._terminal.note(display(f"effect: {way.effect}"), "faint", indent=MARGIN)
            self._told.add(way.effect)


def advice(advised: Advised) -> dict[str, Any]:
    """The fields of one database in the JSON document."""
    return {"columns": [_fields(one) for one in advised.columns]}


def _guarded(advice: Advice) -> bool:
    """Whether nothing more is to be said about a column."""
    guarded = any(way.fit == "done" for way in advice.ways if way.name in GUARDS)
    return guarded and not advice.chosen and not advice.remarks and advice.report.status == "ok"


def _fields(advice: Advice) -> dict[str, Any]:
    sequence, feed = advice.report.sequence, advice.feed
    return {
        "schema": feed.schema,
        "table": feed.table,
        "column": feed.column,
        "type": feed.type,
        "via": feed.via,
        "sequence": sequence.sql,
        "status": advice.report.status,
        "chosen": list(advice.chosen),
        "next": list(advice.next),
        "ways": [_way(way) for way in advice.ways],
        "remarks": list(advice.remarks),
        "brought": list(advice.brought),
    }


def _way(way: GuardWay) -> dict[str, Any]:
    return {
        "name": way.name,
        "fit": way.fit,
        "why": f"{way.why} → {way.hint}" if way.hint else way.why,
        "lock": way.lock or None,
        "effect": way.effect or None,
    }
