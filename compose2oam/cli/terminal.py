"""The user's terminal, lent to a command that runs elsewhere."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

Size = tuple[int, int]

_PIECE = 32768


def is_interactive() -> bool:
    """Whether a person sits at both ends: standard input and standard output are a terminal that can be lent."""
    return os.name == "posix" and sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def lent() -> Iterator[SimpleQueue[Size]]:
    """Hand every key on as it is, and give the terminal back at the end; yields its sizes, now and as they change."""
    import signal
    import termios
    import tty

    sizes: SimpleQueue[Size] = SimpleQueue()
    given = sys.stdin.fileno()
    before = termios.tcgetattr(given)

    def tell(*_: object) -> None:
        # A signal may come anywhere, and a simple queue is made for that.
        found = os.get_terminal_size(sys.stdout.fileno())
        sizes.put((found.columns, found.lines))

    handler = signal.signal(signal.SIGWINCH, tell)
    try:
        # What was typed ahead counts.
        tty.setraw(given, termios.TCSADRAIN)
        tell()
        yield sizes
    finally:
        termios.tcsetattr(given, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, handler)


def pieces() -> Iterator[bytes]:
    """Go through standard input as it comes."""
    stream: Any = sys.stdin.buffer
    try:
        number = stream.fileno()
    except io.UnsupportedOperation:
        yield from iter(lambda: stream.read1(_PIECE), b"")
        return
    # Not by the buffer: a thread that still waits in it would keep the program from ending.
    yield from iter(lambda: os.read(number, _PIECE), b"")


def out(data: bytes) -> None:
    """Write to standard output at once."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def err(data: bytes) -> None:
    """Write to standard error at once."""
    sys.stderr.buffer.write(data)
    sys.stderr.buffer.flush()
