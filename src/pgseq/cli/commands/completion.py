"""pgseq completion"""

from __future__ import annotations

import click

from pgseq.cli.app.command import ClickCommand


@click.command(name="completion", cls=ClickCommand)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    eval "$(pgseq completion bash)"                       in ~/.bashrc
    eval "$(pgseq completion zsh)"                        in ~/.zshrc
    pgseq completion fish > ~/.config/fish/completions/pgseq.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "pgseq", "_PGSEQ_COMPLETE").source())
