"""What `verify` shows."""

from __future__ import annotations

import io
import json
from typing import Any

from pgseq.model.reports import Proof, Unreachable, Verification
from pgseq.render.json.verify import verify_document
from pgseq.render.text.terminal import Terminal
from pgseq.render.text.verify import ProofTable
from pgseq.render.writer import Detail
from tests.unit import factory


def proof(proved: bool | None, **fields: Any) -> Proof:
    return Proof(sequence=factory.sequence(), next_value=4, proved=proved, **fields)


VERIFICATION = Verification(
    server=factory.server(),
    proofs=(
        proof(True, inserted=("public.users",)),
        proof(False, reason="4 is already stored"),
        proof(None, reason="no privilege to read public.users.id"),
        proof(False, ignored="loaded every night"),
        Proof(sequence=factory.sequence(feeds=()), next_value=4, proved=True),
        proof(True, not_inserted=(("public.users", "NOT NULL without default: name"),)),
    ),
)


def shown(**detail: Any) -> list[str]:
    out = io.StringIO()
    table = ProofTable(Terminal(out), Detail(**detail))
    table.database(VERIFICATION)
    table.close()
    return out.getvalue().splitlines()


def test_what_is_not_proved_is_shown() -> None:
    assert shown() == [
        "app (PostgreSQL 18.6)",
        "",
        "✗ public.users.id  next 4  next insert fails",
        "    4 is already stored",
        "? public.users.id  next 4  not proved",
        "    no privilege to read public.users.id",
        "✓ public.users.id  next 4  next insert works",
        "    no INSERT into public.users: NOT NULL without default: name",
        "",
        "2 proved (1 by a real INSERT), 1 would fail, 1 not proved, 1 feeds no column, 1 ignored",
    ]


def test_verbose_limit_and_quiet() -> None:
    assert sum("works (tried)" in line for line in shown(verbose=True)) == 1
    assert sum("fails (ignored: loaded every night)" in line for line in shown(verbose=True)) == 1
    assert "… 2 more, --limit all lists them" in shown(limit=1)
    assert "2 proved (1 by a real INSERT), 1 would fail, 1 not proved, 1 feeds no column, 1 ignored" not in shown(
        quiet=True
    )


def test_document() -> None:
    out = io.StringIO()
    document = verify_document(out)
    document.database(VERIFICATION)
    document.unreachable(Unreachable(database="lost", reason="gone", hint="look"))
    document.close()
    answer = json.loads(out.getvalue())
    assert list(answer) == ["format", "pgseq", "databases", "unreachable", "summary"]
    assert answer["summary"] == {"proved": 2, "failing": 1, "unproved": 1, "feeds_no_column": 1}
    first, *_, ignored, _, last = answer["databases"][0]["sequences"]
    assert (first["proved"], first["inserted"], first["reason"]) == (True, ["public.users"], None)
    assert ("ignored" in first, ignored["ignored"]) == (False, "loaded every night")
    assert last["not_inserted"] == [{"table": "public.users", "reason": "NOT NULL without default: name"}]
