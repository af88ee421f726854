"""Files that a project names: what is no file is not waited for, what is large is not read, and nothing is fetched."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a POSIX system, which has named pipes")
SECONDS = 60
"""What would wait for a writer waits for ever; all else takes a second, and a busy machine is given its time."""

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
from compose2oam.cli import main
main()
"""

# Where the name of a file can stand, and whether a project can do without it.
NAMED = {
    "include": ("include: [pipe]\n", 3),
    "include with variables": ("include: [{path: other.yaml, env_file: pipe}]\n", 3),
    "extends": ("services: {web: {extends: {file: pipe, service: a}}}\n", 3),
    "variables of a service": ("services: {web: {image: a, env_file: pipe}}\n", 3),
    "optional variables": ("services: {web: {image: a, env_file: [{path: pipe, required: false}]}}\n", 3),
    "labels of a service": ("services: {web: {image: a, label_file: pipe}}\n", 3),
    "a config": ("services: {web: {image: a, configs: [c]}}\nconfigs: {c: {file: pipe}}\n", 0),
    "a secret": ("services: {web: {image: a, secrets: [c]}}\nsecrets: {c: {file: pipe}}\n", 0),
    "a mount": ("services: {web: {image: a, volumes: ['./pipe:/x']}}\n", 0),
}


def convert(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Convert in a process of its own, which is ended if it waits."""
    program = [sys.executable, "-c", LIMITED if sys.platform == "linux" else LIMITED.replace("resource.set", "#")]
    return subprocess.run(
        [*program, "convert", "-p", "demo", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@POSIX
@pytest.mark.parametrize("kind", ["pipe", "endless device"])
@pytest.mark.parametrize("place", NAMED)
def test_a_pipe_or_device_is_not_read(place: str, kind: str, tmp_path: pathlib.Path) -> None:
    """It is an error, or a loss that is told, wherever a Compose file may name a file."""
    text, status = NAMED[place]
    (tmp_path / "compose.yaml").write_text(text)
    (tmp_path / "other.yaml").write_text("services: {a: {image: a}}")
    if kind == "pipe":
        os.mkfifo(tmp_path / "pipe")
    else:
        (tmp_path / "pipe").symlink_to("/dev/zero")
    done = convert(tmp_path, "--with-secrets", "-o", "made.yaml")
    assert done.returncode == status, done.stderr
    assert "pipe" in done.stderr
    assert "Traceback" not in done.stderr


@POSIX
@pytest.mark.parametrize("name", ["compose.yaml", "compose.override.yaml", ".env"])
def test_a_pipe_under_a_name_that_is_looked_for_is_not_read(name: str, tmp_path: pathlib.Path) -> None:
    """Nobody named it, so nobody writes to it."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: a}}")
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    done = convert(tmp_path)
    assert done.returncode == 3, done.stderr
    assert f"{name} cannot be read: it is a pipe or a device" in done.stderr


@POSIX
def test_a_pipe_among_rules_is_not_read(tmp_path: pathlib.Path) -> None:
    """A folder of rules holds files."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: a}}")
    (tmp_path / "rules" / "meanings" / "process").mkdir(parents=True)
    os.mkfifo(tmp_path / "rules" / "meanings" / "process" / "a.yaml")
    done = convert(tmp_path, "--mappings", "rules")
    assert done.returncode == 3, done.stderr
    assert "it is a pipe or a device" in done.stderr


@POSIX
@pytest.mark.parametrize("option", ["-f", "--env-file"])
def test_a_pipe_on_the_command_line_is_read(option: str, tmp_path: pathlib.Path) -> None:
    """As in ``convert -f <(generate)``: a user who names a pipe writes to it."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: 'from-${A-file}'}}")
    os.mkfifo(tmp_path / "pipe")
    said = "services: {web: {image: from-pipe}}" if option == "-f" else "A=pipe"
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=[said], daemon=True)
    writer.start()
    done = convert(tmp_path, option, "pipe")
    assert done.returncode == 0, done.stderr
    assert "image: from-pipe" in done.stdout
    writer.join(SECONDS)


@POSIX
def test_no_variables_are_had_from_the_null_device(tmp_path: pathlib.Path, cli: CommandLine) -> None:
    """Which is how people say that there are none."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: a, env_file: /dev/null}}")
    done = cli("convert", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "remote", ["https://192.0.2.1/a.git", "git@192.0.2.1:a/b.git", "oci://192.0.2.1/a", "git://h/a"]
)
@pytest.mark.parametrize(
    "text",
    ["include: ['{}']", "services: {{web: {{extends: {{file: '{}', service: a}}}}}}", "include: [{{path: '{}'}}]"],
)
def test_nothing_is_fetched(text: str, remote: str, tmp_path: pathlib.Path, cli: CommandLine) -> None:
    """Neither by HTTP nor by git nor from a registry; a socket would be an error of this test."""
    (tmp_path / "compose.yaml").write_text(text.format(remote))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was begun"))
        done = cli("convert", cwd=tmp_path)
    assert done.returncode == 3
    assert "CF-302" in done.stderr


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..", "C:x"])
def test_no_name_of_a_project_leads_out_of_the_folder_that_is_written(
    name: str, tmp_path: pathlib.Path, cli: CommandLine
) -> None:
    """What is named in a Compose file is a name of an object, and never the name of a file that is written."""
    folder = tmp_path / "deep" / "project"
    folder.mkdir(parents=True)
    (folder / "a").write_text("x")
    (folder / "compose.yaml").write_text(
        f"services: {{web: {{image: a, hostname: '{name}', container_name: '{name}', configs: [c]}}}}\n"
        f"configs: {{c: {{file: a, name: '{name}'}}}}\nvolumes: {{v: {{name: '{name}'}}}}\n"
    )
    done = cli("convert", "-p", "demo", "-o", "out/", cwd=folder)
    assert done.returncode in (0, 3), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep"]
    assert {path.name for path in folder.iterdir()} <= {"a", "compose.yaml", "out"}
