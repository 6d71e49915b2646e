"""Like sequences of many schemas are shown once."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace

from pgseq.model.changes import Applied
from pgseq.model.diagnosis import Diagnosis, Finding
from pgseq.model.hints import Hint, command
from pgseq.model.reports import Proof, SequenceReport, Verification
from pgseq.render.markdown.verify import ProofMarkdown
from pgseq.render.text.fix import outcome
from pgseq.render.text.folding import Row, of_database, proof, rows
from pgseq.render.text.terminal import Terminal
from pgseq.render.text.verify import ProofTable
from pgseq.render.writer import Detail
from tests.unit import factory
from tests.unit.render.test_check import shown


def tenant(schema: str, furthest: int = 50) -> SequenceReport:
    one = factory.behind(furthest)
    feed = replace(one.sequence.feeds[0], schema=schema, table_sql=f"{schema}.users")
    sequence = replace(one.sequence, schema=schema, sql=f"{schema}.users_id_seq", feeds=(feed,))
    reading = replace(one.diagnosis.reading, sequence=sequence)
    return replace(one, diagnosis=replace(one.diagnosis, reading=reading))


def folded(*reports: SequenceReport) -> list[Row[SequenceReport]]:
    return of_database(factory.report(*reports), reports, Detail())


def test_same_table_in_many_schemas_is_one_row() -> None:
    tenants = [tenant(f"tenant_{number:03}") for number in range(1, 101)]
    text = shown(factory.report(*tenants, factory.exhausted()))
    assert text.count(".users.id") == 2
    assert "tenant_001.users.id" in text
    assert "    tenant_*: 100 sequences, same table; -v lists each\n" in text
    assert "100 out of sync, 1 exhausted" in text


def test_verbose_lists_each() -> None:
    text = shown(factory.report(*[tenant(f"tenant_{number}") for number in range(5)]), verbose=True)
    assert text.count("users_id_seq") == 5
    assert "same table" not in text


def test_limit_counts_rows() -> None:
    tenants = [tenant(f"tenant_{number}") for number in range(5)]
    text = shown(factory.report(*tenants, factory.exhausted(), factory.unseen()), limit=1)
    assert "tenant_*: 5 sequences, same table" in text
    assert "… 2 more, --limit all lists them\n" in text


def test_the_worst_stands_for_the_others() -> None:
    (row,) = folded(tenant("b", 9), tenant("a", 5), tenant("c", 7))
    assert (row.report.sequence.schema, len(row.others)) == ("b", 2)


@pytest.mark.parametrize(
    ("schemas", "remark"),
    [
        (["a_x", "b_x", "c_x"], "*_x: 3 sequences, same table"),
        (["one", "two", "six"], "*: 3 sequences, same table"),
        (["t1", "t10", "t11"], "t*: 3 sequences, same table"),
        (["shop_1_eu", "shop_12_eu", "shop_7_eu"], "shop_*_eu: 3 sequences, same table"),
        (["a", "b"], ""),
    ],
)
def test_how_schemas_are_named(schemas: list[str], remark: str) -> None:
    assert folded(*(tenant(schema) for schema in schemas))[0].remark == remark


def test_what_differs_is_not_folded() -> None:
    mixed = [tenant("a"), tenant("b"), replace(tenant("c"), ignored="known")]
    assert [len(row.others) for row in folded(*mixed)] == [0, 0, 0]


def unproved(schema: str, value: int = 4) -> Proof:
    reason = f"{value} is already stored"
    return Proof(sequence=tenant(schema).sequence, next_value=value, proved=False, reason=reason)


def test_proofs_are_folded_as_sequences_are() -> None:
    proofs = [*(unproved(f"tenant_{n}", n) for n in range(1, 30)), unproved("other", 7)]
    verification = Verification(server=factory.server(), proofs=tuple(proofs), whole=True)
    out = io.StringIO()
    table = ProofTable(Terminal(out), Detail())
    table.database(verification)
    table.close()
    assert out.getvalue().splitlines() == [
        "app (PostgreSQL 18.6)",
        "",
        "✗ tenant_1.users.id  next 1  next insert fails",
        "    1 is already stored",
        "    *: 30 sequences, same table; -v lists each",
        "",
        "30 would fail",
    ]
    markdown = io.StringIO()
    ProofMarkdown(markdown, Detail()).database(verification)
    assert markdown.getvalue().count("users_id_seq") == 1
    assert "<br>\\*: 30 sequences, same table |" in markdown.getvalue()


def test_proofs_that_differ_are_not() -> None:
    works = replace(unproved("a"), proved=True, reason="", not_inserted=(("a.users", "NOT NULL: name"),))
    unseen = replace(unproved("b"), proved=None, reason="no privilege to read b.users.id")
    mixed = [unproved("a"), works, unseen, unproved("b"), replace(unproved("c"), reason="nextval() has reached 4")]
    assert [len(row.others) for row in rows(mixed, Detail(), proof)] == [0] * 5
    alike = [replace(works, sequence=tenant(name).sequence) for name in "xyz"]
    assert [len(row.others) for row in rows(alike, Detail(), proof)] == [2]


def test_the_hint_of_a_result_is_about_all() -> None:
    def refused(schema: str, share: int) -> SequenceReport:
        hint = Hint("give them up: ", command("fix", f"{schema}.users", "--max-jump", f"{share}%"))
        return replace(tenant(schema), applied=Applied(result="skipped", reason="too far", hint=hint))

    reports = tuple(refused(f"t{number}", number) for number in (11, 94, 20))
    out = io.StringIO()
    outcome(Terminal(out), factory.report(*reports), reports, Detail())
    assert "  pgseq fix -t t11.users -t t94.users -t t20.users --max-jump 94%\n" in out.getvalue()
    out.truncate(out.seek(0))
    outcome(Terminal(out), replace(factory.report(*reports), whole=True), reports, Detail())
    assert "  pgseq fix -t 't*.users' --max-jump 94%\n" in out.getvalue()


def test_rows_need_codes_alone_and_hints_the_findings_of_their_row() -> None:
    made: list[str] = []

    class Find:
        def __call__(self, diagnosis: Diagnosis) -> tuple[Finding, ...]:
            made.append(diagnosis.sequence.schema)
            finding = tenant("a").findings[0]
            return (replace(finding, hint=Hint(command("fix", f"{made[-1]}.users"))),)

        def codes(self, diagnosis: Diagnosis) -> tuple[str, ...]:
            return ("PGS001",)

    (row,) = folded(*(replace(tenant(schema), find=Find()) for schema in "abc"))
    assert made == []
    assert row.hint(Hint(command("fix", "a.users"))) == "pgseq fix -t a.users -t b.users -t c.users"
    assert made == ["a", "b", "c"]
    made.clear()
    whole = tuple(replace(tenant(schema), find=Find()) for schema in "abc")
    (row,) = rows(whole, Detail(), lambda one: one.codes, whole)
    assert row.hint(Hint(command("fix", "a.users"))) == "pgseq fix -t '*.users'"
    assert made == []


def test_codes_of_findings_that_are_made_otherwise() -> None:
    assert tenant("a").codes == tuple(finding.code for finding in tenant("a").findings) != ()
