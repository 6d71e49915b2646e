"""23505: a key that exists already. Is it the sequence's doing? Pure."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from msgspec.structs import replace

from pgseq.commands.explain.facts import Candidate, ErrorFacts, Index
from pgseq.commands.explain.judge.duplicate_position import DuplicateKey, verdict_on
from pgseq.commands.explain.model import Explanation, ParsedError, Verdict
from pgseq.commands.explain.text import CONNECT, conclude, key, shortened
from pgseq.core.declaration import declaration, guess


def judge(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """A key value that is there already."""
    if _SYSTEM.fullmatch(error.constraint) and not (facts and facts.candidates):
        return [conclude(error, "not_a_sequence", _CATALOG, next="run the statement again")]
    if facts is None:
        return [_by_text(error)]
    if not facts.candidates:
        return [_not_found(error, facts)]
    return [_candidate(error, candidate, facts.in_a_row) for candidate in facts.candidates]


#: An index of the system catalog, or of a TOAST table.
_SYSTEM: Final = re.compile(r"pg_\w+_index")
_CATALOG: Final = (
    "an index of the system catalog, which no sequence feeds",
    "two sessions made an object of the same name at once (CREATE … IF NOT EXISTS does not wait, either)",
)


def _by_text(error: ParsedError) -> Explanation:
    what = f"the key {key(error)} is stored already" if error.columns else "a key is stored already"
    where = f"the unique constraint is {error.constraint}" if error.constraint else ""
    if error.values is not None and all(error.value_of(name) is None for name in error.column_names):
        evidence = (what, where, "no column of the key holds an integer: a sequence gives nothing else")
        return conclude(error, "not_a_sequence", evidence)
    doubt = "whether a sequence feeds the key, and where it stands, only the database knows"
    return conclude(error, "cannot_tell", (what, where, doubt), next=CONNECT)


def _not_found(error: ParsedError, facts: ErrorFacts) -> Explanation:
    what = f"constraint {error.constraint}" if error.constraint else "unique constraint that the text would mean"
    database = facts.server.database
    wanted = "is it the right database, and has the constraint been renamed or dropped since?"
    if not error.constraint and not error.columns:
        wanted = "the text names no constraint: the server's own message or log does"
    return conclude(error, "cannot_tell", (f"no {what} in database {database}", wanted))


def _candidate(error: ParsedError, candidate: Candidate, in_a_row: int) -> Explanation:
    index = candidate.index
    assert index is not None
    columns = tuple(column or "(expression)" for column in index.columns)
    answer = partial(conclude, error, table=index.table_sql, constraint=index.name, columns=columns)
    if candidate.key_lookup.corrupt:
        finder, loser = ("index", "table") if candidate.key_lookup.by_index else ("table", "index")
        return answer(
            "index_corrupt",
            (
                f"the key {key(error)} is found by the {finder} and not by the {loser}",
                f"index {index.name} does not agree with {index.table_sql}",
            ),
            next=f"REINDEX INDEX CONCURRENTLY {index.sql}; look for its cause with amcheck",
        )
    if candidate.fed_columns:
        best = min(
            (
                verdict_on(DuplicateKey(error=error, candidate=candidate, fed_column=fed_column, in_a_row=in_a_row))
                for fed_column in candidate.fed_columns
            ),
            key=lambda verdict: _RANK.index(verdict.besides or verdict.verdict),
        )
        sequence = best.fed_column.diagnosis.sequence
        return replace(answer(best.verdict, best.evidence, next=best.next, sequence=sequence), besides=best.besides)
    if ways := _ways(index, candidate):
        return answer(
            "cannot_tell", (f"no sequence is known to feed {index.label}", *ways), next=_declare(index, candidate)
        )
    return answer(
        "not_a_sequence",
        (
            f"no sequence feeds {index.table_sql} ({', '.join(columns)})",
            "the failed INSERT used up a value of the table's sequences, which does no harm" if candidate.draws else "",
        ),
    )


#: Where a key has several fed columns, the verdict that counts.
_RANK: Final[tuple[Verdict, ...]] = ("behind", "cached", "exhausted", "was_behind", "client_value", "cannot_tell")


def _ways(index: Index, candidate: Candidate) -> tuple[str, ...]:
    """How a sequence may yet have given the key, unseen by the catalog; none where it cannot have."""
    if index.open is None:
        return ()
    functions = index.functions[index.open]
    sequences, triggers = (shortened(names) for names in ([s.sql for s in candidate.unlinked], index.triggers))
    each = "feeds" if len(candidate.unlinked) == 1 else "feed"
    kind = "trigger" if len(index.triggers) == 1 else "triggers"
    who = f"{functions} may draw from it" if functions else "the application may draw from it (Hibernate does)"
    ways = (
        f"its default calls {functions}, which may draw from one: the catalog does not say" if functions else "",
        f"{kind} {triggers} may fill it in before a row is stored" if triggers else "",
        f"{sequences} {each} no column: {who}" if sequences else "",
    )
    return tuple(way for way in ways if way)


def _declare(index: Index, candidate: Candidate) -> str:
    """The line of the configuration that would let pgseq judge the key."""
    if candidate.unlinked:
        sequence = candidate.unlinked[0]
        return f"if so, declare it in pgseq.toml: {declaration(sequence, [index.label], guess(sequence))}"
    column = f"'{index.label}'" if '"' in index.label else f'"{index.label}"'
    return f'if so, declare it in pgseq.toml: feeds = [{{ sequence = "schema.sequence", column = {column} }}]'
