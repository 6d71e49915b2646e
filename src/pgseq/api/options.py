"""What the functions of the library take: a database, and the options of the command line as one typed value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq import conninfo, workflow
from pgseq.configured import configuration
from pgseq.core.follow_up import Caller
from pgseq.core.selection import scope
from pgseq.errors import PgseqError, UsageError
from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import LONGEST_MS, Limits
from pgseq.pg.connect import open_pool, open_session
from pgseq.pg.drivers.handles import Handle
from pgseq.pg.drivers.sqlalchemy import url
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session
from pgseq.text.secrets import Hidden

#: A DSN (URI, conninfo string or database name; libpq's rules); an open connection of psycopg 3, psycopg2 or Django; an
#: Engine, Connection, Session or URL of SQLAlchemy's; a pool of psycopg's or psycopg2's.
Target = str | Handle
#: One of pg_dump's patterns, or several.
Patterns = str | Iterable[str]
#: Called with how many sequences are done, and of how many.
Progress = Callable[[int, int], None]
Lock = Literal["table", "none"]

NOBODY: Final = Caller()


class Bounds(TypedDict, total=False):
    """Options of every function that looks into a database."""

    #: Seconds that a statement may take; 30.
    statement_timeout: float
    #: Seconds to wait for a lock, while others may wait behind; 2.
    lock_timeout: float
    #: Bytes: tables that are larger are not scanned where no index serves the column; 2**30.
    scan_limit: int
    #: Read tables although that runs functions of their owners (docs/security.md); False.
    trust_owners: bool
    #: Columns that draw from a sequence without the catalog knowing it: `{"public.order_no": "public.orders.number"}`,
    #: or several columns for a sequence. Mixed case is quoted as in SQL.
    feeds: Mapping[str, str | Iterable[str]]
    #: The path of a configuration file (pgseq.toml, or pyproject.toml with a table [tool.pgseq]); no file is read that
    #: is not named.
    config: str | os.PathLike[str] | None
    #: The program's name, and the database's as its command line takes it, for commands that hints tell to run
    #: (`Caller(program="./manage.py pgseq", target=("-d", "default"))`); `pgseq`, and the target without password.
    caller: Caller


class Selection(Bounds, total=False):
    """Options of the functions that look at sequences: which of them, and how."""

    #: One of pg_dump's patterns each, or several; all sequences of all schemas.
    schema: Patterns
    exclude_schema: Patterns
    table: Patterns
    exclude_table: Patterns
    #: Codes of findings that do not count, such as PGS008.
    ignore: str | Iterable[str]
    #: Seconds for all reading together; what was not reached then is unknown. None: no limit.
    time_limit: float | None
    #: Greatest number of connections at a time; 2. What a caller holds works alone.
    jobs: int
    #: Called with how many sequences are done, and of how many.
    progress: Progress


class Arguments(Struct, frozen=True, kw_only=True):
    """A Selection with its defaults."""

    schema: Patterns = ()
    exclude_schema: Patterns = ()
    table: Patterns = ()
    exclude_table: Patterns = ()
    ignore: str | Iterable[str] = ()
    time_limit: float | None = None
    jobs: int = 2
    progress: Progress = workflow.silent
    statement_timeout: float = Limits().statement_ms / 1000
    lock_timeout: float = Limits().lock_ms / 1000
    scan_limit: int = Limits().scan_bytes
    trust_owners: bool = False
    feeds: Mapping[str, str | Iterable[str]] = field(default_factory=dict)
    config: str | os.PathLike[str] | None = None
    caller: Caller = NOBODY

    def options(self, policy: Policy | None = None) -> workflow.Options:
        """The same for the workflow. Raises UsageError, ConfigError."""
        if self.jobs < 1:
            raise UsageError(f"jobs = {self.jobs} is not a number of connections", "pass 1 or more")
        if self.time_limit is not None and not self.time_limit > 0:
            raise UsageError(f"time_limit = {self.time_limit} is not a time", "give seconds, or None for no limit")
        return workflow.Options(
            caller=self.caller,
            scope=scope(
                schema=several(self.schema),
                exclude_schema=several(self.exclude_schema),
                table=several(self.table),
                exclude_table=several(self.exclude_table),
            ),
            limits=self.limits,
            policy=policy or Policy(),
            config=self.configuration,
            time_limit=self.time_limit,
        )

    @property
    def configuration(self) -> Config:
        """The file's settings with those that were passed. Raises UsageError, ConfigError."""
        path = None if self.config is None else Path(self.config)
        return configuration(path, several(self.ignore), self.feeds)

    @property
    def limits(self) -> Limits:
        """The bounds on every transaction. Raises UsageError."""
        if self.scan_limit < 0:
            raise UsageError(f"scan_limit = {self.scan_limit} is not a size", "give bytes, 0 or more")
        return Limits(
            statement_ms=_milliseconds("statement_timeout", self.statement_timeout),
            lock_ms=_milliseconds("lock_timeout", self.lock_timeout),
            scan_bytes=self.scan_limit,
            trust_owners=self.trust_owners,
        )


@contextmanager
def opened(
    target: Target, arguments: Arguments, policy: Policy | None = None
) -> Iterator[tuple[SessionPool, workflow.Options]]:
    """Sessions with the database, and the options for the work in it. Raises UsageError, ConfigError,
    ConnectionFailed."""
    options = arguments.options(policy)
    with open_pool(target, arguments.jobs) as pool:
        yield pool, replace(options, caller=calling(arguments.caller, target, pool.primary))


def calling(caller: Caller, target: Target, session: Session | None = None) -> Caller:
    """The caller, who names the database by its DSN unless he has a name for it."""
    if caller.target:
        return caller
    if isinstance(target, str):
        return replace(caller, target=conninfo.naming(target, conninfo.database(conninfo.parse(target))))
    try:
        if session is not None:
            return replace(caller, target=conninfo.naming(session.dsn, conninfo.parse(session.dsn).get("dbname")))
        with open_session(target) as own:
            return calling(caller, target, own)
    except PgseqError:  # Not what can be used, which is said when it is.
        return caller


def prepared(target: Target) -> Target:
    """The target; tracebacks with local variables do not show a DSN. Raises UsageError for an empty one."""
    dsn = target if isinstance(target, str) else url(target)
    if dsn is None:
        return target
    conninfo.refuse_empty(dsn)
    return Hidden(dsn)


def several(patterns: Patterns) -> tuple[str, ...]:
    """One text or several, as several."""
    return (patterns,) if isinstance(patterns, str) else tuple(patterns)


def repair_policy(max_jump: float, into_gap: bool = False, lock: Lock = "table", within: int | None = None) -> Policy:
    """The policy of a repair. Raises UsageError."""
    if not 0 <= max_jump <= 1:
        raise UsageError(f"max_jump = {max_jump} is not a part of a whole", "10 % is written 0.10")
    if lock not in ("table", "none"):
        raise UsageError(f"lock = {lock!r} is not known", "pass 'table' or 'none'")
    if within is not None and within < 0:
        raise UsageError(f"within = {within} is not a number of inserts", "pass 0 or more")
    return Policy(max_jump=max_jump, into_gap=into_gap, lock=lock, within=within)


def accept(report: Any) -> bool:
    """Agree to any plan."""
    return True


def _milliseconds(name: str, seconds: float) -> int:
    # 0 would be no bound at all: a repair could hold up everybody behind it.
    if not 1 <= seconds * 1000 <= LONGEST_MS:
        raise UsageError(f"{name} = {seconds} is not a bound", "give seconds, 0.001 or more")
    return round(seconds * 1000)
