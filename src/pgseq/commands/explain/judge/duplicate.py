"""23505: a key that exists already. Is it the sequence's doing? Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

from pgseq.commands.explain.facts import Candidate, Index, Scene
from pgseq.commands.explain.judge.duplicate_position import Key, judged
from pgseq.commands.explain.model import Explanation, Reported, Verdict
from pgseq.commands.explain.text import CONNECT, explanation, key, shortened


def judge(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """A key value that is there already."""
    if scene is None:
        return [_by_text(reported)]
    if not scene.candidates:
        return [_not_found(reported, scene)]
    return [_candidate(reported, one, scene.in_a_row) for one in scene.candidates]


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
    if one.fed:
        best = min(
            (judged(Key(reported=reported, candidate=one, fed=fed, in_a_row=in_a_row)) for fed in one.fed),
            key=lambda judged: _RANK.index(judged.verdict),
        )
        return tell(best.verdict, best.evidence, next=best.next, sequence=best.fed.diagnosis.sequence)
    if ways := _ways(index, one):
        return tell("cannot_tell", (f"no sequence is known to feed {index.label}", *ways), next=_declare(index, one))
    return tell(
        "not_a_sequence",
        (
            f"no sequence feeds {index.table_sql} ({', '.join(columns)})",
            "the failed INSERT used up a value of the table's sequences, which does no harm",
        ),
    )


#: Where a key has several fed columns, the verdict that counts.
_RANK: Final[tuple[Verdict, ...]] = ("behind", "cached", "exhausted", "was_behind", "client_value", "cannot_tell")


def _ways(index: Index, one: Candidate) -> tuple[str, ...]:
    """How a sequence may yet have given the key, unseen by the catalog; none where it cannot have."""
    if index.open is None:
        return ()
    functions = index.functions[index.open]
    sequences, triggers = (shortened(names) for names in ([s.sql for s in one.unlinked], index.triggers))
    each = "feeds" if len(one.unlinked) == 1 else "feed"
    kind = "trigger" if len(index.triggers) == 1 else "triggers"
    who = f"{functions} may draw from it" if functions else "the application may draw from it (Hibernate does)"
    ways = (
        f"its default calls {functions}, which may draw from one: the catalog does not say" if functions else "",
        f"{kind} {triggers} may fill it in before a row is stored" if triggers else "",
        f"{sequences} {each} no column: {who}" if sequences else "",
    )
    return tuple(way for way in ways if way)


def _declare(index: Index, one: Candidate) -> str:
    """The line of the configuration that would let pgseq judge the key."""
    sequence = one.unlinked[0].sql if one.unlinked else "schema.sequence"
    names = (f"'{name}'" if '"' in name else f'"{name}"' for name in (sequence, index.label))
    return "if so, declare it in pgseq.toml: feeds = [{{ sequence = {}, column = {} }}]".format(*names)
