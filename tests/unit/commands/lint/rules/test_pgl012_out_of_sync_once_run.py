"""PGL012: out of sync once run."""

from __future__ import annotations

from tests.support.linting import LEFT, blocks, ran, reader


def test_finding() -> None:
    run = reader()
    report = run.read("file.sql", blocks("CREATE TABLE t (id serial);\nINSERT INTO t SELECT 7;\nSELECT 1;\n"))
    (finding,) = run.with_run(report, ran(LEFT)).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL012", "error", 2)
    assert (
        finding.message
        == "out of sync once the file has run: public.t.id holds 7, and public.t_id_seq hands out 1 next"
    )


def test_what_the_text_does_not_show_is_told_at_the_end() -> None:
    run = reader()
    (finding,) = run.with_run(run.read("file.sql", blocks("SELECT 1;\n")), ran(LEFT)).findings
    assert (finding.code, finding.place.line) == ("PGL012", 9)
