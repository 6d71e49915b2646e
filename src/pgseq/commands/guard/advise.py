"""Which guard fits a column, why, and what it costs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from pgseq.commands.guard.bringers import bringers
from pgseq.commands.guard.identity import identities
from pgseq.commands.guard.model import GuardItem, Inventory
from pgseq.commands.guard.ownership import ownerships
from pgseq.commands.guard.trigger import triggers
from pgseq.model.answer import Answer
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import Command, Compose, bare
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Sequence
from pgseq.model.server import Server

#: `fits`: it can be had and would help; `done`: it is there, or there is nothing for it to do; `no`: it cannot be had.
Fit = Literal["fits", "done", "no"]


Name = Literal["ownership", "identity", "trigger"]
#: What keeps explicit ids from doing harm, the better one first.
GUARDS: Final[tuple[Name, ...]] = ("identity", "trigger")


class GuardWay(Struct, frozen=True, kw_only=True):
    """One way to guard a column."""

    name: Name
    fit: Fit
    why: str
    #: What would make it fit.
    hint: str = ""
    #: What it costs: the lock on the way, and what is different afterwards; empty where it would not be done.
    lock: str = ""
    effect: str = ""


class Advice(Struct, frozen=True, kw_only=True):
    """The ways for one column; `chosen` names the ones to take, empty where nothing is needed."""

    report: SequenceReport
    feed: Feed
    ways: tuple[GuardWay, ...]
    #: What else to know.
    remarks: tuple[str, ...]
    #: Why rows are expected to bring ids, which an identity column would refuse.
    brought: tuple[str, ...] = ()
    compose: Compose = bare

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ownership where it fits, and a guard unless there is one: identity, or else a trigger; no identity where rows
        are expected to bring ids."""
        fits = [way.name for way in self.ways if way.fit == "fits"]
        guarded = any(way.fit == "done" for way in self.ways if way.name in GUARDS)
        suitable = GUARDS[1:] if self.brought else GUARDS
        first = [name for name in suitable if name in fits and not guarded][:1]
        return (*(name for name in fits if name not in GUARDS), *first)

    @property
    def next(self) -> tuple[str, ...]:
        """The commands that take them."""
        return self.taking(self.feed.table_sql)

    @property
    def hints(self) -> tuple[str, ...]:
        """What would make the other ways fit."""
        return tuple(way.hint for way in self.ways)

    @property
    def sequence(self) -> Sequence:
        return self.report.sequence

    def taking(self, *tables: str) -> tuple[str, ...]:
        """The commands that take the chosen ways for these tables, which may be patterns."""
        return tuple(self.compose(Command(f"guard {name}", tables)) for name in self.chosen)


class Advised(Answer, frozen=True, kw_only=True):
    """The advice for one database."""

    inventory: Inventory
    columns: tuple[Advice, ...]

    @property
    def server(self) -> Server:
        return self.inventory.server

    @property
    def exit_code(self) -> ExitCode:
        """As of a check."""
        return self.inventory.report.exit_code


#: By table and column: a statement that stored ids of its own, as far as one is known.
Recorded = Mapping[tuple[int, str], str]


def advise(
    inventory: Inventory,
    max_jump: float,
    limits: Limits,
    recorded: Recorded | None = None,
    compose: Compose = bare,
) -> Advised:
    """What fits each fed column; `compose` writes the commands to run next."""
    causes, as_identities, by_triggers = (
        [item.calling(compose) for item in items]
        for items in (
            ownerships(inventory, limits),
            identities(inventory, "ALWAYS", limits),
            triggers(inventory, max_jump, limits),
        )
    )
    columns = zip(inventory.asked_for, as_identities, by_triggers, strict=True)
    return Advised(
        inventory=inventory,
        columns=tuple(
            Advice(
                report=report,
                feed=feed,
                ways=(
                    _ownership([item for item in causes if item.label in (feed.label, report.sequence.sql)]),
                    _identity(as_identity),
                    _trigger(by_trigger),
                ),
                remarks=_remarks(inventory, report, feed),
                compose=compose,
                brought=_brought(inventory, feed, recorded or {}),
            )
            for (report, feed), as_identity, by_trigger in columns
        ),
    )


def _brought(inventory: Inventory, feed: Feed, recorded: Recorded) -> tuple[str, ...]:
    key = (feed.relid, feed.column)
    return bringers(inventory.columns.get(key), inventory.journals, recorded.get(key))


def _ownership(items: list[GuardItem]) -> GuardWay:
    changes = [item.change for item in items if item.change is not None]
    if changes:
        return GuardWay(
            name="ownership",
            fit="fits",
            why="; ".join(change.description for change in changes),
            lock="; ".join(change.lock for change in changes),
            effect="; ".join(change.effect for change in changes),
        )
    refused = [item.refused.reason for item in items if item.refused is not None]
    if refused:
        return GuardWay(name="ownership", fit="no", why="; ".join(refused))
    return GuardWay(name="ownership", fit="done", why="the sequence is tied to its column, and as wide")


def _identity(item: GuardItem) -> GuardWay:
    return _way("identity", item, "no INSERT brings an id by accident any more")


def _trigger(item: GuardItem) -> GuardWay:
    return _way("trigger", item, "ids may go on coming with the rows: they take the sequence along")


def _way(name: Name, item: GuardItem, why: str) -> GuardWay:
    if item.change is not None:
        return GuardWay(name=name, fit="fits", why=why, lock=item.change.lock, effect=item.change.effect)
    if item.refused is not None:
        return GuardWay(name=name, fit="no", why=item.refused.reason, hint=item.refused.hint)
    return GuardWay(name=name, fit="done", why=item.remark)


def _remarks(inventory: Inventory, report: SequenceReport, feed: Feed) -> tuple[str, ...]:
    remarks = []
    if feed.relid in inventory.subscribed:
        remarks.append(
            f"subscription {inventory.subscribed[feed.relid]} fills {feed.table_sql}: neither way acts on replicated "
            "rows, and sequences are not replicated; bring it level at the cut-over (sync)"
        )
    if report.sequence.cache > 1:
        remarks.append(
            f"CACHE {report.sequence.cache}: each session hands out its own block, so ids given by hand within one "
            "collide whatever guards it"
        )
    return tuple(remarks)
