"""The options of commands that change something: ask or not, only show, or write a script."""

from __future__ import annotations

from msgspec import Struct

from pgseq.cli.app.command import option
from pgseq.cli.options import files
from pgseq.cli.options.shared import group
from pgseq.errors import UsageError

PANEL = "What to do"


class ChangeMode(Struct, frozen=True, kw_only=True):
    """What to do with a plan; none of them: ask, and carry it out."""

    yes: bool
    dry_run: bool
    sql: str | None
    verify_only: bool = False
    create_missing: bool = False


def _change_mode(yes: bool, dry_run: bool, sql: str | None) -> ChangeMode:
    _refuse_two(yes=yes, dry_run=dry_run, sql=sql is not None)
    return ChangeMode(yes=yes, dry_run=dry_run, sql=sql)


def _sync_mode(yes: bool, verify_only: bool, dry_run: bool, sql: str | None, create_missing: bool) -> ChangeMode:
    _refuse_two(yes=yes, verify_only=verify_only, dry_run=dry_run, sql=sql is not None, create_missing=create_missing)
    return ChangeMode(yes=yes, dry_run=dry_run, sql=sql, verify_only=verify_only, create_missing=create_missing)


def _refuse_two(**options: bool) -> None:
    """Raises UsageError where more than one of these options is given."""
    if sum(options.values()) > 1:
        *names, last = (f"--{name.replace('_', '-')}" for name in options)
        raise UsageError(f"{', '.join(names)} and {last} exclude each other", "leave all but one out")


_yes = option("-y", "--yes", is_flag=True, panel=PANEL, help="Do not ask.")
_dry_run = option("--dry-run", is_flag=True, panel=PANEL, help="Show the plan and change nothing.")
_sql = option(
    "--sql",
    is_flag=False,
    flag_value="-",
    type=files.File(dir_okay=False, allow_dash=True),
    callback=files.script,
    metavar="[FILE]",
    panel=PANEL,
    help="Write the plan as a script for psql, to standard output or FILE, and change nothing.",
)
mode = group("mode", _change_mode, _yes, _dry_run, _sql)
sync_mode = group(
    "mode",
    _sync_mode,
    _yes,
    option("--verify-only", is_flag=True, panel=PANEL, help="Compare and change nothing."),
    _dry_run,
    _sql,
    option(
        "--create-missing",
        is_flag=True,
        panel=PANEL,
        help="Print the DDL of the sequences and defaults that only the source has, and change nothing.",
    ),
)
undo_file = option(
    "--undo-file",
    type=files.File(dir_okay=False),
    callback=files.undo,
    metavar="FILE",
    panel=PANEL,
    help="Note every move in FILE before it is made, for pgseq undo.",
)
undo_script = option(
    "--undo-file",
    type=files.File(dir_okay=False),
    callback=files.script_path,
    metavar="FILE",
    panel=PANEL,
    help="Write the reverse script for psql to FILE before anything is changed.",
)
