"""`lint --format gitlab`: a report of GitLab's code quality."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.support.commandline import Pgseq

TABLE: Final = "CREATE TABLE users (id serial PRIMARY KEY);\n"
BAD: Final = "INSERT INTO users (id) VALUES (7);\n"
#: What GitLab requires (documentation, "Code Quality report format").
SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "fingerprint": {"type": "string", "minLength": 1},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^(\./|/|\.\./)"}},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


def issues(pgseq: Pgseq, *files: str | Path) -> list[dict[str, Any]]:
    document: list[dict[str, Any]] = pgseq("lint", "--format", "gitlab", *files).json()
    Draft202012Validator(SCHEMA).validate(document)
    assert len({one["fingerprint"] for one in document}) == len(document)
    return document


def test_an_issue(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(TABLE + BAD)
    (issue,) = issues(pgseq, "./a.sql")
    assert issue["description"].startswith("explicit ids: users.id holds 7, and users_id_seq hands out 1 next. ")
    assert (issue["check_name"], issue["severity"]) == ("PGL001", "major")
    assert issue["location"] == {"path": "a.sql", "lines": {"begin": 2, "end": 2}}
    (whole,) = issues(pgseq, tmp_path / "a.sql")
    # The command to run next names the file as it was named.
    assert whole | {"description": issue["description"]} == issue, (
        "a path of the whole machine is one below the repository"
    )


def test_the_fingerprint_stays_where_a_line_is_added_above(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(TABLE + BAD)
    (before,) = issues(pgseq, "a.sql")
    (tmp_path / "a.sql").write_text("-- one\n-- two\n" + TABLE + BAD)
    (after,) = issues(pgseq, "a.sql")
    assert (before["location"]["lines"]["begin"], after["location"]["lines"]["begin"]) == (2, 4)
    assert before["fingerprint"] == after["fingerprint"]


def test_like_findings_have_fingerprints_of_their_own(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("INSERT INTO x SELECT 1;\nSELCT 1;\nSELCT 1;\n")
    assert len(issues(pgseq, "a.sql")) == 3


def test_what_is_ignored_is_left_out_and_what_was_not_read_is_not(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(TABLE + BAD)
    (tmp_path / "b.sql").write_bytes(b"\0\1\2")
    document = issues(pgseq, "a.sql", "b.sql")
    assert [(one["check_name"], one["location"]["path"]) for one in document] == [
        ("PGL001", "a.sql"),
        ("not read", "b.sql"),
    ]
    assert pgseq("lint", "--format", "gitlab", "a.sql", "--ignore", "PGL001").json() == []
