"""PGL013: not run."""

from __future__ import annotations

from pgseq.commands.lint.notes import MOST, Note
from pgseq.commands.lint.parse.pieces import Place
from tests.support.linting import blocks, ran, reader


def failed(number: int, *, counts: bool) -> Note:
    return Note(place=Place(file="file.sql", line=number, column=1, end=number), text="no such type", counts=counts)


def test_finding() -> None:
    run = reader()
    report = run.read("file.sql", blocks("CREATE TABLE t (n no_type);\n"))
    unknown, info = run.with_run(report, ran(failures=[failed(1, counts=True), failed(2, counts=False)])).findings
    assert (unknown.code, unknown.severity, unknown.message) == ("PGL013", "unknown", "not run: no such type")
    assert (info.severity, info.hint) == ("info", "it touches no sequence")


def test_many_are_counted() -> None:
    run = reader()
    failures = [failed(number, counts=False) for number in range(1, MOST + 3)]
    findings = run.with_run(run.read("file.sql", blocks("")), ran(failures=failures)).findings
    assert findings[-1].message == "not run: no such type; 1 more finding of this kind below"
    assert findings[-1].severity == "unknown"
