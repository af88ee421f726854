"""What is promised of speed is measured: the benchmark knows every figure that a promise names."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from types import ModuleType

import pytest


@pytest.fixture
def benchmark(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``benchmarks/run.py``, as a module."""
    if not (root / "benchmarks" / "run.py").is_file():
        pytest.skip("needs benchmarks/, which a source distribution leaves out: run it from a checkout")
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    for name in ("run", "corpus", "generate", "measuring"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import run  # type: ignore[import-not-found]

    return run


def runs(benchmark: ModuleType, wall: dict[str, float]) -> dict[str, object]:
    """Made-up figures of all cases, a second each where nothing else is said."""
    return {
        name: benchmark.Run(wall.get(name, 1.0), wall.get(name, 1.0), 10.0) for name, _ in benchmark.cases("d", "k")
    }


def test_every_promise_is_about_what_is_timed(benchmark: ModuleType) -> None:
    known = {name for name, _ in benchmark.cases("docker-compose", "kompose")}
    assert {promise.case for promise in benchmark.PROMISES} <= known
    assert {promise.of for promise in benchmark.PROMISES} <= known | {""}


def test_a_promise_that_is_broken_is_told_and_others_are_kept(benchmark: ModuleType) -> None:
    chosen = dict(benchmark.cases("d", "k"))
    quick = {"compose 1000": 9.0, "read 1000": 9.0, "kompose 1000": 9.0, "compose 5": 2.0}
    text, kept = benchmark._told(chosen, runs(benchmark, quick))
    assert kept
    assert text.count("| kept |") == len(benchmark.PROMISES)
    text, kept = benchmark._told(chosen, runs(benchmark, {**quick, "convert 5": 1.7}))
    assert not kept
    assert "| 1.6 | 1.7 | **broken** |" in text


def test_without_the_others_nothing_is_promised_beside_them(benchmark: ModuleType) -> None:
    chosen = dict(benchmark.cases("", ""))
    text, _ = benchmark._told(chosen, {name: benchmark.Run(1.0, 1.0, 10.0) for name in chosen})
    assert "Docker Compose" not in text
    assert "kompose" not in text


def test_the_page_has_a_place_for_the_figures(benchmark: ModuleType) -> None:
    page = benchmark.PAGE.read_text(encoding="utf-8")
    assert page.index(benchmark.BEGIN) < page.index(benchmark.END)


def test_a_project_of_any_size_loads(benchmark: ModuleType, root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """What is timed is a valid project, and converts."""
    file = tmp_path / "compose.yaml"
    subprocess.run([sys.executable, str(root / "benchmarks" / "generate.py"), "3", str(file)], check=True, timeout=60)
    done = subprocess.run(
        [sys.executable, "-m", "compose2oam", "convert", str(file), "-o", str(tmp_path / "out.yaml")],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert file.read_text().count("image:") == 3
