"""The exit codes of the command line (docs: README, "Exit codes")."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command reports to the shell."""

    OK = 0
    #: Something is wrong with a sequence, or was left unfixed.
    WRONG = 1
    #: The command failed.
    ERROR = 2
    #: Nothing wrong was seen, but not everything could be read.
    UNKNOWN = 3
    #: What a shell reports for a process ended by SIGPIPE.
    PIPE_CLOSED = 141

    @property
    def badness(self) -> int:
        """Its place among the exit codes, from best to worst."""
        return (ExitCode.OK, ExitCode.UNKNOWN, ExitCode.ERROR, ExitCode.WRONG, ExitCode.PIPE_CLOSED).index(self)

    @classmethod
    def worst(cls, codes: Iterable[ExitCode]) -> ExitCode:
        """The worst of several; OK if there are none."""
        return max(codes, key=lambda code: code.badness, default=cls.OK)


class PluginState(IntEnum):
    """What a monitoring plugin reports to what runs it (Monitoring Plugins Development Guidelines)."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3

    @classmethod
    def worst(cls, states: Iterable[PluginState]) -> PluginState:
        """The worst of several; OK if there are none."""
        order = (cls.OK, cls.UNKNOWN, cls.WARNING, cls.CRITICAL)
        return max(states, key=order.index, default=cls.OK)
