"""The questions, one a file. A line that ends in `-- since N` or `-- before N` is for those server majors alone."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_MARK = re.compile(r"-- (since|before) (\d+)\s*$")


@cache
def load(name: str, major: int) -> str:
    """The text of `name`.sql as the server of that major version understands it."""
    lines = files(__package__).joinpath(f"{name}.sql").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if _serves(line, major))


def _serves(line: str, major: int) -> bool:
    mark = _MARK.search(line)
    if mark is None:
        return True
    wanted, number = mark.group(1), int(mark.group(2))
    return major >= number if wanted == "since" else major < number
