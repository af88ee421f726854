"""``compose2oam completion``: the scripts by which shells complete the command line."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from compose2oam.cli import results
from compose2oam.cli.declaring import Argument

VARIABLE = "_COMPOSE2OAM_COMPLETE"
"""The environment variable by which those scripts ask; Typer makes its name out of the program's."""


class Shell(str, Enum):
    """A shell that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def completion(shell: Annotated[Shell, Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")]) -> None:
    """Print what makes a shell complete commands, options, services, profiles, codes, targets and contexts.

    Put one of these into the file that your shell starts with: `eval "$(compose2oam completion bash)"`, the same with
    zsh, `compose2oam completion fish | source`, `compose2oam completion powershell | Out-String | Invoke-Expression`.

    Example: compose2oam completion bash
    """
    from typer._completion_shared import get_completion_script

    results.line(get_completion_script(prog_name="compose2oam", complete_var=VARIABLE, shell=shell.value))
