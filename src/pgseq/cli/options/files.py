"""Files that a command writes; files that are not pgseq's own are not overwritten."""

from __future__ import annotations

from os.path import exists
from pathlib import Path
from typing import Any, Final

import click

from pgseq import conninfo
from pgseq.errors import UsageError
from pgseq.names import display
from pgseq.spelling import is_secret

#: How every script of pgseq begins.
HEAD: Final = b"-- pgseq"


class File(click.Path):
    """A path; a connection string that strayed is refused, for it may hold a password, which a path would show."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises UsageError."""
        if isinstance(value, str) and (conninfo.is_meant_as_string(value) or (is_secret(value) and not exists(value))):
            option = _spelt(param) if isinstance(param, click.Option) else "FILE"
            # It is not repeated.
            raise UsageError(
                f"{option} takes a file, and was given a connection string",
                f"the connection string comes before it; write {option}=FILE"
                if isinstance(param, click.Option)
                else "the file comes first; -d DSN or an argument behind it names the database",
            )
        return super().convert(value, param, ctx)


def script(ctx: click.Context, option: click.Parameter, file: str | None) -> str | None:
    """A file that a script is written to, `-` for standard output.

    Raises UsageError for a file that holds anything but a script of pgseq.
    """
    if file is None:
        return None
    from pgseq.files import targets
    from pgseq.files.trusted import handed_over

    if handed_over(Path(file)) or (file == "-" and getattr(option.type, "allow_dash", False)):
        return file
    targets.refuse(Path(file))
    if Path(file).is_file():
        with open(file, "rb") as there:
            head = there.read(len(HEAD))
        if head not in (b"", HEAD):
            raise UsageError(
                f"{display(file)} is there already, and is not a script of pgseq",
                f"name another file: {_spelt(option)}=FILE; the name of a database comes before it",
            )
    return file


def script_path(ctx: click.Context, option: click.Parameter, file: str | None) -> Path | None:
    """The same as a Path."""
    checked = script(ctx, option, file)
    return None if checked is None else Path(checked)


def undo(ctx: click.Context, option: click.Parameter, file: str | None) -> Path | None:
    """An undo file, which is appended to.

    Raises UsageError for a file that holds anything but noted moves.
    """
    if file is None:
        return None
    from pgseq.files import targets
    from pgseq.files.trusted import Distrusted, handed_over

    path = Path(file)
    targets.refuse(path)
    if not handed_over(path) and path.is_file() and path.stat().st_size:
        from pgseq.undo_file import entries

        try:
            entries(path)
        except Distrusted:
            raise
        except UsageError:
            raise UsageError(
                f"{display(file)} is there already, and is not an undo file of pgseq",
                f"name another file: {_spelt(option)}=FILE",
            ) from None
    return path


def _spelt(option: click.Parameter) -> str:
    return option.opts[-1]
