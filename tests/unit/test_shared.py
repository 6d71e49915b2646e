"""What a wheel installs below share/: pages of the manual and completions, as their own programs read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import click
import pytest
from share.files import COMPLETIONS, files, write

from pgseq.cli import COMMANDS, main
from tests.support.binaries import ROOT
from tests.support.commandline import environment, executable
from tests.support.debian import missing


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files, dated."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    write(tmp_path)
    return tmp_path


def output(*words: str | Path, cwd: Path, **variables: str) -> str:
    """What a program says on both streams; it is skipped where there is none."""
    if shutil.which(str(words[0])) is None:
        missing(f"{words[0]} is not installed")
    done = subprocess.run(
        [str(word) for word in words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=environment(cwd, variables),
        timeout=60,
        check=False,
    )
    return done.stdout


def test_every_command_has_a_page() -> None:
    names = {name.removeprefix("man/man1/") for name in files() if name.startswith("man/")}
    assert {"pgseq.1", *(f"pgseq-{command}.1" for command in COMMANDS)} <= names
    assert {name for name in names if "guard-" in name} == {
        f"pgseq-guard-{name}.1" for name in ("plan", "identity", "trigger", "ownership", "status", "remove")
    }


def test_mandoc_finds_nothing(folder: Path) -> None:
    assert output("mandoc", "-T", "lint", "-W", "warning", *folder.glob("man/man1/*"), cwd=folder) == ""


@pytest.mark.slow
def test_man_and_whatis_read_them(folder: Path) -> None:
    """What lintian looks at: groff's warnings, and the name's line."""
    pages = sorted(folder.glob("man/man1/*"))
    if shutil.which("man") is None:
        missing("man is not installed")
    warned = "for page in man/man1/*; do man --warnings -E UTF-8 -l -Tutf8 -Z $page > /dev/null || echo $page; done"
    assert output("bash", "-c", warned, cwd=folder, MANROFFSEQ="") == ""
    listed = output("lexgrog", *pages, cwd=folder).splitlines()
    assert len(listed) == len(pages)
    assert f'{folder}/man/man1/pgseq-check.1: "pgseq-check - report the sequences that are out of sync"' in listed


def test_a_page_has_all_options_of_its_command(folder: Path) -> None:
    ctx = click.Context(main, info_name="pgseq")
    command = main.get_command(ctx, "fix")
    assert command is not None
    page = (folder / "man/man1/pgseq-fix.1").read_text(encoding="utf-8").replace("\\-", "-")
    options = [one for option in command.params if isinstance(option, click.Option) for one in option.opts]
    assert [one for one in options if f"\\fB{one}" not in page] == []
    assert ".SH EXIT STATUS\n.TP\n.B 0\nin sync\n" in page


def test_texts_mean_nothing_to_the_language() -> None:
    for name, text in files().items():
        if name.startswith("man/"):
            requests = {line.split()[0] for line in text.splitlines() if line.startswith(".")}
            assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".nf", ".fi"}, name
            assert not re.search(r"^'", text, re.MULTILINE), name


def test_bash(folder: Path) -> None:
    script = f'''source {folder / COMPLETIONS["bash"]}
        PATH="{Path(executable()).parent}:$PATH" COMP_WORDS=(pgseq ver) COMP_CWORD=1
        _pgseq_completion pgseq ver; echo "${{COMPREPLY[@]}}"'''
    assert output("bash", "-c", script, cwd=folder).strip() == "verify"


def test_zsh(folder: Path) -> None:
    path = folder / COMPLETIONS["zsh"]
    assert path.read_text(encoding="utf-8").startswith("#compdef pgseq\n")
    script = f"fpath=({path.parent} $fpath); autoload -Uz compinit; compinit -u -D; echo $_comps[pgseq]"
    assert output("zsh", "-f", "-c", script, cwd=folder).strip() == "_pgseq"


def test_fish(folder: Path) -> None:
    script = f"source {folder / COMPLETIONS['fish']}; complete -C 'pgseq ver'"
    path = f"{Path(executable()).parent}:{environment(folder)['PATH']}"
    shown = output("fish", "--no-config", "-c", script, cwd=folder, PATH=path)
    assert [line.split("\t")[0] for line in shown.splitlines()] == ["verify"]


@pytest.mark.slow
def test_a_wheel_installs_them(tmp_path: Path) -> None:
    """Built from the source distribution, too, which has all that it takes."""
    subprocess.run([Path(executable()).with_name("python"), "-m", "build", "--outdir", tmp_path], cwd=ROOT, check=True)
    (wheel,), (sdist,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        shared = {name.partition(".data/data/share/")[2] for name in archive.namelist() if ".data/" in name}
    assert shared == set(files())
    with tarfile.open(sdist) as archive_of_sources:
        assert not any("man1" in name for name in archive_of_sources.getnames())
