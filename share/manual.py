"""Pages of the manual, made from the help texts of the command line.

Language: man(7), as groff and mandoc read it.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import click

from pgseq.cli import main
from pgseq.version import __version__

_EXIT: Final = re.compile(r"\s*Exit codes: (.*?)\.?\s*$", re.DOTALL)


def pages() -> dict[str, str]:
    """File names with their contents: a page for the program and for each of its commands."""
    root = click.Context(main, info_name="pgseq")
    return {f"{_name(ctx)}.1": _page(ctx) for ctx in _contexts(root)}


def _contexts(ctx: click.Context) -> Iterator[click.Context]:
    yield ctx
    for name, command in _commands(ctx):
        yield from _contexts(click.Context(command, info_name=name, parent=ctx))


def _commands(ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    group = ctx.command
    if isinstance(group, click.Group):
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            assert command is not None
            yield name, command


def _name(ctx: click.Context) -> str:
    return ctx.command_path.replace(" ", "-")


def _page(ctx: click.Context) -> str:
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(ctx.command.help or ""))
    examples = [one for one in paragraphs if one.startswith("\b")]
    said = "\n\n".join(one for one in paragraphs if not one.startswith("\b"))
    status = _EXIT.search(said) or _EXIT.search(ctx.find_root().command.epilog or "")
    text = _EXIT.sub("", said)
    brief = text.split("\n\n")[0].split(". ")[0].rstrip(".")
    usage = " ".join(map(_plain, ctx.command.collect_usage_pieces(ctx)))
    lines = [
        f'.TH {_plain(_name(ctx)).upper()} 1 "{_date()}" "pgseq {__version__}" "pgseq manual"',
        ".SH NAME",
        f"{_plain(_name(ctx))} \\- {_plain(_flowed(brief[0].lower() + brief[1:]))}",
        ".SH SYNOPSIS",
        f".B {_plain(ctx.command_path)}",
        usage,
        ".SH DESCRIPTION",
        *_paragraphs(text),
        *_listed(ctx),
        *_options(ctx),
        *_exit_status(status[1] if status else ""),
        *_examples(examples),
        ".SH SEE ALSO",
        ",\n".join(f".BR {_plain(name)} (1)" for name in _related(ctx)),
    ]
    # A comma belongs behind the section.
    return re.sub(r"\(1\),$", "(1),", "\n".join(lines), flags=re.MULTILINE) + "\n"


def _date() -> str:
    """The date that who builds reproducibly gives to all files; else none."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return f"{datetime.fromtimestamp(int(epoch), UTC):%Y-%m-%d}" if epoch.isdigit() else ""


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        yield re.sub(r"`([^`]+)`", r"\\fB\1\\fR", _plain(_flowed(paragraph)))


def _listed(ctx: click.Context) -> Iterator[str]:
    commands = list(_commands(ctx))
    if commands:
        yield ".SH COMMANDS"
    for name, command in commands:
        yield f".TP\n.BR {_plain(f'{_name(ctx)}-{name}')} (1)\n{_plain(command.get_short_help_str(200))}"


def _options(ctx: click.Context) -> Iterator[str]:
    panels: dict[str, list[tuple[str, str]]] = {}
    for option in ctx.command.get_params(ctx):
        record = option.get_help_record(ctx)
        if record is not None and isinstance(option, click.Option):
            panels.setdefault(getattr(option, "panel", None) or "", []).append(record)
    if panels:
        yield ".SH OPTIONS"
    for panel, records in sorted(panels.items(), key=lambda item: bool(item[0])):
        if panel:
            yield f'.SS "{_plain(panel)}"'
        for names, text in records:
            yield f".TP\n{_option(names)}\n{_plain(_flowed(text))}"


def _option(names: str) -> str:
    """`-d, --dbname DBNAME`, the options bold and what they take slanted."""
    words = (f"\\fB{_plain(word)}\\fR" if word.startswith("-") else _value(word) for word in names.split(" "))
    return " ".join(words)


def _value(word: str) -> str:
    return _plain(word) if word in ("/", "") else f"\\fI{_plain(word)}\\fR"


def _exit_status(text: str) -> Iterator[str]:
    if text:
        yield ".SH EXIT STATUS"
    for one in re.split(r"[;,] (?=\d )", _flowed(text)):
        code, _, meaning = one.partition(" ")
        if code:
            yield f".TP\n.B {code}\n{_plain(meaning)}"


def _examples(blocks: list[str]) -> Iterator[str]:
    if blocks:
        yield ".SH EXAMPLES"
    for block in blocks:
        shown = "\n".join(_plain(line) for line in block.removeprefix("\b").strip("\n").split("\n"))
        yield f".nf\n{shown}\n.fi"


def _related(ctx: click.Context) -> list[str]:
    above = ctx.parent or ctx
    names = [_name(above), *(f"{_name(above)}-{name}" for name, _ in _commands(above))]
    return [name for name in names if name != _name(ctx)]


def _flowed(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """`text` without meaning to the language."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", escaped, flags=re.MULTILINE)
