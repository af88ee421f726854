"""Hostile projects end soon, in little memory, with a message: never with a traceback and never with a hang."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MEMORY = 512 * 1024 * 1024
SECONDS = 60
"""A bound for slow and busy machines; each case takes under ten seconds on one free core."""

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
sys.argv = ["compose2oam", *sys.argv[2:]]
from compose2oam.cli import main
main()
"""

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGED = "a0: &a0 {k: 1}\n" + "".join(f"a{n}: &a{n} {{x: *a{n - 1}, <<: *a{n - 1}}}\n" for n in range(1, 60))
CASES = {
    "alias bomb": (LAUGHS, 3, "aliases repeat too much"),
    "merge bomb": (MERGED, 3, "repeat too much"),
    "alias cycle": ("services: &s {web: {image: a, x-y: *s}}", 3, "contains itself"),
    "deep lists": ("[" * 100_000, 3, "nested more than"),
    "deep mappings": ("{a: " * 100_000, 3, "nested more than"),
    "file too large": ("#" + "x" * (65 * 1024 * 1024), 3, "larger than"),
    "huge scalar": ("services: {web: {image: a, labels: {l: " + "x" * (16 * 1024 * 1024) + "}}}", 0, ""),
    "too many parts": ("x-a:\n" + "- {a: b}\n" * 900_000, 3, "too large"),
    "huge number": ("services: {web: {image: a, cpus: 1e999999999}}", 3, "not a finite number"),
    "many digits": ("services: {web: {image: a, mem_limit: " + "9" * 1_000_000 + "}}", None, ""),
    "many services": ("services:\n" + "".join(f"  s{n}: {{image: a}}\n" for n in range(2000)), 0, ""),
    "a wide range of ports": ("services: {web: {image: a, ports: ['1-65535:1-65535']}}", None, ""),
    "nested defaults": ("services: {web: {image: '" + "${A:-" * 5000 + "}" * 5000 + "'}}", 3, "nested more than"),
    "a file that includes itself": ("include: [compose.yaml]\n", 3, "in a circle"),
    "services that extend one another": ("services: {a: {extends: b}, b: {extends: a}}", 3, "in a circle"),
    "services that wait for one another": (
        "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}",
        3,
        "",
    ),
    "a variable file without end": ("services: {web: {image: a, env_file: /dev/zero}}", 3, "/dev/zero"),
    "a file that is fetched": ("include: ['https://192.0.2.1/compose.yaml']\n", 3, "never done"),
    "an object of Python": ("services: !!python/object/apply:os.system ['touch made']\n", 3, ""),
    "a tag of its own": ("services: {web: {image: !!python/name:os.system ''}}\n", None, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_project_ends_well(name: str, tmp_path: pathlib.Path) -> None:
    """In 512 MB where the system can bound a process; a status of ``None`` means that it may be taken or refused."""
    if sys.platform != "linux":
        pytest.skip("needs Linux, where the memory of a process can be bounded")
    text, status, message = CASES[name]
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(MEMORY), "convert", "-p", "x", "-o", "made.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    told = done.stderr.decode()
    assert done.returncode in ((0, 3) if status is None else (status,)), told[-2000:]
    assert message in told
    assert "Traceback" not in told
    assert "defect" not in told
    assert not (tmp_path / "made").exists()
    assert (tmp_path / "made.yaml").exists() == (done.returncode == 0)
