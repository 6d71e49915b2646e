"""SQL: the texts that several packages ask, one a file, and what composes statements.

Texts that one package asks stand beside it. A line that ends in `-- since N` or `-- before N` is for those majors
alone; a `{:word}` is filled in by who asks, with what the server or the driver has quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pkgutil import get_data
from typing import Final, cast

from pgseq.text.patterns import lazily

#: Texts are cut at these lengths, in characters: a longer default is not plainly a sequence's value. A default whose
#: tree has more bytes is not deparsed, since that would take the server seconds.
LONGEST_BODY: Final = "100000"
LONGEST: Final[Mapping[str, str]] = {"longest": "2000", "longest_body": LONGEST_BODY, "deparsed": "1000000"}

_MARK = lazily(r"-- (since|before) (\d+)\s*$")
_WORD = lazily(r"\{:(\w+)\}")


def load(name: str, major: int = 0, /, **words: str) -> str:
    """The text of `name`.sql as the server of that major version understands it, with every `{:word}` filled in; a name
    such as `guard.keep` is that of the file keep.sql in the package of that command, `pg.holders` in pgseq.pg.

    All at once: what fills one word is never searched for another, since a name may look like one. Raises TypeError
    where `words` are not exactly those of the file.
    """
    text = _text(name)
    wanted = set(_WORD.findall(text))
    if wanted != words.keys():
        raise TypeError(f"{name}.sql wants the words {sorted(wanted)}, and was given {sorted(words)}")
    return _WORD.sub(lambda match: words[match[1]], _served(name, major))


def braced(values: Iterable[int | str]) -> str:
    """Oids, or words of our own that need no quotes, as the text of an array: `{1,2}`."""
    return f"{{{','.join(map(str, values))}}}"


@cache
def _text(name: str) -> str:
    package, _, stem = name.rpartition(".")
    folder = {"": ("sql",), "pg": ("pg",)}.get(package, ("commands", package))
    return cast(bytes, get_data("pgseq", "/".join((*folder, f"{stem}.sql")))).decode()


@cache
def _served(name: str, major: int) -> str:
    """The lines for servers of that major version."""
    return "\n".join(line for line in _text(name).splitlines() if _serves(line, major))


def _serves(line: str, major: int) -> bool:
    mark = _MARK.search(line)
    if mark is None:
        return True
    wanted, number = mark.group(1), int(mark.group(2))
    return major >= number if wanted == "since" else major < number
