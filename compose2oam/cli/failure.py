"""What a person sees when a command cannot go on."""

from __future__ import annotations

import os

from compose2oam.cli.console import Console
from compose2oam.errors import Compose2OamError, InputError, LossRefused


def report(error: Exception) -> int:
    """Print an error and return the exit code for it.

    With ``COMPOSE2OAM_DEBUG`` set, a defect of ours also shows where it happened.
    """
    console = Console()
    if isinstance(error, Compose2OamError):
        if isinstance(error, LossRefused):
            console.findings(error.diagnostics)
            lost = "one key is" if len(error.diagnostics) == 1 else f"{len(error.diagnostics)} keys are"
            console.error(f"{lost} lost, so nothing was written")
            console.line("  help: --on-loss warn converts all the same")
        elif error.diagnostics:
            console.diagnostics(error.diagnostics)
        else:
            console.error(error.message)
        return error.exit_code
    if isinstance(error, MemoryError):
        console.error("this input needs more memory than there is; split the file, or allow more")
        return InputError.exit_code
    if os.environ.get("COMPOSE2OAM_DEBUG"):
        import traceback

        console.line("".join(traceback.format_exception(error)).rstrip())
    console.error(f"this is a defect of compose2oam: {type(error).__name__}: {error}")
    console.line("  please report it, with the output of the same command under COMPOSE2OAM_DEBUG=1")
    return Compose2OamError.exit_code
