"""manage.py pgseq"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Final

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from pgseq.contrib.django.commandline import run

#: Options of every command of Django's that pgseq takes from among its own. (`-v`, `-h` and `--version` are pgseq's.)
_VALUES: Final = ("--settings", "--pythonpath", "--verbosity")
_FLAGS: Final = ("--traceback", "--no-color", "--force-color", "--skip-checks")
#: What a program is called by, where not by the name of its file.
_CALLED: Final = {"": "manage.py", "__main__.py": "python -m django"}


class _Parser(CommandParser):
    """Takes Django's own options out of the words, and leaves the others to pgseq as they are."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Namespace:
        words = [str(word) for word in (args or ())]
        end = words.index("--") if "--" in words else len(words)
        options: Namespace
        options, rest = self.parse_known_args(words[:end], namespace)
        options.args = [*rest, *words[end:]]
        return options


class Command(BaseCommand):
    """The whole command line of pgseq over the databases of Django's settings."""

    help = "Finds, explains, fixes and verifies PostgreSQL sequences that are out of sync with their columns."
    requires_system_checks: tuple[str, ...] = ()

    def create_parser(self, prog_name: str, subcommand: str, **_: Any) -> CommandParser:
        """A parser of Django's options alone."""
        name = os.path.basename(prog_name)
        self._program = f"{_CALLED.get(name, name)} {subcommand}"
        called = getattr(self, "_called_from_command_line", False)
        parser = _Parser(add_help=False, allow_abbrev=False, called_from_command_line=called)
        for option in _VALUES:
            parser.add_argument(option, **({"default": 1, "type": int} if option == "--verbosity" else {}))
        for flag in _FLAGS:
            parser.add_argument(flag, action="store_true")
        parser.add_argument("--database", default=None)
        return parser

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """What `manage.py help pgseq` prints."""
        self.create_parser(prog_name, subcommand)
        self.handle("--help")

    def handle(self, *words: str, database: str | None = None, **options: Any) -> None:
        """Run pgseq. Raises CommandError for what could not be done, SystemExit where its exit code is not 0."""
        values = ((f"--{name}", options.get(name)) for name in ("settings", "pythonpath"))
        carried = tuple(word for option, value in values if value for word in (option, str(value)))
        with _written_to(self.stdout, self.stderr), _coloured(options):
            code, error = run(
                words, program=self._program, database=database, carried=carried, debug=bool(options.get("traceback"))
            )
        if error is not None:
            message = "; ".join(filter(None, (error.message, error.hint)))
            raise CommandError(" ".join(message.split()), returncode=code) from error
        if code:
            sys.exit(code)


@contextmanager
def _coloured(options: Mapping[str, Any]) -> Iterator[None]:
    """Without colours where Django's options say so."""
    before = os.environ.get("NO_COLOR")
    if options.get("no_color"):
        os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        os.environ.pop("NO_COLOR", None)
        if before is not None:
            os.environ["NO_COLOR"] = before


@contextmanager
def _written_to(out: Any, err: Any) -> Iterator[None]:
    """Standard output and standard error, which go where Django's do."""
    # Django's wrappers end every text with a line feed.
    with redirect_stdout(getattr(out, "_out", out)), redirect_stderr(getattr(err, "_out", err)):
        yield
