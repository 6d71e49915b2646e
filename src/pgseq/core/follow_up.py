"""Commands to run next, completed with how pgseq was called: the only place that composes them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Items
from functools import lru_cache
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Policy
from pgseq.model.hints import Command, Compose, selecting
from pgseq.model.limits import MAX_JUMP, Limits
from pgseq.names import shell_words
from pgseq.text.units import format_duration, format_size

_LOOKING: Final = frozenset({"check", "fix", "verify", "why", "range", "guard", "sync"})
#: The commands that take an option, where not all do that look into a database; the first word or both words of each.
_TAKEN_BY: Final[Mapping[str, frozenset[str]]] = {
    "--max-jump": frozenset({"check", "fix", "sync", "guard plan", "guard trigger", "lint"}),
    "--into-gap": frozenset({"check", "fix"}),
    "--lock": frozenset({"fix", "sync"}),
    "--ignore": _LOOKING | {"lint"},
    **dict.fromkeys(("--time-limit", "-n", "-N", "-t", "-T", "--jobs"), _LOOKING),
}
_SELECTING: Final = frozenset({"-n", "-N", "-t", "-T"})
#: An option with its value, or without one.
Option = tuple[str, ...]


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls pgseq, as the words of a command line.

    `program` is what stands in the place of `pgseq`, as a shell takes it (`./manage.py pgseq`). `target` names the
    database, without a password; empty where it is not known. `options` are others that were given: a selection, and
    what is typed in the configuration's place. `label` is what the caller's list of databases calls this one.
    """

    program: str = "pgseq"
    target: tuple[str, ...] = ()
    options: tuple[Option, ...] = field(default=())
    label: str = ""


def commands(caller: Caller, limits: Limits, policy: Policy, config: Config) -> Compose:
    """Composes commands for a caller who has set these bounds and reads this configuration."""
    typed = tuple(("--ignore", one.code) for one in config.ignore if one.typed)
    used = config.feeds or config.limits or config.map or len(typed) < len(config.ignore)
    named = any(option[0] == "--config" for option in caller.options)
    file = (("--config", config.path),) if config.path and used and not named else ()
    return _composer(caller, (*typed, *file), limits, policy)


#: Names of files that a command repeats; of more than these it is plain which are meant.
FILES: Final = 3


def linting(
    caller: Caller, files: Items[str], values: Mapping[str, str], max_jump: float, config: Config, limits: Limits
) -> Compose:
    """Composes commands for a caller who lints files, with the values of their placeholders; `caller.target` is the
    database by which they are judged."""
    options = [("--set", f"{name}={value}") for name, value in values.items()]
    if max_jump != MAX_JUMP:
        options.append(("--max-jump", f"{max_jump * 100:.15g}%"))
    database = commands(caller, limits, Policy(), config)
    # A name that no terminal shows as it is cannot be pasted.
    plain = len(files) <= FILES and "-" not in files and all(map(str.isprintable, files))
    named = tuple(files) if plain else ()
    lint = commands(replace(caller, options=(*caller.options, *options)), limits, Policy(), config)
    return _Linting(lint=lint, database=database, files=named)


class _Linting(Struct, frozen=True, kw_only=True):
    """Commands that lint are about files, all others about the database."""

    lint: Compose
    database: Compose
    files: tuple[str, ...]

    def __call__(self, command: Command) -> str:
        if command.verb != "lint":
            return self.database(command)
        # What comes from a pipe is instead of the files.
        files = () if "-" in command.options else self.files
        return self.lint(command._replace(options=(*command.options, *files)))


def called(program: str) -> Compose:
    """Composes commands where no more is known than what stands in the place of `pgseq`."""
    return commands(Caller(program=program), Limits(), Policy(), Config())


@lru_cache(maxsize=64)
def _composer(caller: Caller, configured: tuple[Option, ...], limits: Limits, policy: Policy) -> Composer:
    # One for all the hints of a report: there may be a hundred thousand.
    return Composer(
        program=caller.program,
        target=caller.target,
        carried=(*caller.options, *configured, *_bounds(limits), *_repair(policy)),
    )


class Composer(Struct, frozen=True, kw_only=True):
    """Writes commands; reports that hold one can be pickled."""

    program: str
    target: tuple[str, ...]
    #: Options that go along with every command that takes them.
    carried: tuple[Option, ...]

    def __call__(self, command: Command) -> str:
        first, last = _around(self, command.verb, command.options, bool(command.relations))
        selection = shell_words(selecting(command.relations))
        return " ".join(filter(None, (first, selection, last)))


@lru_cache(maxsize=64)
def _around(composer: Composer, verb: str, options: Option, selects: bool) -> tuple[str, str]:
    """What a command says before and behind its relations."""
    if verb == "explain" and options[:1] != () and options[0].startswith("PG"):
        # A page needs no database.
        return f"{composer.program} {shell_words((verb, *options))}", ""
    left_out = _SELECTING if selects else frozenset[str]()
    carried = [
        word
        for option in composer.carried
        if _takes(verb, option[0]) and option[0] not in (*options, *left_out)
        for word in option
    ]
    return (
        f"{composer.program} {shell_words((*verb.split(), *composer.target))}",
        shell_words((*carried, *options)),
    )


def _takes(verb: str, option: str) -> bool:
    takers = _TAKEN_BY.get(option)
    return takers is None or verb in takers or verb.partition(" ")[0] in takers


def _bounds(limits: Limits) -> tuple[Option, ...]:
    default = Limits()
    options = (
        ("--statement-timeout", limits.statement_ms, default.statement_ms, format_duration),
        ("--lock-timeout", limits.lock_ms, default.lock_ms, format_duration),
        ("--scan-limit", limits.scan_bytes, default.scan_bytes, format_size),
    )
    bounds: tuple[Option, ...] = tuple(
        (option, text(value)) for option, value, usual, text in options if value != usual
    )
    return (*bounds, ("--trust-owners",)) if limits.trust_owners else bounds


def _repair(policy: Policy) -> tuple[Option, ...]:
    lock = (("--lock", policy.lock),) if policy.lock != "table" else ()
    jump = (("--max-jump", f"{policy.max_jump * 100:.15g}%"),) if policy.max_jump != MAX_JUMP else ()
    return (*lock, *jump, *((("--into-gap",),) if policy.into_gap else ()))
