"""The JSON document of `verify`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO

from pgseq.model.reports import Proof, Verification
from pgseq.render.json.check import head
from pgseq.render.json.document import JsonDocument


def verify_document(out: TextIO, config: str | None = None) -> JsonDocument[Verification]:
    """The document over all databases; `config` is the configuration file that was read."""
    return JsonDocument(out, _database, config, summary=_summary)


def _database(verification: Verification) -> dict[str, Any]:
    return head(verification.server) | {"sequences": map(_proof, verification.proofs)}


def _summary(verifications: Iterable[Verification]) -> dict[str, int]:
    every = tuple(verifications)
    idle = sum(verification.feeds_no_column for verification in every)
    proved, failing, unproved = (
        sum(verification.count(proved) for verification in every) for proved in (True, False, None)
    )
    return {"proved": proved - idle, "failing": failing, "unproved": unproved, "feeds_no_column": idle}


def _proof(proof: Proof) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "schema": proof.sequence.schema,
        "name": proof.sequence.name,
        "sql": proof.sequence.sql,
        "next_value": proof.next_value,
        "proved": proof.proved,
        "repeats": proof.repeats,
        "reason": proof.reason or None,
        "hint": proof.hint or None,
        "inserted": list(proof.inserted),
        "not_inserted": [{"table": relation, "reason": reason} for relation, reason in proof.not_inserted],
    }
    if proof.ignored is not None:
        fields["ignored"] = proof.ignored
    return fields
