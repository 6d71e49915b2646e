"""Jinja's environment: every value is escaped, and no control character of a name gets through."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pgseq.errors import UsageError
from pgseq.names import display, plural
from pgseq.render.html.drawing import WIDTH, draw
from pgseq.render.html.history import bars
from pgseq.render.text import range_words, words
from pgseq.render.text.ways import Way, ways
from pgseq.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment


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
    made.filters |= {"pieces": pieces, "draw": draw, "bars": bars, "plural": plural}
    made.globals |= {
        "words": words,
        "range_words": range_words,
        "version": __version__,
        "drawing_width": WIDTH,
        "style": Markup(style()),
    }
    made.globals |= {"style_hash": base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}
    return made


@cache
def style() -> str:
    """The style sheet of reports and pages."""
    return files(__package__).joinpath("templates", "style.css").read_text(encoding="utf-8")


def pieces(hint: str) -> list[tuple[str, bool]]:
    """A hint in parts, and whether each is a command or statement to be copied."""
    parts = ((text, copied) for way in ways(hint) for text, copied in _parts(way))
    return [(text, copied) for text, copied in parts if text]


def _parts(way: Way) -> tuple[tuple[str, bool], ...]:
    label = way.label.strip(" ;,")
    follows = bool(way.action) and not label.endswith(":")
    return ((f"{label}:" if label and follows else label, False), (way.action, True), (way.rest.strip(" ;,"), False))
