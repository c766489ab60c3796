"""The command `completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from pressrun_client.cli.exits import Exit

COMPLETING = "_PRESSRUN_COMPLETE"
"""The variable by which shells ask for completions."""


_SHELLS = ("bash", "fish", "zsh")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> Exit:
    """Print what completes commands in a shell. Put it into

    \b
    bash  ~/.bashrc:  eval "$(pressrun completion bash)"
    zsh   ~/.zshrc:   eval "$(pressrun completion zsh)"
    fish  ~/.config/fish/completions/pressrun.fish:  pressrun completion fish | source
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "pressrun", COMPLETING).source())
    return Exit.OK
