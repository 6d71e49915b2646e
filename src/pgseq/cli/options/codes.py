"""The codes of findings that a shell offers under Tab."""

from __future__ import annotations

import click


def lint_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The codes of `lint` that begin like a word."""
    from pgseq.commands.lint.rules import RULES

    return [rule.CODE for rule in RULES if rule.CODE.startswith(incomplete.upper())]


def all_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The codes of `check` and `lint` that begin like a word; none for the beginning of a text."""
    from pgseq.core.checks import CHECKS

    checks = [check.CODE for check in CHECKS if check.CODE.startswith(incomplete.upper())]
    return checks + lint_codes(ctx, param, incomplete) if incomplete else []
