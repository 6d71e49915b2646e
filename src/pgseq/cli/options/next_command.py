"""What was given, as words of the command line that is told to be run next; what is usual is not repeated."""

from __future__ import annotations

from typing import Final, Literal

from pgseq.cli.options.types import format_duration, format_size
from pgseq.model.limits import Limits

#: Policy's default, without importing it.
DEFAULT_JUMP: Final = 0.10


def bounds(limits: Limits) -> list[str]:
    """The limits on every transaction."""
    usual = Limits()
    given = {
        "--statement-timeout": (limits.statement_ms, usual.statement_ms, format_duration),
        "--lock-timeout": (limits.lock_ms, usual.lock_ms, format_duration),
        "--scan-limit": (limits.scan_bytes, usual.scan_bytes, format_size),
    }
    words = [word for option, (one, other, write) in given.items() if one != other for word in (option, write(one))]
    return [*words, "--trust-owners"] if limits.trust_owners else words


def jump(max_jump: float) -> list[str]:
    """The greatest part of the values left that a repair may give up."""
    return [] if max_jump == DEFAULT_JUMP else ["--max-jump", f"{max_jump * 100:.15g}%"]


def locking(lock: Literal["table", "none"]) -> list[str]:
    """Whether writers are held off while a sequence is moved."""
    return [] if lock == "table" else ["--lock", lock]
