"""The work of `explain`: where errors come from, which database is asked, and what is written."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from pgseq import conninfo
from pgseq.admission import refuse_absent
from pgseq.cli.options import View
from pgseq.cli.parameters import duration
from pgseq.cli.servers import Connection
from pgseq.config import Config, Declared
from pgseq.errors import ConnectionFailed, UsageError
from pgseq.explanation.inquiry import NOTHING, explain
from pgseq.explanation.logs import stderr
from pgseq.explanation.logs.clock import instant, reached
from pgseq.explanation.logs.entry import Entry
from pgseq.explanation.logs.scan import entries, form_of
from pgseq.explanation.logs.source import blocks, stream
from pgseq.explanation.logs.tally import Tally
from pgseq.explanation.recognise import recognise
from pgseq.explanation.values import Explanation, Reported, Seen
from pgseq.names import display
from pgseq.render.explained import ExplanationText, write_document
from pgseq.session import Limits

#: Exit codes from best to worst.
WORSE: Final = (0, 3, 1)
Errors = list[tuple[Reported, Seen]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explaining:
    """One run of `explain`; each method returns the exit code."""

    connection: Connection
    limits: Limits
    config: Config
    view: View

    def text(self, text: str) -> int:
        """Explain one error."""
        return self._answer([(recognise(text) or replace(NOTHING, message=text.strip()[:300]), Seen())])

    def standard_input(self) -> int:
        """Explain what is piped in: one error, or a log."""
        if sys.stdin.isatty():
            raise UsageError("there is nothing to explain", "give the error's text, or --log FILE, or pipe it in")
        read = stream(os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False).read)
        first, last = next(read)
        if last and not _is_log(first):
            return self.text(first.decode("utf-8", "replace"))
        tally = Tally()
        tally.add_all(entries(chain([(first, last)], read if not last else ())))
        return self._answer(list(tally.groups()), counted=True)

    def logs(self, paths: Iterable[Path], since: datetime | None, *, follow: bool) -> int:
        """Explain the errors in logs."""
        tally = Tally()
        for path in paths:
            for entry in self._since(entries(blocks(path, follow=follow)), since):
                if tally.add(entry) and follow:
                    self._answer([(entry.reported, _first(entry))], counted=True)
                    sys.stdout.flush()
        return self._answer(list(tally.groups()), counted=True)

    def _since(self, found: Iterable[Entry], since: datetime | None) -> Iterator[Entry]:
        """The entries from then on; one without a time cannot be left out."""
        told = False
        for one in found:
            when = instant(one.time) if since is not None else None
            if when is None or since is None:
                yield one
                continue
            if not told and since.tzinfo is not None and when.tzinfo is None:
                told = True
                guess = f"{one.time!r} names neither UTC nor an offset: --since takes the log's times for local ones"
                self.view.terminal(error=True).line((display(guess), "unknown"))
            if reached(when, since):
                yield one

    def _answer(self, errors: Errors, *, counted: bool = False) -> int:
        found: list[Explanation] = []
        reasons: list[str] = []
        for database, group in _by_database(errors).items():
            explained, unreachable = self._explained(database, group)
            found += explained
            reasons += [unreachable] if unreachable else []
        found.sort(key=lambda one: (-WORSE.index(one.exit_code), -one.seen.count))
        reason = "; ".join(dict.fromkeys(reasons)) or None
        if self.view.format == "json":
            write_document(sys.stdout, found, reason)
        else:
            if reason:
                self.view.terminal(error=True).line((f"no database was asked: {display(reason)}", "unknown"))
            ExplanationText(self.view.terminal(), self.view.detail, counted=counted).write(found)
        return max((one.exit_code for one in found), key=WORSE.index, default=0)

    def _explained(self, database: str, errors: Errors) -> tuple[list[Explanation], str]:
        """Explanations by the database that the errors come from, or by their texts; and why it could not be asked."""
        aimed = self._aimed(database)
        # A database that only a log names need not have what is declared.
        lacking = refuse_absent if aimed == self.connection else _nothing
        (server,) = aimed.servers()
        try:
            with server.open(1) as crew:
                return list(explain(errors, crew, self.limits, self.config, lacking)), ""
        except ConnectionFailed as error:
            return list(explain(errors, None)), " ".join(error.message.split())

    def _aimed(self, database: str) -> Connection:
        """The connection asked for; to the database that the log names where the command line names none."""
        given = {} if self.connection.dbname is None else conninfo.parse(self.connection.dbname)
        if not database or "dbname" in given or conninfo.default("service"):
            return self.connection
        return replace(self.connection, dbname=conninfo.build(given | {"dbname": database}))


def _nothing(absent: tuple[Declared, ...]) -> None:
    """Declared feeds that a database lacks, let pass."""


def moment(since: str | None) -> datetime | None:
    """The start of --since; without a zone it is by the log's own clock. Raises UsageError."""
    if since is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*(us|ms|s|min|h|d)\s*", since):
        return datetime.now(UTC) - timedelta(milliseconds=duration(since))
    try:
        return datetime.fromisoformat(since)
    except ValueError:
        hint = "write 2026-05-01, 2026-05-01 12:00, 2026-05-01 12:00+02:00, 90min, 12h or 7d"
        raise UsageError(f"--since {since!r} is not a time", hint) from None


def _first(entry: Entry) -> Seen:
    users, applications = ((name,) if name else () for name in (entry.user, entry.application))
    return Seen(first=entry.time or None, last=entry.time or None, users=users, applications=applications)


def _by_database(errors: Errors) -> dict[str, Errors]:
    groups: dict[str, Errors] = {}
    for error in errors:
        groups.setdefault(error[0].database, []).append(error)
    return groups


def _is_log(data: bytes) -> bool:
    """Whether what is piped in is a log, or the output of a script with several errors, rather than one error."""
    form = form_of(data)
    if form is not stderr:
        # A framework's dump of one error may be JSON, too.
        return any(needle in data for needle in form.NEEDLES) and data.count(b"\n") > 1
    stamped = re.match(rb"\S*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", data) is not None
    return stamped or sum(data.count(needle) for needle in form.NEEDLES) > 1
