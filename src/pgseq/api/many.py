"""check_many, verify_many, range_many: what the library says of many databases at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar, Unpack

from pgseq import workflow
from pgseq.api.left import asked_range
from pgseq.api.options import Arguments, Selection, repair_policy
from pgseq.errors import UsageError
from pgseq.fleet import Question, ask_all
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import MAX_JUMP
from pgseq.model.reports import DatabaseReport, Unreachable, Verification
from pgseq.text.secrets import Hidden

if TYPE_CHECKING:
    from pgseq.commands.range import RangeReport

T = TypeVar("T")

#: DSNs (URI, conninfo or database name), or DSNs by label.
Targets = Iterable[str] | Mapping[str, str]


def check_many(
    targets: Targets,
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
    policy = repair_policy(max_jump, into_gap, within=within)
    return _ask(Question(read=workflow.check), targets, executor, send_passwords, policy, selection)


def verify_many(
    targets: Targets,
    executor: Executor | None = None,
    *,
    send_passwords: bool = False,
    **selection: Unpack[Selection],
) -> Iterator[Verification | Unreachable]:
    """Prove the next insert in many databases at once; changes nothing. Yields a Verification or an Unreachable for
    each target as they come; everything else as `check_many`, and `verify` without `insert`. Raises what `check_many`
    raises.

    >>> [verified.ok for verified in pgseq.verify_many([dsn])]
    [False]
    """
    return _ask(Question(read=workflow.verify), targets, executor, send_passwords, None, selection)


def range_many(
    targets: Targets,
    executor: Executor | None = None,
    *,
    send_passwords: bool = False,
    history: str | os.PathLike[str] | None = None,
    since: str | os.PathLike[str] | None = None,
    clock: str | None = None,
    within: timedelta | int | None = None,
    **selection: Unpack[Selection],
) -> Iterator[RangeReport | Unreachable]:
    """How many values sequences of many databases have left; changes nothing there. Yields a RangeReport or an
    Unreachable for each target as they come; everything else as `check_many` and `range`.

    Databases are read where the executor works, `history` and `since` are files of this machine: one history serves
    all. Where it cannot be used, each target is an Unreachable that says why. Raises what `check_many` raises.

    >>> [report.sequences[0].left.values for report in pgseq.range_many({"eu": dsn}, table="users")]
    [0]
    """
    from pgseq.commands.range.workflow import left_from, read_range

    asked = asked_range(history, since, clock, within)
    question = Question(read=partial(read_range, clock=clock), finish=partial(left_from, asked=asked))
    return _ask(question, targets, executor, send_passwords, None, selection)


def _ask(
    question: Question[T],
    targets: Targets,
    executor: Executor | None,
    send_passwords: bool,
    policy: Policy | None,
    selection: Selection,
) -> Iterator[T | Unreachable]:
    """The answers. Raises UsageError, ConfigError."""
    arguments = Arguments(**selection)
    options = arguments.options(policy)
    if isinstance(targets, str):
        raise UsageError("targets is one string", "pass a list of DSNs, or call pgseq.check")
    pairs = targets.items() if isinstance(targets, Mapping) else (("", dsn) for dsn in targets)
    named: list[tuple[str, str]] = []
    for label, dsn in pairs:
        if not isinstance(dsn, str):
            raise UsageError("a target is not a DSN", "pass connection strings: a connection works on one at a time")
        named.append((str(label), Hidden(dsn)))
    jobs = arguments.jobs if "jobs" in selection else None
    progress = arguments.progress
    return ask_all(question, named, executor, options, jobs, send_passwords=send_passwords, progress=progress)
