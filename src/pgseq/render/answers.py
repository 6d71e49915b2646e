"""Reports of the library as the command line writes them: the JSON document, and the table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any, Final

from pgseq.commands.explain.model import Explanation
from pgseq.commands.guard.advise import Advised
from pgseq.commands.guard.model import GuardReport, GuardStatus
from pgseq.commands.lint.model import LintReport
from pgseq.commands.range.model import RangeReport
from pgseq.commands.sync.model import Cutover
from pgseq.commands.why.model import WhyReport
from pgseq.model.answer import Answer
from pgseq.model.reports import DatabaseReport, Report, UndoReport, Unreachable, Verification
from pgseq.names import display
from pgseq.render.json.check import check_document
from pgseq.render.json.guard import GuardDocument
from pgseq.render.json.lint import LintDocument
from pgseq.render.json.range import range_document
from pgseq.render.json.sync import CutoverDocument
from pgseq.render.json.undo import undo_document
from pgseq.render.json.verify import verify_document
from pgseq.render.lint_sink import LintWriter
from pgseq.render.text import guard_changes, guard_plan, guard_status
from pgseq.render.text.explain import VERDICTS, ExplanationText, write_document
from pgseq.render.text.fix import FixTable
from pgseq.render.text.lint import LintText
from pgseq.render.text.range import RangeTable
from pgseq.render.text.sync import CutoverTable
from pgseq.render.text.terminal import Terminal
from pgseq.render.text.undo import UndoneTable
from pgseq.render.text.verify import ProofTable
from pgseq.render.text.why import CauseDocument, CauseTable
from pgseq.render.writer import Detail

#: As much as the command line shows unasked.
DETAIL: Final = Detail(limit=100)

#: The writers of a report's document and of its table, by its class.
_DOCUMENTS: Final[dict[type[Answer], Callable[[StringIO], Any]]] = {
    DatabaseReport: check_document,
    Verification: verify_document,
    UndoReport: undo_document,
    WhyReport: CauseDocument,
    RangeReport: range_document,
    Cutover: CutoverDocument,
    GuardReport: lambda out: GuardDocument(out, guard_changes.changes),
    Advised: lambda out: GuardDocument(out, guard_plan.advice),
    GuardStatus: lambda out: GuardDocument(out, guard_status.guards),
}
_TABLES: Final[dict[type[Answer], Callable[[Terminal], Any]]] = {
    DatabaseReport: lambda terminal: FixTable(terminal, DETAIL),
    Verification: lambda terminal: ProofTable(terminal, DETAIL),
    UndoReport: UndoneTable,
    RangeReport: lambda terminal: RangeTable(terminal, DETAIL),
    WhyReport: lambda terminal: CauseTable(terminal, DETAIL),
    Cutover: lambda terminal: CutoverTable(terminal, DETAIL),
    GuardReport: lambda terminal: guard_changes.ChangeTable(terminal, DETAIL, None),
    Advised: lambda terminal: guard_plan.AdviceTable(terminal, DETAIL),
    GuardStatus: lambda terminal: guard_status.StatusTable(terminal, DETAIL),
}


def document(answer: Answer) -> dict[str, Any]:
    """The document with --format json."""
    out = StringIO()
    match answer:
        case Explanation():
            write_document(out, [answer])
        case LintReport():
            _lint(answer, LintDocument(out))
        case Unreachable():
            nowhere = check_document(out)
            nowhere.unreachable(answer)
            nowhere.close()
        case Report():
            _write(_DOCUMENTS[DatabaseReport](out), *answer.databases)
        case _:
            _write(_DOCUMENTS[type(answer)](out), answer)
    read: dict[str, Any] = json.loads(out.getvalue())
    return read


def table(answer: Answer) -> str:
    """The table, without colours and unfolded."""
    out = StringIO()
    terminal = Terminal(out, "never")
    match answer:
        case Explanation():
            ExplanationText(terminal, DETAIL, counted=False).write([answer])
        case LintReport():
            _lint(answer, LintText(terminal, quiet=False))
        case Unreachable():
            terminal.line((f"{display(answer.database)}: {display(answer.reason)}", ""))
            terminal.hint(display(answer.hint))
        case Report():
            _write(_TABLES[DatabaseReport](terminal), *answer.databases)
        case _:
            _write(_TABLES[type(answer)](terminal), answer)
    return out.getvalue().rstrip("\n")


def summary(answer: Answer) -> str:
    """One line: the sums, or what became of it."""
    match answer:
        case Explanation():
            return f"{VERDICTS[answer.verdict]}: {display(answer.message)}"
        case Unreachable():
            return f"{display(answer.database)}: {display(answer.reason)}"
        case WhyReport():
            return summary(answer.database_report)
        case Advised():
            return summary(answer.inventory.report)
        case UndoReport():
            would = "would move" if answer.rehearsed else "moved"
            results = (one.applied.result for one in answer.results)
            return _sums((would if result == "moved" else result for result in results), "Nothing was changed.")
        case GuardReport():
            return _sums(map(guard_changes.state, answer.items), "Nothing to do.")
        case GuardStatus():
            states = ["damaged" if one.faults else "intact" for one in answer.guards]
            return _sums([*states, *["damaged schema"] * bool(answer.faults)], "No guard triggers.")
        case _:
            return table(answer).rpartition("\n")[2]


def _sums(words: Iterable[str], nothing: str) -> str:
    """How many there are of each, in the order in which they come; `nothing` of none."""
    return ", ".join(f"{count:,} {word}" for word, count in Counter(words).items()) or nothing


def _write(writer: Any, *reports: Answer) -> None:
    for report in reports:
        writer.database(report)
    if hasattr(writer, "close"):
        writer.close()


def _lint(report: LintReport, writer: LintWriter) -> None:
    for file in report.files:
        writer.file(file)
    for unread in report.unread:
        writer.unread(unread)
    writer.close()
