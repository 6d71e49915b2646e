"""Runs `range`."""

from __future__ import annotations

import sys
from functools import partial

from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import over
from pgseq.commands.range import RangeReport
from pgseq.commands.range.workflow import RangeOptions, left_from, left_of, read_range
from pgseq.fleet import Question
from pgseq.model.exit_code import ExitCode
from pgseq.pg.pool import SessionPool
from pgseq.render.csv.range import RangeCsv
from pgseq.render.json.lines import JsonLines
from pgseq.render.json.range import range_document
from pgseq.render.markdown.range import RangeMarkdown
from pgseq.render.text.progress import Bar
from pgseq.render.text.range import RangeTable
from pgseq.render.writer import Writer
from pgseq.workflow import Options


def run(connection: Connection, options: Options, asked: RangeOptions, view: View) -> ExitCode:
    """Say what is left in every database; the exit code."""

    def work(pool: SessionPool, here: Options, bar: Bar) -> RangeReport:
        return left_of(pool, here, asked, bar)

    writer = _writer(view, options.config.path)
    question = asking(asked)
    return over(connection, options, work, writer, lambda report: report.exit_code, question=question, at_once=True)


def asking(asked: RangeOptions) -> Question[RangeReport]:
    """The same for an executor: the database is read there, and files are here."""
    return Question(read=partial(read_range, clock=asked.clock), finish=partial(left_from, asked=asked))


def _writer(view: View, config: str | None) -> Writer[RangeReport]:
    match view.format:
        case "json":
            return range_document(sys.stdout, config)
        case "jsonl":
            return JsonLines(sys.stdout, lambda out: range_document(out, config))
        case "csv":
            return RangeCsv(sys.stdout)
        case "markdown":
            return RangeMarkdown(sys.stdout, view.detail)
        case "html":
            from pgseq.render.html.range import HtmlRange

            return HtmlRange(sys.stdout, view.detail, config)
        case _:
            return RangeTable(view.terminal(), view.detail)
