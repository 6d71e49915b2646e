"""Filling in and quoting the SQL that changes are composed of. Pure."""

from __future__ import annotations

import re
from itertools import count

from pgseq.sql import load


def filled(name: str, major: int, **words: str) -> str:
    """The text of `name`.sql with every `{:word}` replaced, all at once: a name may look like a word itself."""
    return re.sub(r"\{:(\w+)\}", lambda found: words[found[1]], load(name, major))


def dollar(body: str) -> str:
    """`body` as a dollar-quoted string, with a tag that does not occur in it."""
    tags = (f"$pgseq{number or ''}$" for number in count())
    tag = next(tag for tag in tags if tag not in body)
    return f"{tag}{body}{tag}"


def block(name: str, major: int, **words: str) -> str:
    """`name`.sql, filled in, as an anonymous block of PL/pgSQL."""
    body = filled(name, major, **words)
    return "DO " + dollar(f"\n{body}\n")
