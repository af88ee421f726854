"""Running a builder, and saying what went wrong."""

from __future__ import annotations

import collections
import os
import pathlib
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from typing import IO

from compose2oam.building.codes import FAILED
from compose2oam.building.job import Command, Job
from compose2oam.building.wanted import Build
from compose2oam.diagnostics import Diagnostic, Severity
from compose2oam.errors import BuildError
from compose2oam.model.secrecy import without_passwords

_LAST_LINES = 15
# How bake names the image that failed.
_TARGET = re.compile(r"\btarget ([A-Za-z0-9_-]+):")
# A shorter secret is likely to be a part of another word.
_LEAST_SECRET = 4


def run(job: Job, builds: Sequence[Build], tell: Callable[[str], None], terminal: IO[str] | None = None) -> None:
    """Run all commands of a job.

    Args:
        job: what to run.
        builds: what it builds.
        tell: takes what the builder prints, line by line, without the secrets that are known.
        terminal: where a builder that knows no secret may draw instead; it has no lines then.

    Raises:
        BuildError: a command failed, at the lines of the services.
    """
    for command in job.commands:
        if command.may_fail:
            _run(command, lambda _line: None, None)
            continue
        code, lines = _run(command, tell, None if command.variables else terminal)
        if code:
            found = list(_findings(command, builds, code, lines))
            raise BuildError(found[0].message, found, lines)


def digests(job: Job) -> dict[str, str]:
    """Return the digests of what was pushed, by service.

    Raises:
        BuildError: the builder told none.
    """
    try:
        found = dict(job.digests())
    except (OSError, ValueError, AttributeError) as error:
        raise BuildError(f"the builder told no digests: {error}") from None
    for service, digest in found.items():
        if not re.fullmatch(r"sha\d+:[0-9a-f]+", digest):
            raise BuildError(f"the builder told no digest of the image of {service}")
    return found


def _run(command: Command, tell: Callable[[str], None], terminal: IO[str] | None) -> tuple[int, list[str]]:
    """Run a command; return its exit code, and the last lines that it printed."""
    lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
    with tempfile.TemporaryFile() as given:
        if command.file is None:
            given.write(command.stdin.encode())
            given.seek(0)
        else:
            command.file.write_text(command.stdin, encoding="utf-8")
        try:
            process = subprocess.Popen(
                command.words,
                stdin=given,
                stdout=terminal or subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **command.variables},
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise BuildError(f"{command.words[0]} cannot be run: {error.strerror or error}") from None
        with process:
            try:
                for line in process.stdout or ():
                    shown = _masked(line.rstrip("\r\n"), command)
                    lines.append(shown)
                    tell(shown)
                code = process.wait()
            except BaseException:
                # Ctrl-C reaches the builder too; one that does not heed it is not left behind.
                process.terminate()
                raise
    return code, list(lines)


def _masked(line: str, command: Command) -> str:
    for value in command.variables.values():
        if len(value) >= _LEAST_SECRET:
            line = line.replace(value, "***")
    return without_passwords(line)


def _findings(command: Command, builds: Sequence[Build], code: int, lines: Sequence[str]) -> Sequence[Diagnostic]:
    """Say what failed at the lines of the services that it concerns; of all, if the builder does not say which."""
    failed = {found[1] for line in lines for found in [_TARGET.search(line)] if found}
    those = [build for build in builds if build.service in command.services]
    named = [build for build in those if re.sub(r"[^A-Za-z0-9_-]", "_", build.service) in failed]
    told = [line.strip() for line in lines if line.strip()]
    why = next((line for line in reversed(told) if line.lower().startswith("error")), told[-1] if told else "")
    program = pathlib.Path(command.words[0]).name
    doing = "pushed" if "push" in command.words[1:3] else "built"
    say = f"{program} ended with {code}{f': {why}' if why else ''}"
    return [
        build.finding(FAILED, Severity.ERROR, f"the image of {build.service} could not be {doing}: {say}")
        for build in (named or those)
    ]
