"""check_many: what the library says of many databases at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Unpack

from pgseq.api.options import Arguments, Selection, repair_policy
from pgseq.errors import UsageError
from pgseq.fleet import check_all
from pgseq.model.limits import MAX_JUMP
from pgseq.model.reports import DatabaseReport, Unreachable
from pgseq.text.secrets import Hidden


def check_many(
    targets: Iterable[str] | Mapping[str, str],
    executor: Executor | None = None,
    *,
    send_passwords: bool = False,
    max_jump: float = MAX_JUMP,
    into_gap: bool = False,
    within: int | None = None,
    **selection: Unpack[Selection],
) -> Iterator[DatabaseReport | Unreachable]:
    """Check many databases at once; changes nothing. Yields a result for each target as they come, in no order.

    `targets` are DSNs (URI, conninfo or database name), or DSNs by the label that each result then bears: in
    `report.server.label`, and in the `database` of an Unreachable, which is a target that could not be checked, with
    the reason and a hint. One target does not stop the others.

    `executor`: where the work is done; None: in threads here. In an executor each DSN is resolved by the worker's own
    service file, .pgpass and PG* variables, and one that holds a password is refused without `send_passwords` unless
    the workers are processes of this machine. Workers need the same version of pgseq. An executor that is closed or
    breaks yields Unreachable for each target that it has lost.

    The other arguments are those of `check`, but that `jobs` is the greatest number of sessions over all databases (8,
    and as many as the executor takes), and `progress` is called with how many databases are done. A declared feed that
    a database does not have is passed over: another one may have it. Leaving the iterator early cancels what runs here.
    Raises UsageError for arguments that cannot be, ConfigError.

        with ProcessPoolExecutor() as executor:
            for result in pgseq.check_many({"eu": "service=eu", "us": "service=us"}, executor):
                ...

    >>> [result.server.label for result in pgseq.check_many({"eu": dsn})]
    ['eu']
    """
    arguments = Arguments(**selection)
    options = arguments.options(repair_policy(max_jump, into_gap, within=within))
    if isinstance(targets, str):
        raise UsageError("targets is one string", "pass a list of DSNs, or call pgseq.check")
    pairs = targets.items() if isinstance(targets, Mapping) else (("", dsn) for dsn in targets)
    named: list[tuple[str, str]] = []
    for label, dsn in pairs:
        if not isinstance(dsn, str):
            raise UsageError("a target is not a DSN", "pass connection strings: a connection works on one at a time")
        named.append((str(label), Hidden(dsn)))
    jobs = arguments.jobs if "jobs" in selection else None
    return check_all(named, executor, options, jobs, send_passwords=send_passwords, progress=arguments.progress)
