"""The work of `explain`: where errors come from, which database is asked, and what is written."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Final

from pgseq import conninfo
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.options.types import duration
from pgseq.commands.explain.logs import stderr
from pgseq.commands.explain.logs.clock import instant, reached
from pgseq.commands.explain.logs.entry import Entry
from pgseq.commands.explain.logs.scan import Nature, entries, form_of
from pgseq.commands.explain.logs.source import beginning, blocks, stream
from pgseq.commands.explain.logs.tally import CAUSES, Tally
from pgseq.commands.explain.logs.text import colourless, decoded
from pgseq.commands.explain.model import NOTHING, Explanation, Occurrences, ParsedError
from pgseq.commands.explain.parse.split import several
from pgseq.commands.explain.text import addressed, conclude
from pgseq.commands.explain.workflow import explain
from pgseq.config import Config, Declared
from pgseq.core.preconditions import refuse_absent
from pgseq.errors import ConnectionFailed, UsageError
from pgseq.model.limits import Limits
from pgseq.names import display, plural
from pgseq.render.text.explain import ExplanationText, write_document

#: Exit codes from best to worst.
WORSE: Final = (0, 3, 1)
#: Errors of a text that are told one by one.
PASTED: Final = 10
Errors = list[tuple[ParsedError, Occurrences]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explaining:
    """One run of `explain`; each method returns the exit code."""

    connection: Connection
    limits: Limits
    config: Config
    view: View

    def text(self, text: str) -> int:
        """Explain the errors in a text."""
        errors = several(text)
        if not errors and os.path.isfile(text):
            name = shlex.quote(text)
            hint = f"pgseq explain --log {name}; of an application's output: pgseq explain < {name}"
            raise UsageError(f"{text} is a file, and no error's text", hint)
        return self._told(errors or [_unknown(text)])

    def standard_input(self) -> int:
        """Explain what is piped in: the text of errors, or a log."""
        if sys.stdin.isatty():
            raise UsageError("there is nothing to explain", "give the error's text, or --log FILE, or pipe it in")
        begun, whole = beginning(_pipe())
        tally, nature = Tally(), Nature()
        tally.add_all(entries([(begun, True)] if whole else stream(_pipe(), begun), nature=nature))
        groups = list(tally.groups())
        plain = colourless(begun)
        log = nature.is_log and (not whole or _is_log(plain))
        if whole and not (groups and log):
            # What is no server's record may be an error in a driver's words, also among a server's records.
            text = decoded(plain)
            errors = several(text, [error for error, _ in groups])
            return self._told(errors or ([] if log else [_unknown(text)]))
        unread = () if log else (_unread("standard input", "give the part with the error"),)
        return self._answer(groups, (*unread, *_left_out(tally)), counted=True)

    def logs(self, paths: Iterable[Path], since: datetime | None, *, follow: bool) -> int:
        """Explain the errors in logs."""
        tally = Tally()
        unread: list[Explanation] = []
        for path in paths:
            nature = Nature()
            read = stream(_pipe(), follow=follow) if str(path) == "-" else blocks(path, follow=follow)
            for entry in self._since(entries(read, nature=nature), since):
                if tally.add(entry) and follow:
                    self._answer([(entry.error, _first(entry))], counted=True)
                    sys.stdout.flush()
            if nature.empty:
                self.view.terminal(error=True).line((f"log {display(str(path))} is empty", "unknown"))
            elif not nature.is_log:
                following = f"an application's own log is read from a pipe: pgseq explain < {shlex.quote(str(path))}"
                unread.append(_unread(str(path), following))
        return self._answer(list(tally.groups()), (*unread, *_left_out(tally)), counted=True)

    def _told(self, errors: list[ParsedError]) -> int:
        """Explain each error; more than people paste are counted, as a log's are."""
        if len(errors) <= PASTED:
            return self._answer([(error, Occurrences()) for error in errors])
        tally = Tally()
        tally.add_all(Entry(error=error) for error in errors)
        return self._answer(list(tally.groups()), _left_out(tally), counted=True)

    def _since(self, log_entries: Iterable[Entry], since: datetime | None) -> Iterator[Entry]:
        """The entries from then on; one without a time cannot be left out."""
        warned = False
        for entry in log_entries:
            when = instant(entry.time) if since is not None else None
            if when is None or since is None:
                yield entry
                continue
            if not warned and since.tzinfo is not None and when.tzinfo is None:
                warned = True
                guess = f"{entry.time!r} names neither UTC nor an offset: --since takes the log's times for local ones"
                self.view.terminal(error=True).line((display(guess), "unknown"))
            if reached(when, since):
                yield entry

    def _answer(self, errors: Errors, unread: Iterable[Explanation] = (), *, counted: bool = False) -> int:
        explanations: list[Explanation] = list(unread)
        reasons: list[str] = []
        for database, group in _by_database(errors).items():
            explained, unreachable = self._explained(database, group)
            explanations += explained
            reasons += [unreachable] if unreachable else []
        explanations.sort(key=lambda one: (-WORSE.index(one.exit_code), -one.occurrences.count))
        reason = "; ".join(dict.fromkeys(reasons)) or None
        if self.view.format == "json":
            write_document(sys.stdout, explanations, reason, self.config.path)
        else:
            if reason:
                self.view.terminal(error=True).line((f"no database was asked: {display(reason)}", "unknown"))
            ExplanationText(self.view.terminal(), self.view.detail, counted=counted).write(explanations)
        return max((one.exit_code for one in explanations), key=WORSE.index, default=0)

    def _explained(self, database: str, errors: Errors) -> tuple[list[Explanation], str]:
        """Explanations by the database that the errors come from, or by their texts; and why it could not be asked."""
        aimed = self._aimed(database)
        # A database that only a log names need not have what is declared, nor be one at all.
        named = aimed != self.connection
        on_missing_feeds = _nothing if named else refuse_absent
        try:
            (server,) = aimed.servers()
            with server.open(1) as pool:
                explanations = explain(errors, pool, self.limits, self.config, on_missing_feeds)
                return list(self._at(aimed, explanations)), ""
        except (ConnectionFailed, UsageError) as error:
            if isinstance(error, UsageError) and not named:
                raise
            return list(explain(errors, None)), " ".join(error.message.split())

    def _at(self, asked: Connection, explanations: Iterable[Explanation]) -> Iterable[Explanation]:
        """With the connection in the commands that people are told to run next."""
        if self.view.format == "json":
            return explanations
        words = asked.arguments()
        return (replace(one, next=addressed(one.next, words)) for one in explanations)

    def _aimed(self, database: str) -> Connection:
        """The connection asked for; to the database that the log names where the command line names none."""
        given = {} if self.connection.dbname is None else conninfo.parse(self.connection.dbname)
        if not database or "dbname" in given or conninfo.default("service"):
            return self.connection
        whole = given or conninfo.is_string(database)
        return replace(self.connection, dbname=conninfo.build(given | {"dbname": database}) if whole else database)


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


