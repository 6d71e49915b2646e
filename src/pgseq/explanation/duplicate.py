"""23505: a key that exists already. Is it the sequence's doing? Pure.

What the sequence did is told by where it stands: a value that it has just given lies behind its position. A value ahead
of it, off its grid or far behind came from the client, unless the sequence has been set since.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from pgseq.diagnosis import too_narrow
from pgseq.explanation.scene import Candidate, Fed, Scene
from pgseq.explanation.statement import gives
from pgseq.explanation.values import Explanation, Reported, Verdict
from pgseq.explanation.wording import CONNECT, command, explanation, inserts, key, shortened, stands
from pgseq.model import Diagnosis, Position, Sequence
from pgseq.values import steps

#: Values behind its position that a sequence may have given a moment ago, while other sessions went on.
NEAR: Final = 100
#: So many failing keys in a row are the sequence's own steps.
RUN: Final = 3


def judge(reported: Reported, scene: Scene | None, *, in_a_row: int = 0) -> list[Explanation]:
    """A key value that is there already."""
    if scene is None:
        return [_by_text(reported)]
    if not scene.candidates:
        return [_not_found(reported, scene)]
    return [_candidate(reported, one, in_a_row) for one in scene.candidates]


def _by_text(reported: Reported) -> Explanation:
    said = f"the key {key(reported)} is stored already" if reported.columns else "a key is stored already"
    where = f"the unique constraint is {reported.constraint}" if reported.constraint else ""
    if reported.values is not None and all(reported.value_of(one.strip('"')) is None for one in reported.columns):
        evidence = (said, where, "no column of the key holds an integer: a sequence gives nothing else")
        return explanation(reported, "not_a_sequence", evidence)
    doubt = "whether a sequence feeds the key, and where it stands, only the database knows"
    return explanation(reported, "cannot_tell", (said, where, doubt), next=CONNECT)


def _not_found(reported: Reported, scene: Scene) -> Explanation:
    what = f"constraint {reported.constraint}" if reported.constraint else "unique constraint that the text would mean"
    database = scene.server.database
    wanted = "is it the right database, and has the constraint been renamed or dropped since?"
    if not reported.constraint and not reported.columns:
        wanted = "the text names no constraint: the server's own message or log does"
    return explanation(reported, "cannot_tell", (f"no {what} in database {database}", wanted))


def _candidate(reported: Reported, one: Candidate, in_a_row: int) -> Explanation:
    index = one.index
    assert index is not None
    columns = tuple(column or "(expression)" for column in index.columns)
    tell = partial(explanation, reported, table=index.table_sql, constraint=index.name, columns=columns)
    if one.held.corrupt:
        found, lost = ("index", "table") if one.held.by_index else ("table", "index")
        return tell(
            "index_corrupt",
            (
                f"the key {key(reported)} is found by the {found} and not by the {lost}",
                f"index {index.name} does not agree with {index.table_sql}",
            ),
            next=f"REINDEX INDEX CONCURRENTLY {index.sql}; look for its cause with amcheck",
        )
    if not one.fed and index.integer_key and (index.triggers or one.unlinked):
        return tell("cannot_tell", (f"no sequence is known to feed {index.label}", *_ways(one)), next=_declare(one))
    if not one.fed:
        return tell(
            "not_a_sequence",
            (
                f"no sequence feeds {index.table_sql} ({', '.join(columns)})",
                "the failed INSERT used up a value of the table's sequences, which does no harm",
            ),
        )
    ranked = sorted(
        (_fed(reported, one, fed, in_a_row) for fed in one.fed),
        key=lambda judged: _RANK.index(judged[0]),
    )
    verdict, fed, evidence, following = ranked[0]
    return tell(verdict, evidence, next=following, sequence=fed.diagnosis.sequence)


def _ways(one: Candidate) -> tuple[str, ...]:
    """How a sequence may yet have given the key, unseen by the catalog."""
    assert one.index is not None
    sequences, triggers = (shortened(names) for names in ([s.sql for s in one.unlinked], one.index.triggers))
    each = "feeds" if len(one.unlinked) == 1 else "feed"
    kind = "trigger" if len(one.index.triggers) == 1 else "triggers"
    return (
        f"{kind} {triggers} may fill it in before a row is stored" if triggers else "",
        f"{sequences} {each} no column: the application may draw from it (Hibernate does)" if sequences else "",
    )


def _declare(one: Candidate) -> str:
    """The line of the configuration that would let pgseq judge the key."""
    assert one.index is not None
    sequence = one.unlinked[0].sql if one.unlinked else "schema.sequence"
    names = (f"'{name}'" if '"' in name else f'"{name}"' for name in (sequence, one.index.label))
    return "if so, declare it in pgseq.toml: feeds = [{{ sequence = {}, column = {} }}]".format(*names)


#: Where a key has several fed columns, the verdict that counts.
_RANK: Final[tuple[Verdict, ...]] = ("behind", "cached", "exhausted", "was_behind", "client_value", "cannot_tell")

_Judged = tuple[Verdict, Fed, tuple[str, ...], str]


def _fed(reported: Reported, candidate: Candidate, fed: Fed, in_a_row: int) -> _Judged:
    """The verdict on one fed column of the key."""
    diagnosis = fed.diagnosis
    position = diagnosis.reading.position
    value = reported.value_of(fed.column)
    label = f"{fed.feed.table_sql}.{fed.feed.column_sql}"
    where = (f"{label} is fed by {diagnosis.sequence.sql}", stands(diagnosis))
    if not isinstance(position, Position):
        assert diagnosis.reason is not None
        return "cannot_tell", fed, (*where, diagnosis.reason.reason), diagnosis.reason.remedy
    supplied = _supplied(reported, candidate, fed, value)
    if diagnosis.status == "out_of_sync":
        return _behind(reported, fed, value, (*where, *_collision(diagnosis)), supplied)
    if diagnosis.status == "unknown":
        assert diagnosis.reason is not None
        return "cannot_tell", fed, (*where, diagnosis.reason.reason), diagnosis.reason.remedy
    if diagnosis.status == "exhausted":
        narrow = ", ".join(f"{feed.label} ({feed.type})" for feed in too_narrow(diagnosis))
        why = f"its next value does not fit {narrow}" if narrow else "it has reached its bound"
        return "exhausted", fed, (*where, why), command("check", fed.feed.table_sql)
    gone = _gone(candidate)
    if value is None:
        doubt = "in sync now: it was behind and has been repaired or has run past, or the client supplied the value"
        return "cannot_tell", fed, (*where, doubt, "the DETAIL line of the error would name the key"), ""
    if supplied:
        return "client_value", fed, (*where, supplied, gone), ""
    ahead = _distance(diagnosis.sequence, position, value)
    if ahead is None or ahead > 0:
        never = f"it has not given {value} yet, and would not give it next" if ahead else f"it never gives {value}"
        return "client_value", fed, (*where, never, "the client supplied that value", gone), ""
    return _passed(fed, value, -ahead, (*where, gone), in_a_row)


def _behind(reported: Reported, fed: Fed, value: int | None, where: tuple[str, ...], supplied: str) -> _Judged:
    diagnosis = fed.diagnosis
    position = diagnosis.reading.position
    assert isinstance(position, Position)
    fix = command("fix", fed.feed.table_sql)
    besides = "besides, the sequence is behind, too"
    if supplied:
        return "client_value", fed, (*where, supplied, besides), fix
    if value is not None and value != diagnosis.next_value:
        ahead = _distance(diagnosis.sequence, position, value)
        if ahead is None or ahead > 0:
            why = (
                f"it has not given {value} yet: the client supplied that value, or the sequence has been set back since"
            )
            return "client_value", fed, (*where, why, besides), fix
    cached = (f"CACHE {diagnosis.sequence.cache}: sessions may hold older values",) if fed.sessions else ()
    return "behind", fed, (*where, *cached), fix


def _passed(fed: Fed, value: int, distance: int, where: tuple[str, ...], in_a_row: int) -> _Judged:
    """The sequence is in sync and has left `value` behind, so many values ago."""
    sequence = fed.diagnosis.sequence
    if sequence.cache > 1 and fed.sessions:
        held = (
            f"CACHE {sequence.cache}: each session takes a block of values, and {_others(fed.sessions)} may hold one "
            f"from before the repair; {value} lies behind the position"
        )
        return "cached", fed, (*where, held, "it goes on until those sessions reconnect"), "reconnect the application"
    past = f"it has left {value} behind: repaired since, or it has run past the stored values"
    if in_a_row >= RUN:
        return "was_behind", fed, (*where, f"{in_a_row} failing keys in a row are the sequence's own steps", past), ""
    if distance <= NEAR * sequence.cache:
        return "was_behind", fed, (*where, past), ""
    if fed.untouched:
        return "was_behind", fed, (*where, "it has been set, and not called since: repaired", past), ""
    why = (
        f"it gave {value} long ago, {distance} values before its position; unless the error is as old, "
        "the client supplied that value"
    )
    return "client_value", fed, (*where, why), ""


def _others(sessions: int) -> str:
    """`1 other session`, `2 other sessions`."""
    return "1 other session" if sessions == 1 else f"{sessions} other sessions"


def _collision(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The first stored value, and how many inserts fail when."""
    first, count = diagnosis.nearest, diagnosis.inserts_until_collision
    when = "the next insert fails" if not count else f"it fails after {inserts(count)} more"
    ahead = f"{first} is stored already: {when}"
    furthest = diagnosis.furthest
    assert first is not None
    assert furthest is not None
    most = steps(diagnosis.sequence, first, furthest) + 1
    return ahead, f"the last stored value that it will come to is {furthest}: up to {inserts(most)} will fail"


def _distance(sequence: Sequence, position: Position, value: int) -> int | None:
    """Steps from the last value given to `value`: positive ahead, zero or negative behind; None: never given."""
    if not sequence.min <= value <= sequence.max:
        return None
    away = value - position.last_value
    if away % sequence.increment:
        return None
    ahead = away // sequence.increment
    return ahead if position.is_called else ahead + 1


def _supplied(reported: Reported, candidate: Candidate, fed: Fed, value: int | None) -> str:
    """Evidence that the statement itself held the value; empty for none."""
    tables = {fed.feed.table} | ({candidate.index.table} if candidate.index else set())
    if value is None or not any(gives(reported.statement, table, fed.column, value) for table in tables):
        return ""
    return f"the INSERT lists {fed.column} and gives {value} itself: the client supplied that value"


def _gone(candidate: Candidate) -> str:
    """What is left of the row that stood in the way."""
    return "no row holds the key now: it has been deleted since" if candidate.held.by_heap is False else ""
