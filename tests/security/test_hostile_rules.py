"""Hostile rules: a folder of rules can say what a key becomes, and nothing more; it ends soon and in little memory."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 60

LIMITED = """
import sys
if sys.platform == "linux":
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
from compose2oam.cli import main
main()
"""
RULE = """\
code: C2O-901
title: Hostile
why: It wants more than it may.
reads: [x-hostile]
means:
  podAnnotations: {a: {FROM}}
examples:
- {title: nothing, service: {image: a}, means: {}}
"""
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


def expression(text: str) -> str:
    """A rule with that expression."""
    return RULE.replace("{FROM}", '{from: "' + text + '"}')


# What the file of a rule holds, and what is said about it.
REFUSED = {
    "doubles what it is given": (expression(f"working_dir{' | [@, @]' * 40}"), "more than 5,000 times"),
    "doubles and flattens": (expression(f"working_dir{' | [@, @][]' * 40}"), "more than 5,000 times"),
    "doubles in mappings": (expression(f"working_dir{' | {a: @, b: @}' * 40}"), "more than 5,000 times"),
    "escapes what is escaped": (expression(f"working_dir{' | to_string([@])' * 40}"), "more than 5,000 times"),
    "multiplies lists of its own": (
        expression("`[" + ",".join("1" * 100) + "]`[*].[`[" + ",".join("1" * 100) + "]`]"),
        "more than 5,000 times",
    ),
    "is nested without end": (expression("(" * 3000 + "a" + ")" * 3000), "nested too deeply"),
    "calls what JMESPath has not": (expression("system('touch made')"), "no function `system`"),
    "names a function of Python": (RULE.replace("{FROM}", "{from: working_dir, by: os.system}"), "RULE-"),
    "names a module": (RULE.replace("{FROM}", "{from: working_dir, by: ../../evil}"), "RULE-"),
    "makes an object": ("!!python/object/apply:os.system ['touch made']\n", "CF-10"),
    "is an alias bomb": (LAUGHS, "repeat too much"),
    "contains itself": ("&a {code: C2O-901, means: *a}\n", "contains itself"),
    "is nested deeply": ("[" * 100_000, "nested more than"),
    "is too large": ("#" + "x" * (65 * 1024 * 1024), "larger than"),
    "has keys of its own": (RULE.replace("{FROM}", "{from: a}") + "run: touch made\n", "`run`"),
    "is no text": ("\x00\x01", "zero bytes"),
}


def convert(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Convert a small project with the rules of a folder, in little memory."""
    (folder / "compose.yaml").write_text("services: {web: {image: a, working_dir: /srv, x-hostile: 1}}")
    return subprocess.run(
        [sys.executable, "-c", LIMITED, "convert", "-p", "demo", "--mappings", "rules", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_rule_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    """With a message, and without having done anything."""
    text, message = REFUSED[name]
    (tmp_path / "rules" / "meanings" / "process").mkdir(parents=True)
    (tmp_path / "rules" / "meanings" / "process" / "hostile.yaml").write_text(text)
    done = convert(tmp_path)
    assert done.returncode == 3, done.stderr[-2000:]
    assert message in done.stderr
    assert "hostile.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("made"))


@pytest.mark.parametrize("other", ["../kubevela", "/etc", "hostile", "kubevela/../hostile", "https://192.0.2.1/a"])
def test_a_target_extends_only_a_target_by_name(other: str, tmp_path: pathlib.Path) -> None:
    """Neither a path nor an address nor itself."""
    (tmp_path / "rules" / "hostile").mkdir(parents=True)
    (tmp_path / "rules" / "hostile" / "target.yaml").write_text(f"extends: {other}\n")
    done = convert(tmp_path, "--target", "hostile")
    assert done.returncode == 3, done.stderr[-2000:]
    assert "target.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_rules_that_leads_back_to_itself_ends(tmp_path: pathlib.Path) -> None:
    """A link to a folder around it is not followed for ever."""
    folder = tmp_path / "rules" / "meanings" / "process"
    folder.mkdir(parents=True)
    (folder / "again").symlink_to(tmp_path / "rules", target_is_directory=True)
    (folder / "hostile.yaml").write_text(expression("working_dir"))
    done = convert(tmp_path)
    assert done.returncode in (0, 3), done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_no_python_in_a_folder_of_rules_is_run(tmp_path: pathlib.Path) -> None:
    """Not even what Python itself would look for."""
    folder = tmp_path / "rules" / "meanings" / "process"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "conftest.py", "sitecustomize.py", "hostile.py"):
        for place in (folder, tmp_path / "rules"):
            (place / name).write_text("import pathlib\npathlib.Path('made').touch()\n")
    (folder / "hostile.yaml").write_text(expression("working_dir"))
    done = convert(tmp_path)
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("made"))
