"""23505 of a unique index that cannot be built: the table held duplicates before it; no sequence is to blame. Pure."""

from __future__ import annotations

from functools import partial
from typing import Final

from pgseq.commands.explain.facts import Candidate, ErrorFacts
from pgseq.commands.explain.model import Explanation, ParsedError
from pgseq.commands.explain.text import conclude, key


def unique_build(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """A unique index that cannot be built, since its key is stored twice.

    An index of that name may be another schema's, left invalid by the failure itself, or made since. Only a valid one
    whose table is seen to hold doubles has let them in.
    """
    explanations = [_existing(error, one) for one in facts.candidates] if facts is not None else []
    if explanations:
        rank = ("index_corrupt", "cannot_tell", "not_a_sequence")
        return [min(explanations, key=lambda explanation: rank.index(explanation.verdict))]
    evidence = (_double(error), "the column has been without a unique index", _NO_POSITION)
    return [conclude(error, "not_a_sequence", evidence, next="remove the doubles, then build the index again")]


_NO_POSITION: Final = "no position of a sequence changes stored rows"


def _existing(error: ParsedError, candidate: Candidate) -> Explanation:
    """What an index of the name that could not be built has to do with it."""
    index = candidate.index
    assert index is not None
    answer = partial(conclude, error, table=index.table_sql)
    if not index.is_valid:
        left = f"index {index.sql} is not valid: CREATE or REINDEX INDEX CONCURRENTLY failed and left it behind"
        following = f"remove the doubles, DROP INDEX {index.sql}, then build the index again"
        return answer("not_a_sequence", (_double(error), left, _NO_POSITION), next=following)
    if candidate.key_lookup.doubled:
        let_in = f"{index.table_sql} holds them now, and its unique index {index.sql} should have kept them out"
        following = (
            f"REINDEX INDEX CONCURRENTLY {index.sql}; before it, remove the doubles: "
            "find them with enable_indexscan, enable_indexonlyscan and enable_bitmapscan off"
        )
        return answer("index_corrupt", (_double(error), let_in), next=following)
    if candidate.key_lookup.doubled is None:
        unsure = (
            f"a unique index {index.sql} exists: was it rebuilt, it has let them in; whether {index.table_sql} holds "
            "doubles was not looked at (no DETAIL, no privilege, or a table beyond --scan-limit)"
        )
        return answer(
            "cannot_tell", (_double(error), unsure), next=f"REINDEX INDEX CONCURRENTLY {index.sql} would tell"
        )
    built = (
        f"unique index {index.sql} exists, is valid, and its table holds no such doubles: it was another, or made since"
    )
    return answer("not_a_sequence", (_double(error), built, _NO_POSITION))


def _double(error: ParsedError) -> str:
    return f"rows with the same key {key(error)} were stored already"
