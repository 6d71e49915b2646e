"""psql's variables and the placeholders of other tools, read as what may stand in their place. Pure.

Forms: psql (`:name`, `:'name'`, `:"name"`), Flyway and shells (`${name}`), Python's drivers (`%(name)s`, `%s`), JDBC
(`?`), templates (`{{ name }}`). Rules of psql's: its documentation, "SQL Interpolation".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from pgseq.commands.lint.parse.pieces import Statement
from pgseq.names import quoted
from pgseq.sql.grammar import Node, NotUnderstood, Parse, TooDeep, TooLong

_FORM: Final = (
    r"\$\{[^{}\n]{1,200}\}|\{\{[^{}\n]{1,200}\}\}|%\(\w{1,100}\)s|%s\b"
    r"|(?<![:\w]):(?:(?P<name>[A-Za-z_]\w*)|'(?P<literal>\w+)'|\"(?P<identifier>\w+)\"|\{\?\w+\})"
    r"|(?<=[(,=])\s*\?(?=\s*[,)])"
)
#: Text in which nothing is replaced but a string that is a placeholder alone, a word with placeholders in it, or one.
_TOKEN: Final = re.compile(
    r"(?P<quoted>'(?:[^']|'')*+'|\"[^\"]*+\"|--[^\n]*+|/\*(?:.*?\*/|.*)|\$(?P<tag>\w*+)\$(?:.*?\$(?P=tag)\$|.*))"
    r"|(?P<word>(?<![\w$])\w*+(?:\$\{[^{}\n]{1,200}\}|\{\{[^{}\n]{1,200}\}\})\w*+)"
    rf"|(?P<form>{_FORM})",
    re.DOTALL,
)
_ALONE: Final = re.compile(r"'\s*(?:\$\{[^{}]*\}|\{\{[^{}]*\}\}|%\(\w+\)s)\s*'")
#: Characters of a text whose placeholders are replaced.
_LONGEST: Final = 2**20
ANY: Final = re.compile(rf"{_FORM}")
_NAME: Final = re.compile(r"\w+(?:[.]\w+)*")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values that are known."""
    if not values:
        return text

    def value(match: re.Match[str]) -> str:
        form = match.group()
        name = _NAME.search(form)
        if name is None or name.group() not in values:
            return form
        known = values[name.group()]
        if match["literal"]:
            return "'" + known.replace("'", "''") + "'"
        return quoted(known) if match["identifier"] else known

    return ANY.sub(value, text)


def to_set(form: str) -> str:
    """What gives a placeholder its value on the command line."""
    name = _NAME.search(form)
    return f"--set {name.group() if name else 'NAME'}=…"


def readings(text: str) -> Iterator[str]:
    """The text with its placeholders as identifiers, then as literals; nothing where it has none."""
    for instead in (_identifier, _literal) if len(text) < _LONGEST else ():
        reading = _TOKEN.sub(_replacing(instead), text)
        if reading == text:
            return
        yield reading


def _replacing(instead: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        if match["quoted"]:
            return _identifier(match.group()[1:-1].strip()) if _ALONE.fullmatch(match.group()) else match.group()
        lead = match.group()[: len(match.group()) - len(match.group().lstrip())]
        return lead + instead(match.group().strip())

    return replace


def _identifier(form: str) -> str:
    # The name as it is written, so that messages show it.
    return '"' + form.replace('"', "") + '"'


def _literal(form: str) -> str:
    return "'" + form.replace("'", "") + "'"


def unfilled(text: str) -> bool:
    """Whether a literal holds a placeholder, which a tool replaces before the server reads it."""
    return any(mark in text for mark in ("${", "{{", "%(")) and ANY.search(text) is not None


def parsed(piece: Statement, parse: Parse, values: Mapping[str, str]) -> tuple[list[Node], NotUnderstood | None]:
    """The statements of a text, its placeholders read as what may stand in their place; and why it is not understood as
    it is written. Raises NotUnderstood."""
    text = filled(piece.text, values)
    try:
        return parse(text), None
    except (TooDeep, TooLong):
        raise
    except NotUnderstood as error:
        for reading in readings(text):
            with suppress(NotUnderstood):
                # Without its traceback, which would keep the tree of the text.
                return parse(reading), error.with_traceback(None)
        raise
