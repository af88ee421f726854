"""Which builder there is."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
from collections.abc import Sequence

from compose2oam.building import bake, steps
from compose2oam.building.job import Job
from compose2oam.building.wanted import Build, Choices
from compose2oam.errors import BuildError, UsageError
from compose2oam.model.namedtuple import NamedTuple

#: The builders, in the order in which they are looked for.
NAMES = ("docker", "podman", "buildah")
# Since this version bake asks for leave to read files, and Docker Compose needs it too.
_LEAST = (0, 17)
_VERSION = re.compile(r"docker/buildx\s+v?(\d+)\.(\d+)")
_SECONDS = 20


class Tool(NamedTuple):
    """A builder.

    Attributes:
        name: one of :data:`NAMES`.
        program: the program, as it was found.
    """

    name: str
    program: str

    @property
    def title(self) -> str:
        """How people call it."""
        return "docker buildx" if self.name == "docker" else self.name

    def job(self, builds: Sequence[Build], choices: Choices, scratch: pathlib.Path) -> Job:
        """Return what it is to do; the arguments are those of :func:`compose2oam.building.bake.job`."""
        if self.name == "docker":
            return bake.job((self.program, "buildx"), builds, choices, scratch)
        return steps.job((self.program,), builds, choices, scratch)


def find(named: str = "", *, look: bool = True) -> Tool:
    """Find a builder.

    Args:
        named: one of :data:`NAMES`, or the path of such a program; ``""`` for the first that is there.
        look: run it, to see that it can build; without it, one that is not there stands for itself.

    Raises:
        UsageError: a name that is none.
        BuildError: there is none, or the one that is named cannot build.
    """
    if named:
        name = pathlib.Path(named).stem
        if name not in NAMES:
            raise UsageError(f"{named} is no builder; there is {', '.join(NAMES)}")
        tool = Tool(name, named)
        why = _unfit(tool) if look else ""
        if why:
            raise BuildError(why)
        return tool
    reasons = []
    for name in NAMES:
        tool = Tool(name, name)
        why = _unfit(tool) if look else _missing(tool)
        if not why:
            return tool
        reasons.append(why)
    if not look:
        return Tool(NAMES[0], NAMES[0])
    raise BuildError(f"there is nothing to build images with ({'; '.join(reasons)}); install one of them")


def _missing(tool: Tool) -> str:
    return "" if shutil.which(tool.program) else f"{tool.program} is not on the PATH"


def _unfit(tool: Tool) -> str:
    """Return why a builder cannot be used, ``""`` if it can."""
    missing = _missing(tool)
    if missing or tool.name != "docker":
        return missing
    try:
        done = subprocess.run(
            [tool.program, "buildx", "version"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{tool.program} cannot be run: {getattr(error, 'strerror', None) or error}"
    # A docker that is podman in truth answers as well, with another name.
    found = _VERSION.search(done.stdout)
    if done.returncode or not found:
        return f"{tool.program} has no buildx"
    if (int(found[1]), int(found[2])) < _LEAST:
        return f"{tool.program} has buildx {found[1]}.{found[2]}, and 0.17 or later is needed"
    return ""
