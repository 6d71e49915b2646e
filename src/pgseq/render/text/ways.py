"""The ways out of a finding, one a line: what each does, and the command or statement in a colour of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from pgseq.model.diagnosis import Finding
from pgseq.model.hints import Command, Hint
from pgseq.names import display
from pgseq.render.text.terminal import GAP, Terminal
from pgseq.text.patterns import lazily

#: Labels up to this width are padded, so that their commands stand below each other.
_ALIGNED: Final = 24
#: How a statement begins.
STATEMENT: Final = lazily(
    r"(?:ALTER|ANALYZE|CREATE|DELETE|DISCARD|DROP|GRANT|REINDEX|REVOKE|SELECT|SET|UPDATE|VACUUM) [A-Za-z\"]"
)


class Way(Struct, frozen=True):
    """A way out: what it does (`label`, may be empty), what to paste (may be empty), and what follows it."""

    label: str
    action: str
    rest: str = ""


def ways(hint: str) -> Iterator[Way]:
    """The ways out of a hint."""
    for each in (hint if isinstance(hint, Hint) else Hint(hint)).ways:
        if each:
            yield _way(each)


def write(terminal: Terminal, hint: str, indent: int) -> None:
    """Write each way out of a hint on a line of its own, whatever its length: the terminal folds it for the eye, while
    a line end of ours would be pasted along."""
    listed = list(ways(hint))
    width = max((len(way.label) for way in listed if way.action and not way.rest), default=0)
    for way in listed:
        if not way.action:
            terminal.note(way.label, indent=indent)
        elif way.rest:
            terminal.line((" " * indent + way.label, ""), (way.action, "command"), (way.rest, ""))
        else:
            label = f"{way.label.ljust(width if width <= _ALIGNED else 0)}{' ' * GAP}" if width else ""
            terminal.line((" " * indent + label, ""), (way.action, "command"))


def is_fix(hint: Hint) -> bool:
    """Whether a hint is nothing but the plain command that repairs a sequence."""
    return len(hint.parts) == 1 and [(part.verb, part.options) for part in hint.commands] == [("fix", ())]


def unsaid(hint: str, findings: Iterable[Finding]) -> str:
    """A hint of one of these findings; empty where the closing line or another of them says it."""
    if not isinstance(hint, Hint):
        return hint
    codes = {finding.code for finding in findings}
    pages = [part.options[0] for part in hint.commands if part.verb == "explain" and part.options]
    said = is_fix(hint) or (len(pages) == len(hint.parts) and codes.issuperset(pages))
    return "" if said else hint


def _way(way: Hint) -> Way:
    commands = [number for number, part in enumerate(way.parts) if isinstance(part, Command)]
    if not commands:
        return _statement(display(str(way)))
    (first, *others) = commands
    before, after = _text(way, 0, first), _text(way, first + 1, len(way.parts))
    action = way.compose(way.commands[0])
    if others or after or not (before.endswith(": ") or not before):
        return Way(before, action, after or " ")
    return Way(before.removesuffix(": "), action)


def _text(way: Hint, start: int, end: int) -> str:
    return "".join(display(part) if isinstance(part, str) else way.compose(part) for part in way.parts[start:end])


def _statement(text: str) -> Way:
    """A way out without a command of pgseq: a statement, a label and a statement, or a sentence."""
    if STATEMENT.match(text):
        return Way("", text)
    label, colon, rest = text.partition(": ")
    pasted = STATEMENT.match(rest) or rest.startswith("pgseq ")
    return Way(label, rest) if colon and pasted else Way(text, "")
