"""What a shell offers at the tab key."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

PROJECT = """\
name: shop
services:
  web: {image: nginx, volumes: ["data:/data"]}
  worker: {image: "worker:${TAG:?not set}"}
  debug: {image: busybox, profiles: [tools]}
volumes: {data: {}}
x-oam: {environments: {staging: {}, production: {}}}
"""
PLAIN = PROJECT.replace(":${TAG:?not set}", "")
KUBECONFIG = "contexts: [{name: prod, context: {}}, {name: play, context: {}}]\n"


@pytest.fixture
def folder(tmp_path: pathlib.Path, root: pathlib.Path) -> pathlib.Path:
    """A project, a kubeconfig, and a program that a shell finds."""
    (tmp_path / "compose.yaml").write_text(PLAIN)
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    program = tmp_path / "bin" / "compose2oam"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(root)!r})\n"
        "from compose2oam.__main__ import run\nrun()\n"
    )
    program.chmod(0o755)
    return tmp_path


def offered(cli: CommandLine, folder: pathlib.Path, line: str) -> list[str]:
    """What stands for the last word of a line, as bash asks for it."""
    words = line.split(" ")
    done = cli(
        cwd=folder,
        environment={
            "_COMPOSE2OAM_COMPLETE": "complete_bash",
            "COMP_WORDS": "\n".join(words),
            "COMP_CWORD": str(len(words) - 1),
            "KUBECONFIG": str(folder / "kubeconfig"),
        },
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("compose2oam rbac po", ["port-forward", "port"]),
        ("compose2oam comp", ["completion"]),
        ("compose2oam mappings sh", ["show"]),
        ("compose2oam convert --tar", ["--target"]),
        ("compose2oam logs w", ["web", "worker"]),
        ("compose2oam logs web ", ["web", "worker", "debug"]),
        ("compose2oam exec d", ["debug"]),
        ("compose2oam port we", ["web"]),
        ("compose2oam scale wo", ["worker="]),
        ("compose2oam wait wo", ["worker"]),
        ("compose2oam up --profile ", ["tools"]),
        ("compose2oam convert --env p", ["production"]),
        ("compose2oam convert --target k", ["kubernetes", "kubevela"]),
        ("compose2oam convert --expose ", ["internal", "loadbalancer", "nodeport", "ingress"]),
        ("compose2oam convert --on-loss w", ["warn"]),
        ("compose2oam up --context p", ["prod", "play"]),
        ("compose2oam explain services.w", ["services.web", "services.worker"]),
        ("compose2oam explain volumes.", ["volumes.data"]),
        ("compose2oam explain --key deploy.replicas", ["deploy.replicas"]),
        ("compose2oam mappings show C2O-310", ["C2O-310"]),
        ("compose2oam capabilities show hp", ["hpa"]),
        ("compose2oam completion ", ["bash", "zsh", "fish", "powershell"]),
    ],
)
def test_names_that_are_known_here_are_offered(
    line: str, found: list[str], cli: CommandLine, folder: pathlib.Path
) -> None:
    """Commands and options, and names of the project, the rules and the kubeconfig."""
    assert offered(cli, folder, line) == found


def test_the_files_that_the_line_names_are_read(cli: CommandLine, folder: pathlib.Path) -> None:
    """With ``-f``, the services are those of that file."""
    (folder / "other.yaml").write_text("services: {only: {image: a}}\n")
    assert offered(cli, folder, "compose2oam ps -f other.yaml ") == ["only"]


@pytest.mark.parametrize("text", [PROJECT, "services: [", "- no project", ""])
def test_a_project_that_cannot_be_read_offers_nothing_and_says_nothing(
    text: str, cli: CommandLine, folder: pathlib.Path
) -> None:
    """Errors belong to the command, not into a line that is being typed."""
    (folder / "compose.yaml").write_text(text)
    assert offered(cli, folder, "compose2oam logs w") == []


def test_standard_input_is_left_alone(cli: CommandLine, folder: pathlib.Path) -> None:
    """``-f -`` would wait for the keyboard."""
    assert offered(cli, folder, "compose2oam ps -f - w") == []


def test_codes_that_are_no_rules_can_be_explained_too(cli: CommandLine, folder: pathlib.Path) -> None:
    """``explain`` offers every code that a message can have."""
    found = offered(cli, folder, "compose2oam explain ")
    assert {"C2O-310", "services.web"} <= set(found)
    assert len({code.partition("-")[0] for code in found if "-" in code}) > 1
    assert len(found) == len(set(found))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_a_script(shell: str, cli: CommandLine) -> None:
    """It names the program, and the variable that Typer answers to."""
    done = cli("completion", shell)
    assert done.returncode == 0
    assert f"complete_{shell}" in done.stdout
    assert "compose2oam" in done.stdout


def run(shell: str, script: str, folder: pathlib.Path) -> list[str]:
    """Run a script in a shell that finds the program; skip where there is no such shell."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not here; install {shell} to test what it completes")
    done = subprocess.run(
        [shell, "-c", script],
        cwd=folder,
        env={"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_bash_completes(folder: pathlib.Path) -> None:
    """The script as a user evaluates it, and then what bash does when the tab key is pressed."""
    script = """
    eval "$(compose2oam completion bash)"
    complete -p compose2oam >/dev/null
    COMP_WORDS=(compose2oam logs w) COMP_CWORD=2
    _compose2oam_completion compose2oam w logs
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    assert run("bash", script, folder) == ["web", "worker"]


def test_fish_completes(folder: pathlib.Path) -> None:
    """fish can say itself what it would offer for a line."""
    script = "compose2oam completion fish | source; complete -C 'compose2oam logs w'"
    assert [line for line in run("fish", script, folder) if line in ("web", "worker")] == ["web", "worker"]


def test_zsh_takes_the_script(folder: pathlib.Path) -> None:
    """zsh binds the function to the program."""
    script = """
    autoload -Uz compinit && compinit -u -D
    eval "$(compose2oam completion zsh)"
    print -r -- ${_comps[compose2oam]}
    """
    assert run("zsh", script, folder) == ["_compose2oam_completion"]
