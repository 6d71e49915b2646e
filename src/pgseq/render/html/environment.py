"""Jinja's environment: every value is escaped, and no control character of a name gets through."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from pgseq.errors import UsageError
from pgseq.model.hints import Command, Hint
from pgseq.names import display, plural
from pgseq.render.html.drawing import WIDTH, draw
from pgseq.render.text import words
from pgseq.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

#: How a hint begins that is a statement of SQL.
_STATEMENTS: Final = ("ALTER ", "CREATE ", "DROP ", "GRANT ", "REFRESH ", "REINDEX ", "SELECT ", "UPDATE ")

#: What stands between semicolons that no quotes surround.
_PARTS: Final = re.compile(r"""(?:"[^"]*"|'[^']*'|[^;])+""")


def require() -> None:
    """Raises UsageError where jinja2 is not installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise UsageError("HTML needs jinja2, which is not installed", 'pip install "pgseq[web]"') from None


@cache
def environment() -> Environment:
    """The environment with all templates. Raises UsageError where jinja2 is not installed."""
    require()
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def printable(value: Any) -> Any:
        # What a template has composed is escaped already; tabs and line ends are those of SQL and of logs.
        if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
            return value
        return re.sub(r"[^\t\n]+", lambda match: display(match[0]), value)

    made = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"pieces": pieces, "draw": draw, "plural": plural}
    made.globals |= {"words": words, "version": __version__, "drawing_width": WIDTH, "style": Markup(style())}
    made.globals |= {"style_hash": base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}
    return made


@cache
def style() -> str:
    """The style sheet of reports and pages."""
    return files(__package__).joinpath("templates", "style.css").read_text(encoding="utf-8")


def pieces(hint: str) -> list[tuple[str, bool]]:
    """A hint in parts, and whether each is a command or statement to be copied."""
    if not (isinstance(hint, Hint) and hint.commands):
        texts = (text.strip() for text in _PARTS.findall(hint)) if hint.startswith(_STATEMENTS) else (hint,)
        groups = groupby(filter(None, texts), key=lambda text: text.startswith(_STATEMENTS))
        return [((";\n" if is_sql else "; ").join(group), is_sql) for is_sql, group in groups]
    parts = ((hint.compose(part), True) if isinstance(part, Command) else (_bare(part), False) for part in hint.parts)
    return [(text, is_command) for text, is_command in parts if text]


def _bare(text: str) -> str:
    """Text between commands without what joins it to them."""
    return text.strip(" \n;,")
