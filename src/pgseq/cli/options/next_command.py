"""Arguments for the suggested next command, defaults left out."""

from __future__ import annotations

from typing import Literal

from pgseq.cli.options.types import format_duration, format_size
from pgseq.model.limits import MAX_JUMP, Limits


def bounds(limits: Limits) -> list[str]:
    """The limits on every transaction."""
    default = Limits()
    options = (
        ("--statement-timeout", limits.statement_ms, default.statement_ms, format_duration),
        ("--lock-timeout", limits.lock_ms, default.lock_ms, format_duration),
        ("--scan-limit", limits.scan_bytes, default.scan_bytes, format_size),
    )
    words = [word for option, value, usual, text in options if value != usual for word in (option, text(value))]
    return [*words, "--trust-owners"] if limits.trust_owners else words


def jump(max_jump: float) -> list[str]:
    """The greatest part of the free values left that a repair may give up."""
    return [] if max_jump == MAX_JUMP else ["--max-jump", f"{max_jump * 100:.15g}%"]


def locking(lock: Literal["table", "none"]) -> list[str]:
    """Whether writers are held off while a sequence is moved."""
    return [] if lock == "table" else ["--lock", lock]
