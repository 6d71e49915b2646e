"""Model values made by hand: each is a plain, healthy case, and a test overrides what it is about."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from pgseq.core.catalog_rows import SequenceRow
from pgseq.core.diagnose import diagnose
from pgseq.model.changes import Move, Step
from pgseq.model.diagnosis import Diagnosis, Finding
from pgseq.model.repair import Ahead
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Feed, NotSeen, Position, Problem, Reading, Sequence, Stored
from pgseq.model.server import Server

_FEED: Final = Feed(
    schema="public",
    table="users",
    column="id",
    type="integer",
    via="serial",
    relid=16385,
    table_sql="public.users",
    column_sql="id",
    kind="integer",
    lowest=-(2**31),
    highest=2**31 - 1,
    sources=("public.users",),
    persistence="p",
    owns=True,
)

_SEQUENCE: Final = Sequence(
    oid=16384,
    database="app",
    schema="public",
    name="users_id_seq",
    schema_sql="public",
    sql="public.users_id_seq",
    literal="'public.users_id_seq'",
    data_type="integer",
    start=1,
    increment=1,
    min=1,
    max=2**31 - 1,
    cache=1,
    cycle=False,
    persistence="p",
    extension=None,
    may_select=True,
    may_use=True,
    may_update=True,
    may_enter=True,
    feeds=(_FEED,),
)

_NOTHING: Final = Stored()

_SERVER: Final = Server(
    database="app",
    version="18.6",
    version_num=180006,
    in_recovery=False,
    read_only=False,
    search_path=("public",),
    role="owner",
)


def feed(**overrides: Any) -> Feed:
    """public.users.id, a serial."""
    return replace(_FEED, **overrides)


def sequence(**overrides: Any) -> Sequence:
    """public.users_id_seq, which feeds public.users.id; a `name` alone changes `sql` and `literal`, too."""
    if name := overrides.get("name"):
        overrides = {"sql": f"public.{name}", "literal": f"'public.{name}'"} | overrides
    return replace(_SEQUENCE, **overrides)


def sequence_row(**overrides: Any) -> SequenceRow:
    """What the catalog says of `sequence`."""
    of = sequence(**overrides)
    return SequenceRow(**{name: getattr(of, name) for name in SequenceRow._fields})


def server(**overrides: Any) -> Server:
    """Database app on PostgreSQL 18.6."""
    return replace(_SERVER, **overrides)


def reading(
    last_value: int | Problem = 3,
    *,
    is_called: bool = True,
    stored: Stored | Problem | tuple[Stored | Problem, ...] = _NOTHING,
    ahead: Ahead | Problem | None = None,
    **overrides: Any,
) -> Reading:
    """A sequence at `last_value`, or an unseen one; nothing is stored ahead of it unless `stored` says so.

    One `stored` holds for every feed. `overrides` are the sequence's.
    """
    of = sequence(**overrides)
    position = last_value if isinstance(last_value, Problem) else Position(last_value=last_value, is_called=is_called)
    seen = stored if isinstance(stored, tuple) else (stored,) * len(of.feeds)
    return Reading(sequence=of, position=position, stored=seen, ahead=ahead)


def diagnosis(*arguments: Any, **overrides: Any) -> Diagnosis:
    """A reading, judged; arguments are those of `reading`."""
    return diagnose(reading(*arguments, **overrides))


def finding(**overrides: Any) -> Finding:
    """An error with a message and a hint."""
    plain = Finding(code="PGS001", severity="error", message="the next insert fails", hint="run pgseq fix")
    return replace(plain, **overrides)


def step(of: Diagnosis) -> Step:
    """A step that repairs a diagnosis that is out of sync, with short SQL."""
    assert of.repair is not None
    assert isinstance(of.reading.position, Position)
    move = f"SELECT pg_catalog.setval({of.sequence.literal}, {of.repair.last_value})"

    def compose(step: Step) -> Move:
        return Move(
            step=step,
            description=f"{of.sequence.sql}: next value {of.next_value} → {step.next_value}",
            lock="SHARE ROW EXCLUSIVE on public.users",
            guard="only forward",
            settings=("SET LOCAL lock_timeout = 2000",),
            statements=("LOCK TABLE public.users IN SHARE ROW EXCLUSIVE MODE", move),
        )

    return Step(sequence=of.sequence, found=of.reading.position, next_value=of.repair.next_value, compose=compose)


def behind(furthest: int = 10, nearest: int | None = None, *, planned: bool = True, **overrides: Any) -> SequenceReport:
    """A sequence that is out of sync: at 3, with `nearest` (4) to `furthest` stored ahead; with its step."""
    stored = Stored(nearest=4 if nearest is None else nearest, furthest=furthest)
    judged = diagnosis(3, stored=stored, **overrides)
    return SequenceReport(
        diagnosis=judged,
        find=lambda _: (finding(message=f"{judged.nearest} is already stored"),),
        plan=step(judged) if planned else None,
    )


def healthy(**overrides: Any) -> SequenceReport:
    """A sequence that is in sync."""
    return SequenceReport(diagnosis=diagnosis(3, **overrides))


def unseen(reason: str = "no privilege to read public.users.id", **overrides: Any) -> SequenceReport:
    """A sequence whose column could not be read."""
    why = NotSeen(reason=reason, hint="GRANT SELECT ON public.users TO me")
    judged = diagnosis(3, stored=why, **overrides)
    found = finding(code="PGS006", severity="unknown", message=f"could not look: {why.reason}", hint=why.hint)
    return SequenceReport(diagnosis=judged, find=lambda _: (found,))


def exhausted(**overrides: Any) -> SequenceReport:
    """A sequence that has reached its bound."""
    judged = diagnosis(2**31 - 1, **overrides)
    return SequenceReport(
        diagnosis=judged, find=lambda _: (finding(code="PGS002", message="nextval() has reached its bound"),)
    )


def report(*sequences: SequenceReport, **overrides: Any) -> DatabaseReport:
    """What was seen in database app."""
    return DatabaseReport(server=server(**overrides), sequences=sequences)
