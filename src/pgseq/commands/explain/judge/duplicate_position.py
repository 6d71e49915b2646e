"""A key that exists already, judged by the position of the sequence that feeds its column. Pure.

What the statement says decides (`supply`). Where it says nothing: a value that the sequence has just given lies behind
its position; one ahead of it, off its grid or far behind came from the client, unless the sequence has been set since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from pgseq.commands.explain.facts import Candidate, FedColumn
from pgseq.commands.explain.judge.supply import Supply, supply
from pgseq.commands.explain.model import ParsedError, Verdict
from pgseq.commands.explain.text import collision, stands
from pgseq.core.checks.alternatives import remedy
from pgseq.core.declaration import blocks_to_declare
from pgseq.core.diagnose import too_narrow
from pgseq.model.arithmetic import steps_to
from pgseq.model.blocks import IDS, Block
from pgseq.model.diagnosis import Diagnosis, Status
from pgseq.model.hints import Hint, command
from pgseq.model.sequences import Position, Problem
from pgseq.names import plural
from pgseq.text.integers import BIGINT

#: Values behind its position that a sequence may have given a moment ago, while other sessions went on.
NEAR: Final = 100
#: So many failing keys in a row are the sequence's own steps.
RUN: Final = 3
#: Digits shown of a number that no sequence can hold.
DIGITS: Final = 20


class KeyVerdict(Struct, frozen=True, kw_only=True):
    """The verdict on one fed column of a key."""

    verdict: Verdict
    fed_column: FedColumn
    evidence: tuple[str, ...]
    next: str = ""
    #: What is wrong with the sequence, though it did not give the value.
    besides: Verdict | None = None


#: Ids that an application draws at once, at least, where nothing is declared.
SMALLEST_BLOCK: Final = 5


class DuplicateKey(Struct, frozen=True, kw_only=True):
    """One fed column of a key that is stored already."""

    error: ParsedError
    candidate: Candidate
    fed_column: FedColumn
    #: So many failing keys followed each other by the sequence's increment, or were one run upwards.
    in_a_row: int = 0

    @property
    def diagnosis(self) -> Diagnosis:
        return self.fed_column.diagnosis

    @property
    def value(self) -> int | None:
        """The value that was refused; None: the error does not say."""
        return self.error.value_of(self.fed_column.column)

    @property
    def said(self) -> str:
        """The same in words, the first digits of very many."""
        text = self.error.text_of(self.fed_column.column) or ""
        if self.value is None:
            return text
        return str(self.value) if self.value in BIGINT else f"{text[:DIGITS]}… ({plural(len(text), 'digit')})"

    @property
    def supply(self) -> Supply:
        """Who gave the value, as far as the error says."""
        return supply(self.error, self.fed_column.feed, self.candidate.index, self.said)

    @property
    def gone(self) -> str:
        """What is left of the row that stood in the way."""
        return (
            "no row holds the key now: it has been deleted since" if self.candidate.key_lookup.by_heap is False else ""
        )

    @property
    def blocks(self) -> Hint:
        """What to do where the application draws blocks."""
        return blocks_to_declare(self.diagnosis.sequence, [self.fed_column.feed.label])

    def verdict(self, verdict: Verdict, *evidence: str, next: str = "", besides: Verdict | None = None) -> KeyVerdict:
        """A verdict that rests on the position of the sequence, and on `evidence`."""
        where = (f"{self.fed_column.feed.label} is fed by {self.diagnosis.sequence.sql}", stands(self.diagnosis))
        index, column = self.candidate.index, self.fed_column.column
        follows = f"{index.name} is computed from {column}" if index and column in index.follows else ""
        evidence = (*where, follows, *evidence)
        return KeyVerdict(verdict=verdict, fed_column=self.fed_column, evidence=evidence, next=next, besides=besides)


def verdict_on(key: DuplicateKey) -> KeyVerdict:
    """Whether the sequence gave the value that was refused, as far as its position tells."""
    unreadable = key.fed_column.feed.unreadable
    if not key.fed_column.feed.plain and unreadable is not None:
        return _unreadable(key, unreadable)
    return _BY_STATUS[key.diagnosis.status](key)


def _unreadable(key: DuplicateKey, why: Problem) -> KeyVerdict:
    return key.verdict("cannot_tell", why.reason, next=why.hint)


def _unknown(key: DuplicateKey) -> KeyVerdict:
    assert key.diagnosis.reason is not None
    return _unreadable(key, key.diagnosis.reason)


def _exhausted(key: DuplicateKey) -> KeyVerdict:
    narrow = ", ".join(f"{feed.label} ({feed.type})" for feed in too_narrow(key.diagnosis))
    why = f"its next value does not fit {narrow}" if narrow else "it has reached its bound"
    look, supply = Hint(command("check", key.fed_column.feed.table_sql)), key.supply
    if supply.source == "client":
        return key.verdict("client_value", supply.evidence, f"besides, {why}", next=look, besides="exhausted")
    return key.verdict("exhausted", why, next=look)


def _out_of_sync(key: DuplicateKey) -> KeyVerdict:
    diagnosis, value, supply = key.diagnosis, key.value, key.supply
    fix = remedy(diagnosis, key.fed_column.feed.table_sql)
    first, most = collision(diagnosis)
    if _between(key, value):
        next = Hint(key.blocks, "; then ", fix)
        return key.verdict("behind", first, most, _perhaps_a_block(key), next=next)
    why = supply.evidence if supply.source == "client" else ""
    unsaid = supply.source == "unsaid" and value not in (None, diagnosis.next_value)
    if unsaid and not _passed(key, value):
        why = (
            f"it has not given {key.said} yet: the client supplied that value, or the sequence has been set back since"
        )
    if why:
        return key.verdict(
            "client_value", why, f"besides, the sequence is behind: {first}", most, next=fix, besides="behind"
        )
    cached = (f"CACHE {diagnosis.sequence.cache}: sessions may hold older values",) if key.fed_column.sessions else ()
    return key.verdict("behind", first, most, supply.evidence, *cached, next=fix)


def _in_sync(key: DuplicateKey) -> KeyVerdict:
    value, supply, index = key.value, key.supply, key.candidate.index
    if _between(key, value):
        return key.verdict("cannot_tell", _perhaps_a_block(key), key.gone, next=key.blocks)
    if supply.source in ("client", "copied"):
        return key.verdict("client_value", supply.evidence, key.gone)
    if value is None and key.said:
        return key.verdict("client_value", f"it never gives {key.said}", _CLIENT, key.gone)
    if index is not None and key.fed_column.column in index.follows:
        return key.verdict("cannot_tell", "in sync now: whether it was when the error occurred, the text does not say")
    if value is None and supply.source == "default":
        return key.verdict("was_behind", supply.evidence, _REPAIRED)
    if value is None:
        doubt = "in sync now: it was behind and has been repaired or has run past, or the client supplied the value"
        return key.verdict("cannot_tell", doubt, "the DETAIL line of the error would name the key")
    distance = _distance(key, value)
    if supply.source == "default" and (distance is None or distance > 0):
        moved = f"it would not give {key.said} next: it has been moved since, or the error is another database's"
        return key.verdict("was_behind", supply.evidence, moved, key.gone)
    if distance is None:
        return key.verdict("client_value", f"it never gives {key.said}", _CLIENT, key.gone)
    if distance > 0:
        never = f"it has not given {key.said} yet, and would not give it next"
        return key.verdict("client_value", never, _CLIENT, key.gone)
    return _left_behind(key, value, -distance, supply)


_REPAIRED: Final = "in sync now: repaired since, or it has run past the stored values"
_CLIENT: Final = "the client supplied that value"

_BY_STATUS: Final[Mapping[Status, Callable[[DuplicateKey], KeyVerdict]]] = {
    "unknown": _unknown,
    "exhausted": _exhausted,
    "out_of_sync": _out_of_sync,
    "ok": _in_sync,
}


def _left_behind(key: DuplicateKey, value: int, distance: int, supply: Supply) -> KeyVerdict:
    """The sequence is in sync and has left `value` behind, so many values ago."""
    cache, sessions = key.diagnosis.sequence.cache, key.fed_column.sessions
    if cache > 1 and sessions:
        held = (
            f"CACHE {cache}: each session takes a block of values, and {plural(sessions, 'other session')} may hold "
            f"one from before the repair; {value} lies behind the position"
        )
        goes_on = "it goes on until those sessions reconnect"
        return key.verdict("cached", key.gone, held, goes_on, next="reconnect the application")
    past = f"it has left {value} behind: repaired since, or it has run past the stored values"
    if supply.source == "default":
        return key.verdict("was_behind", key.gone, supply.evidence, past)
    if key.in_a_row >= RUN:
        own = f"{key.in_a_row} failing keys in a row are the sequence's own steps"
        return key.verdict("was_behind", key.gone, own, past)
    if distance <= NEAR * cache:
        return key.verdict("was_behind", key.gone, past)
    if key.fed_column.untouched:
        return key.verdict("was_behind", key.gone, "it has been set, and not called since: repaired", past)
    why = (
        f"it gave {value} long ago, {distance} values before its position; unless the error is as old, "
        "the client supplied that value"
    )
    return key.verdict("client_value", key.gone, why)


def _passed(key: DuplicateKey, value: int | None) -> bool:
    """Whether the sequence can have given `value`, or the next value stands for it."""
    distance = None if value is None else _distance(key, value)
    return distance is not None and distance <= (1 if key.fed_column.feed.in_blocks else 0)


def _distance(key: DuplicateKey, value: int, block: Block | None = None) -> int | None:
    """Steps from the last value given to the one that stands for `value`, itself or by its block (`block`: another one
    than the feed's): positive ahead, zero or negative behind; None: never given."""
    sequence, position = key.diagnosis.sequence, key.diagnosis.reading.position
    assert isinstance(position, Position)
    offsets = key.fed_column.feed.offsets if block is None else block.offsets
    ahead = steps_to(sequence, offsets, position.last_value, value)
    if ahead is None or not sequence.min <= position.last_value + ahead * sequence.increment <= sequence.max:
        return None
    return ahead if position.is_called else ahead + 1


def _between(key: DuplicateKey, value: int | None) -> bool:
    """Whether an application that draws blocks, which nobody has declared, may have given `value`: it lies between two
    values of the sequence, and is of a block of one given already or of the next one."""
    feed, width = key.fed_column.feed, abs(key.diagnosis.sequence.increment)
    # A few nodes that share a range by INCREMENT are common, blocks as small as that are not.
    if value is None or feed.block is not None or width < SMALLEST_BLOCK or not (feed.plain and key.supply.drawn):
        return False
    if _distance(key, value) is not None:
        return False
    distances = [_distance(key, value, Block(width, ids)) for ids in IDS]
    return any(distance is not None and distance <= 1 for distance in distances)


def _perhaps_a_block(key: DuplicateKey) -> str:
    sequence = key.diagnosis.sequence
    return (
        f"{key.said} lies between its values (INCREMENT {sequence.increment}): the client or another node supplied it, "
        "or the application draws one value for a block of ids (Hibernate and EF Core do)"
    )
