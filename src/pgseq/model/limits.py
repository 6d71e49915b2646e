"""Bounds on every transaction and on every move, each default written once."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from functools import cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

#: Greatest part of the free values left that a repair may give up.
MAX_JUMP: Final = 0.10
#: More than this part of the values used is too much.
NEARLY_USED_UP: Final = 0.80
#: The greatest timeout that PostgreSQL takes, in milliseconds.
LONGEST_MS: Final = 2**31 - 1


def within_jump(given_up: int, left: int, max_jump: float) -> bool:
    """Whether a move that gives up `given_up` of `left` values may be made unasked: at most the part `max_jump`, taken
    as it is written (0.1 is a tenth)."""
    part, of = ratio(max_jump)
    return given_up * of <= part * left


@cache
def ratio(number: float) -> tuple[int, int]:
    """The number as it is written (0.1 is a tenth), as a fraction of whole numbers."""
    return Decimal(str(number)).as_integer_ratio()


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds on every transaction, in milliseconds."""

    statement_ms: int = 30_000
    lock_ms: int = 2_000
    #: Time that a repair may hold its table lock once it has it.
    hold_ms: int = 1_000
    #: Heap that may be scanned for the values of one column that no index serves, in bytes.
    scan_bytes: int = 2**30
    #: Seconds for all reading together, and the time.monotonic() at which they are over; None: no limit.
    time_limit: float | None = None
    end: float = math.inf
    #: Whether of the values ahead of a sequence the furthest is enough, where the first costs a question of its own.
    furthest_only: bool = False
    #: Whether tables are read whatever functions of their owners that runs.
    trust_owners: bool = False
    #: The server's version as one number, of which `settings` says more; 0: what every server understands.
    server_version: int = 0

    def within(self, time_limit: float | None) -> Limits:
        """These limits, with a time limit in seconds from now on for all reading."""
        end = math.inf if time_limit is None else time.monotonic() + time_limit
        return replace(self, time_limit=time_limit, end=end)

    def on(self, server_version: int) -> Limits:
        """These limits for a server of that version."""
        return replace(self, server_version=server_version)

    @property
    def over(self) -> bool:
        """Whether the time for all reading is over."""
        return time.monotonic() >= self.end

    @property
    def bound_ms(self) -> int:
        """The bound on a statement that is sent now; 0: none."""
        if self.end == math.inf:
            return self.statement_ms
        left = max(1, math.ceil(min(self.end - time.monotonic(), 1e6) * 1000))
        return min(self.statement_ms or left, left)

    @property
    def times(self) -> tuple[str, ...]:
        """SET LOCAL statements that bound a transaction in time, and change nothing else."""
        return (f"SET LOCAL statement_timeout = {self.bound_ms}", f"SET LOCAL lock_timeout = {self.lock_ms}")

    @property
    def settings(self) -> tuple[str, ...]:
        """SET LOCAL statements: bounded in time, blind to the role's search_path, and told rather than filtered by
        row-level security (row_security = off: PostgreSQL documentation, "Row Security Policies")."""
        return (
            *self.times,
            "SET LOCAL search_path = pg_catalog, pg_temp",
            "SET LOCAL row_security = off",
            *precautions(self.server_version),
        )


#: The first minor releases of each major that know restrict_nonsystem_relation_kind (release notes, CVE-2024-7348).
_RESTRICTING = {12: 20, 13: 16, 14: 13, 15: 8, 16: 4}


@cache
def restricts(server_version: int) -> bool:
    """Whether a server of that version knows restrict_nonsystem_relation_kind, and so can refuse to read views."""
    major, minor = divmod(server_version, 10_000)
    return minor >= _RESTRICTING.get(major, 0 if major > max(_RESTRICTING) else 10_000)


def lock_privilege(major: int) -> str:
    """The least privilege on a table that allows LOCK TABLE … IN SHARE ROW EXCLUSIVE MODE (PostgreSQL documentation,
    LOCK)."""
    return "MAINTAIN" if major >= 17 else "UPDATE"


@cache
def precautions(server_version: int) -> tuple[str, ...]:
    """SET LOCAL statements against code of others in what is read: no view or foreign table put in a table's place is
    read, and the planner does not evaluate the CHECK constraints of a table's children."""
    if not server_version:
        return ()
    kinds = ("SET LOCAL restrict_nonsystem_relation_kind = 'view, foreign-table'",) if restricts(server_version) else ()
    return ("SET LOCAL constraint_exclusion = off", *kinds)


#: For queries of the catalog: to look for a better order of their joins takes the server longer than the query, and the
#: one in which they are written is good, also where the catalog was never analyzed.
JOINS_AS_WRITTEN = "SET LOCAL join_collapse_limit = 1"

#: After the precautions: lets a transaction read views and foreign tables.
UNRESTRICTED = "SET LOCAL restrict_nonsystem_relation_kind = ''"
