"""23505 of a unique index that cannot be built: the doubles were there before it, and no sequence is to blame. Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

from pgseq.commands.explain.facts import Candidate, Scene
from pgseq.commands.explain.model import Explanation, Reported
from pgseq.commands.explain.text import explanation, key


def unique_build(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """A unique index that cannot be built, since its key is stored twice.

    An index of that name may be another schema's, left invalid by the failure itself, or made since. Only a valid one
    whose table is seen to hold doubles has let them in.
    """
    told = [_existing(reported, one) for one in scene.candidates] if scene is not None else []
    if told:
        return sorted(told, key=lambda one: ("index_corrupt", "cannot_tell", "not_a_sequence").index(one.verdict))[:1]
    evidence = (_double(reported), "the column has been without a unique index", _NO_POSITION)
    return [explanation(reported, "not_a_sequence", evidence, next="remove the doubles, then build the index again")]


_NO_POSITION: Final = "no position of a sequence changes stored rows"


def _existing(reported: Reported, one: Candidate) -> Explanation:
    """What an index of the name that could not be built has to do with it."""
    index = one.index
    assert index is not None
    tell = partial(explanation, reported, table=index.table_sql)
    if not index.is_valid:
        left = f"index {index.sql} is not valid: CREATE or REINDEX INDEX CONCURRENTLY failed and left it behind"
        following = f"remove the doubles, DROP INDEX {index.sql}, then build the index again"
        return tell("not_a_sequence", (_double(reported), left, _NO_POSITION), next=following)
    if one.held.doubled:
        let_in = f"{index.table_sql} holds them now, and its unique index {index.sql} should have kept them out"
        following = (
            f"REINDEX INDEX CONCURRENTLY {index.sql}; before it, remove the doubles: "
            "find them with enable_indexscan, enable_indexonlyscan and enable_bitmapscan off"
        )
        return tell("index_corrupt", (_double(reported), let_in), next=following)
    if one.held.doubled is None:
        unsure = (
            f"a unique index {index.sql} exists: was it rebuilt, it has let them in; whether {index.table_sql} holds "
            "doubles was not looked at (no DETAIL, no right, or a table beyond --scan-limit)"
        )
        return tell(
            "cannot_tell", (_double(reported), unsure), next=f"REINDEX INDEX CONCURRENTLY {index.sql} would tell"
        )
    built = (
        f"unique index {index.sql} exists, is valid, and its table holds no such doubles: it was another, or made since"
    )
    return tell("not_a_sequence", (_double(reported), built, _NO_POSITION))


def _double(reported: Reported) -> str:
    return f"rows with the same key {key(reported)} were stored already"
