"""From logs, pipes and texts to counted errors, with explanations of what could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import FileIO
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pgseq.commands.explain.logs import stderr, tally
from pgseq.commands.explain.logs.clock import instant, reached
from pgseq.commands.explain.logs.entry import LogEntry
from pgseq.commands.explain.logs.scan import Nature, entries, form_of
from pgseq.commands.explain.logs.source import Blocks, beginning, stream
from pgseq.commands.explain.logs.tally import ErrorTally
from pgseq.commands.explain.logs.text import colourless, decoded
from pgseq.commands.explain.model import NOTHING, CountedError, Explanation, Occurrences, ParsedError
from pgseq.commands.explain.parse.named import by_name
from pgseq.commands.explain.parse.split import several
from pgseq.commands.explain.text import conclude
from pgseq.model.hints import Hint, command
from pgseq.names import plural, shell_words

#: Errors of a text that are explained one by one.
PASTED: Final = 10


class CountedErrors(Struct, frozen=True, kw_only=True):
    """Errors, each with how often it occurred."""

    errors: tuple[CountedError, ...] = ()
    #: Explanations of what could not be read: a file that is no log, errors beyond the causes told apart.
    unread: tuple[Explanation, ...] = ()
    #: They are of a log, or so many that they are counted as a log's are.
    counted: bool = False


class Log(Struct, frozen=True, kw_only=True):
    """A log to be read: its name for messages, and its bytes."""

    name: str
    blocks: Blocks


def of_text(text: str) -> CountedErrors:
    """The errors in a text; a text without any is a name, or one error that is not recognised."""
    return _of_errors(several(text) or [by_name(text) or _unrecognised(text)])


def _of_errors(errors: list[ParsedError]) -> CountedErrors:
    if len(errors) <= PASTED:
        return CountedErrors(errors=tuple((error, Occurrences()) for error in errors))
    counts = ErrorTally()
    counts.add_all(LogEntry(error=error) for error in errors)
    return _counted(counts)


def of_pipe(pipe: FileIO) -> CountedErrors:
    """The errors in what is piped in: the text of errors, or a log."""
    begun, complete = beginning(pipe)
    counts, nature = ErrorTally(), Nature()
    counts.add_all(entries([(begun, True)] if complete else stream(pipe, begun), nature=nature))
    errors = [error for error, _ in counts.groups()]
    plain = colourless(begun)
    is_log = nature.is_log and (not complete or _is_log(plain))
    if complete and not (errors and is_log):
        # What is no server's record may be an error in a driver's words, also among a server's records.
        text = decoded(plain)
        reported = several(text, errors)
        if is_log:
            reported = [error for error in reported if error.kind != "unrelated"]
        return _of_errors(reported or ([] if is_log else [_unrecognised(text)]))
    return _counted(counts, () if is_log else (_unread("standard input", "give the part with the error"),))


def of_logs(
    logs: Iterable[Log],
    since: datetime | None = None,
    *,
    warn: Callable[[str], None] = lambda text: None,
    on_new: Callable[[CountedError], None] = lambda error: None,
) -> CountedErrors:
    """The errors in logs since then. `on_new` is called at once with the first error of each cause, `warn` with
    warnings. Raises what reading raises (UsageError)."""
    counts = ErrorTally()
    unread: list[Explanation] = []
    for log in logs:
        nature = Nature()
        for entry in _since(entries(log.blocks, nature=nature), since, warn):
            if counts.add(entry):
                on_new((entry.error, _first(entry)))
        if nature.empty:
            warn(f"log {log.name} is empty")
        elif not nature.is_log:
            read = (command("explain"), f" < {shell_words([log.name])}")
            following = Hint("an application's own log is read from a pipe: ", *read)
            unread.append(_unread(log.name, following))
    return _counted(counts, tuple(unread))


def _unrecognised(text: str) -> ParsedError:
    return replace(NOTHING, message=text.strip()[:300])


def _since(log_entries: Iterable[LogEntry], since: datetime | None, warn: Callable[[str], None]) -> Iterator[LogEntry]:
    """The entries from then on; an entry without a time is kept."""
    warned = False
    for entry in log_entries:
        when = instant(entry.time) if since is not None else None
        if when is None or since is None:
            yield entry
            continue
        if not warned and since.tzinfo is not None and when.tzinfo is None:
            warned = True
            warn(f"{entry.time!r} names neither UTC nor an offset: --since takes the log's times for local ones")
        if reached(when, since):
            yield entry


def _first(entry: LogEntry) -> Occurrences:
    users, applications = ((name,) if name else () for name in (entry.user, entry.application))
    return Occurrences(first=entry.time or None, last=entry.time or None, users=users, applications=applications)


def _counted(counts: ErrorTally, unread: tuple[Explanation, ...] = ()) -> CountedErrors:
    if counts.left_out:
        text = f"{plural(counts.left_out, 'error')} beyond {tally.CAUSES} causes, which were not told apart"
        unread += (_not_explained(text, "give it less of the log, with --since or in parts"),)
    return CountedErrors(errors=tuple(counts.groups()), unread=unread, counted=True)


def _unread(name: str, following: str) -> Explanation:
    return _not_explained(f"no line of {name} is a PostgreSQL log record (stderr, csvlog, jsonlog)", following)


def _not_explained(text: str, following: str) -> Explanation:
    explanation = conclude(NOTHING, "cannot_tell", (text,), next=following)
    return replace(explanation, message=text, occurrences=Occurrences(count=0))


def _is_log(data: bytes) -> bool:
    """Whether what is piped in is a log, or the output of a script with several errors, rather than one error."""
    form = form_of(data)
    if form is not stderr:
        # A framework's dump of one error may be JSON, too.
        return any(needle in data for needle in form.NEEDLES) and data.count(b"\n") > 1
    stamped = re.match(rb"\S*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", data) is not None
    return stamped or stderr.errors(data) > 1
