"""Which databases a command line means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from pgseq.cli.app.errors import note
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.inventory import NAMED, Line, places
from pgseq.cli.options.server import Identity, NamedServer, distinct
from pgseq.cli.options.shared import usual_jobs
from pgseq.core.follow_up import Caller
from pgseq.errors import ConnectionFailed, PgseqError, QueryFailed, UsageError

#: Errors of one database that do not stop the work in others.
FAILURES: Final = (ConnectionFailed, QueryFailed, UsageError)
#: Tells why there is nothing of what stands at a place and is to be called by a label.
Miss = Callable[[str, str, PgseqError], None]


def refuse_executor(connection: Connection) -> None:
    """Raises UsageError where work is to be done elsewhere, for a command that does its work here."""
    if connection.executor is not None:
        raise UsageError(
            "--executor is for check, verify and range, which only read",
            "leave it out: a change is made from here, since one that is run again after a worker was lost would "
            "lose the record that undoes it",
        )


def targets_of(connection: Connection, miss: Miss) -> list[NamedServer]:
    """The databases to work in, each once; `miss` is called for the lines of a list that name none, and for each of
    several servers that cannot list theirs."""
    missed: list[str] = []

    def counted(place: str, label: str, error: PgseqError) -> None:
        missed.append(place)
        miss(place, label, error)

    servers, again = named(connection, counted)
    if again:
        note(f"named before, and looked at once: {places(again)}")
    if labels := [
        label for label, count in Counter(server.own_label for server in servers).items() if label and count > 1
    ]:
        note(f"the same label stands for several databases: {', '.join(labels[:NAMED])}")
    if not connection.every:
        return servers
    targets: list[NamedServer] = []
    for server in servers:
        try:
            siblings = list(server.databases())
        except FAILURES as error:
            if len(servers) == 1 and not missed:
                raise
            counted(server.label, server.label, error)
            continue
        siblings = [(one, is_open) for one, is_open in siblings if not connection.excludes(one)]
        targets += [one for one, is_open in siblings if is_open]
        if closed := [one.label for one, is_open in siblings if not is_open]:
            note(f"not looked at, no connections are allowed: {', '.join(closed)}")
    return distinct(targets)


def named(connection: Connection, miss: Miss) -> tuple[list[NamedServer], list[Line]]:
    """The servers that arguments and files name, each once, and the lines that name one again."""
    servers: dict[Identity, NamedServer] = {server.identity: server for server in distinct(connection.servers())}
    again: list[Line] = []
    for line, server in connection.listed(lambda line, error: miss(line.place, line.label or line.place, error)):
        if servers.setdefault(server.identity, server) is not server:
            again.append(line)
    return [*servers.values()], again


def calling(caller: Caller, target: tuple[str, ...], jobs: int) -> Caller:
    """Who calls, with the database that is worked in."""
    options = () if jobs == usual_jobs() else (("--jobs", str(jobs)),)
    return replace(caller, target=target, options=(*caller.options, *options))