def _first(entry: Entry) -> Occurrences:
    users, applications = ((name,) if name else () for name in (entry.user, entry.application))
    return Occurrences(first=entry.time or None, last=entry.time or None, users=users, applications=applications)


def _by_database(errors: Errors) -> dict[str, Errors]:
    groups: dict[str, Errors] = {}
    for error in errors:
        groups.setdefault(error[0].database, []).append(error)
    return groups


def _pipe() -> FileIO:
    """Standard input as it comes."""
    return FileIO(sys.stdin.fileno(), closefd=False)


def _unknown(text: str) -> ParsedError:
    """A text that reports no error of PostgreSQL's, as far as can be read."""
    return replace(NOTHING, message=text.strip()[:300])


def _unread(name: str, following: str) -> Explanation:
    """What is said of a file that is no log."""
    evidence = (f"no line of {name} is a PostgreSQL log record (stderr, csvlog, jsonlog)",)
    explanation = conclude(NOTHING, "cannot_tell", evidence, next=following)
    return replace(explanation, message=evidence[0], occurrences=Occurrences(count=0))


def _left_out(tally: Tally) -> tuple[Explanation, ...]:
    """What is said of errors whose causes were too many to tell apart; nothing where there are none."""
    if not tally.left_out:
        return ()
    evidence = (f"{plural(tally.left_out, 'error')} beyond {CAUSES} causes, which were not told apart",)
    explanation = conclude(NOTHING, "cannot_tell", evidence, next="give it less of the log, with --since or in parts")
    return (replace(explanation, message=evidence[0], occurrences=Occurrences(count=0)),)


def _is_log(data: bytes) -> bool:
    """Whether what is piped in is a log, or the output of a script with several errors, rather than one error."""
    form = form_of(data)
    if form is not stderr:
        # A framework's dump of one error may be JSON, too.
        return any(needle in data for needle in form.NEEDLES) and data.count(b"\n") > 1
    stamped = re.match(rb"\S*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", data) is not None
    return stamped or stderr.errors(data) > 1
