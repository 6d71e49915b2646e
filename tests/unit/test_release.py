"""What `make release-check` looks for: each mistake is seen, and what is right is let through."""

from __future__ import annotations

import pytest

from tests.support.release import missing, readme_mistakes, sdist_mistakes, wheel_mistakes

TRACKED = ("pyproject.toml", "README.md", "src/pgseq/api.py", "src/pgseq/sql/read.sql", "tests/conftest.py")
WHEEL = ("pgseq/api.py", "pgseq/sql/read.sql", "pgseq-1.0.dist-info/METADATA")
SDIST = (
    "pgseq-1.0/PKG-INFO",
    "pgseq-1.0/pyproject.toml",
    "pgseq-1.0/src/pgseq/api.py",
    "pgseq-1.0/src/pgseq/sql/read.sql",
)
SOURCE = "https://code.example/pgseq"
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.0] - 2026-01-31\n"


def test_files_that_are_right() -> None:
    assert wheel_mistakes(WHEEL, TRACKED) == []
    assert sdist_mistakes(SDIST, TRACKED) == []


def test_a_wheel_with_a_file_too_many_and_one_too_few() -> None:
    assert wheel_mistakes((*WHEEL[1:], "pgseq/notes.txt"), TRACKED) == [
        "the wheel carries pgseq/notes.txt, which is not tracked",
        "the wheel lacks pgseq/api.py",
    ]


def test_what_a_wheel_installs_beside_the_package() -> None:
    built = (*WHEEL, "pgseq-1.0.data/data/share/man/man1/pgseq.1")
    assert wheel_mistakes(built, TRACKED, ["man/man1/pgseq.1"]) == []
    assert wheel_mistakes(built, TRACKED) == ["the wheel carries share/man/man1/pgseq.1, which is not tracked"]
    assert wheel_mistakes(WHEEL, TRACKED, ["man/man1/pgseq.1"]) == ["the wheel lacks share/man/man1/pgseq.1"]


def test_an_sdist_with_files_too_many_and_one_too_few() -> None:
    assert sdist_mistakes((*SDIST[:-1], "pgseq-1.0/secret.env", "pgseq-1.0/tests/conftest.py"), TRACKED) == [
        "the sdist carries secret.env, which is not tracked",
        "the sdist carries tests/conftest.py",
        "the sdist lacks src/pgseq/sql/read.sql",
    ]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[a guide](docs/guide.md)", "docs/guide.md"),
        ("[a guide][1]\n\n[1]: docs/guide.md", "docs/guide.md"),
        ("![a chart](docs/chart.svg)", "docs/chart.svg"),
        ('<img src="docs/chart.svg">', "docs/chart.svg"),
        ("[below](#nowhere)", "#user-content-nowhere"),
        ("[up](../LICENSE)", "../LICENSE"),
    ],
)
def test_a_relative_link(text: str, link: str) -> None:
    assert readme_mistakes(text, None) == [f"the packaged README has a relative link: {link}"]


@pytest.mark.parametrize("text", ["docs/guide.md", "`[a](docs/b.md)`", "[a](https://a.example)", "# One\n\n## Two"])
def test_no_relative_link(text: str) -> None:
    assert readme_mistakes(text, None) == []


def test_links_into_the_repository() -> None:
    assert readme_mistakes(f"[a guide]({SOURCE}/blob/v1.0/docs/guide.md)", SOURCE) == []
    assert readme_mistakes("a guide", SOURCE) == [
        f"the packaged README has no link into {SOURCE}: see `replacement` in pyproject.toml"
    ]


def test_what_is_still_to_do() -> None:
    assert missing("1.0", SOURCE, CHANGELOG, "") == []
    assert missing("1.1", None, CHANGELOG, " M README.md\n") == [
        "pyproject.toml has no [project.urls] Source: the packaged README names docs/ without links",
        "CHANGELOG.md has no section '## [1.1] - DATE'",
        "the files were built with changes that are not committed",
    ]
    assert missing("1.0", SOURCE, "## [110] - 2026-01-31", "") == ["CHANGELOG.md has no section '## [1.0] - DATE'"]
