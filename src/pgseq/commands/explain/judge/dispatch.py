"""From a parsed error and its facts to explanations: verdict, evidence, next command. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from pgseq.commands.explain.facts import ErrorFacts
from pgseq.commands.explain.judge import duplicate, inserts, named, privileges, unique_index
from pgseq.commands.explain.model import Explanation, Kind, Occurrences, ParsedError
from pgseq.commands.explain.text import conclude

Judge = Callable[[ParsedError, ErrorFacts | None], list[Explanation]]

#: Who judges what: the only place that lists them.
JUDGES: Final[dict[Kind, Judge]] = {
    "duplicate": duplicate.judge,
    "unique_build": unique_index.unique_build,
    "limit": named.limit,
    "sequence": named.complaint,
    "name": named.state,
    "setval_range": named.setval_range,
    "restart_range": named.restart_range,
    "denied_sequence": privileges.denied_sequence,
    "denied_table": privileges.denied_table,
    "denied_schema": privileges.denied_schema,
    "not_owner": privileges.not_owner,
    "missing": named.missing,
    "not_called": named.not_called,
    "not_a_sequence": named.not_a_sequence,
    "too_narrow": inserts.too_narrow,
    "null": inserts.null,
    "generated": inserts.generated,
    "stored_generated": inserts.stored_generated,
    "read_only": inserts.read_only,
    "unrelated": inserts.other,
    "other": inserts.other,
}


def judge(error: ParsedError, facts: ErrorFacts | None, occurrences: Occurrences | None = None) -> list[Explanation]:
    """Explain one error: usually one explanation, several where several sequences are to blame.

    `facts` is None without a connection; `occurrences` says how often the error is in the logs.
    """
    occurrences = occurrences or Occurrences()
    if facts is not None:
        facts = replace(facts, in_a_row=occurrences.in_a_row)
    explanations = JUDGES[error.kind](error, facts)
    blamed = [one for one in explanations if one.blames]
    # A name that several schemas have: those that explain the error speak for it.
    if error.kind == "name":
        blamed = explanations
    elif len(explanations) > 1 and not blamed:
        explanations = [_innocent(error, explanations, facts)]
    elif blamed and facts is not None and facts.total > len(explanations):
        cut = f"the error may mean {facts.total} objects, of which {len(explanations)} were looked at"
        blamed = [replace(one, evidence=(*one.evidence, cut)) for one in blamed]
    explanations = blamed or explanations or [conclude(error, "cannot_tell", ("nothing is known of it",))]
    database = facts.server.database if facts is not None else error.database or None
    return [replace(one, occurrences=occurrences, database=database) for one in explanations]


def _innocent(error: ParsedError, explanations: list[Explanation], facts: ErrorFacts | None) -> Explanation:
    """One answer where an error may mean several objects and none of them explains it."""
    count = str(len(explanations))
    if facts is not None and facts.total > len(explanations):
        count += f" of {facts.total}"
    if error.constraint or error.table or error.sequence:
        others = f"{count} objects of this name were looked at; no sequence of theirs is to blame now"
        return replace(explanations[0], evidence=(*explanations[0].evidence, others))
    columns = ", ".join(error.columns) or error.column
    evidence = (
        "the text names neither table nor constraint",
        f"{count} tables that have such a column ({columns}) were looked at; no sequence of theirs is to blame now",
    )
    return conclude(
        error, "cannot_tell", evidence, next="give the whole error: its message names the table or the constraint"
    )
