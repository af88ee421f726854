"""The program: ``compose2oam`` and ``python -m compose2oam``."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run the command line, and end the process with its code."""
    # A command ends soon and makes no garbage in cycles; looking for some takes a fifth of the time of a large project,
    # and more of that of an import.
    gc.disable()
    from compose2oam.cli import main

    try:
        main()
    except SystemExit as end:
        # To take apart all that there is takes a twentieth of a conversion, and the system takes it back at once. But
        # threads, and whoever watches the program from within, have things to do at the end.
        if "threading" not in sys.modules and not sys.getprofile() and not sys.gettrace():
            with contextlib.suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(int(end.code or 0))
        raise


if __name__ == "__main__":
    run()
