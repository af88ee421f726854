"""What a builder is told to do, before it does it."""

from __future__ import annotations

import csv
import io
import pathlib
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compose2oam.diagnostics import Diagnostic
from compose2oam.model.secrecy import without_passwords


@dataclass(frozen=True, slots=True)
class Command:
    """One run of a program.

    Attributes:
        words: the program and its arguments.
        services: for which services it is.
        stdin: what it reads.
        file: where that is put, among its arguments, for a program that takes its standard input for something else.
        variables: what it gets beside the environment: the values of secrets, which must not be shown.
        may_fail: whether it does not matter how it ends, nor what it says.
    """

    words: tuple[str, ...]
    services: tuple[str, ...]
    stdin: str = ""
    file: pathlib.Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    may_fail: bool = False

    def shown(self) -> str:
        """Return the command as one would type it into a shell."""
        words = ("-" if word == str(self.file) else without_passwords(word) for word in self.words)
        line = shlex.join(words)
        if not self.stdin:
            return line
        end = "END"
        while end in self.stdin.splitlines():
            end += "_"
        return f"{line} <<'{end}'\n{without_passwords(self.stdin).rstrip()}\n{end}"


@dataclass(frozen=True, slots=True)
class Job:
    """All that is run.

    Attributes:
        commands: what is run, one after the other.
        said: what the builder cannot do.
        digests: reads the digests of what was pushed, by service, when all is done.
    """

    commands: tuple[Command, ...]
    said: tuple[Diagnostic, ...] = ()
    digests: Callable[[], Mapping[str, str]] = dict


def fields(*items: str) -> str:
    """Join fields as builders read them (``id=a,src=b``): a comma or a quote in one is quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(items)
    return line.getvalue()


def is_remote(context: str) -> bool:
    """Whether a build context is no folder of this machine."""
    return "://" in context or context.startswith(("github.com/", "git@"))


def dockerfile(context: str, name: str) -> str:
    """Return the file to build from: a relative one stands in the context (Compose Build Specification)."""
    return name if is_remote(context) else str(pathlib.Path(context, name))


def ulimits(given: Mapping[str, object]) -> Iterable[str]:
    """Yield limits as builders take them: ``nofile=5:10``."""
    for name, limit in given.items():
        soft, hard = (limit["soft"], limit["hard"]) if isinstance(limit, Mapping) else (limit, limit)
        yield f"{name}={soft}:{hard}"


def ssh_keys(tree: Mapping[str, Any]) -> list[str]:
    """Return the keys and agents of a ``build`` as builders take them: ``id=path``, or ``id`` for the agent."""
    return [f"{name}={path}" if path else name for name, path in (tree.get("ssh") or {}).items()]
