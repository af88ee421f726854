"""The package never runs what it reads: no code from data, no shell, no loader that makes objects."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Iterator

import pytest

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "compose2oam"
MODULES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN_IMPORTS = {"pickle", "cPickle", "shelve", "dill", "code", "codeop", "runpy", "pty", "telnetlib", "ftplib"}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {
    *(("os", name) for name in ("system", "popen", "startfile")),
    *(("subprocess", name) for name in ("getoutput", "getstatusoutput")),
    *(("yaml", name) for name in ("load", "load_all", "unsafe_load", "unsafe_load_all", "full_load", "full_load_all")),
    *(("yaml", name) for name in ("Loader", "FullLoader", "UnsafeLoader", "CLoader", "CFullLoader", "CUnsafeLoader")),
    ("tempfile", "mktemp"),
    ("marshal", "load"),
    ("ssl", "_create_unverified_context"),
}
# Functions that take the name of a shell, and start none.
NAME_A_SHELL = {"get_completion_script"}
# Who may start another program: the tools that build images, which are asked for by flag or command.
MAY_START_PROGRAMS = {"building/running.py", "building/tool.py"}


def dangers(source: str) -> Iterator[str]:
    """Name each dangerous thing in a source text, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
            yield from (f"{node.lineno}: import {name}" for name in names if name in FORBIDDEN_IMPORTS)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if not node.level and module.split(".")[0] in FORBIDDEN_IMPORTS:
                yield f"{node.lineno}: from {module} import"
            for alias in node.names:
                if not node.level and (module, alias.name) in FORBIDDEN_ATTRIBUTES:
                    yield f"{node.lineno}: {module}.{alias.name}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_NAMES:
            yield f"{node.lineno}: {node.func.id}()"
        elif isinstance(node, ast.Attribute) and (ast.unparse(node.value), node.attr) in FORBIDDEN_ATTRIBUTES:
            yield f"{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) not in NAME_A_SHELL:
            for keyword in node.keywords:
                if keyword.arg == "shell" and ast.unparse(keyword.value) != "False":
                    yield f"{keyword.value.lineno}: shell="


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_runs_what_it_reads(path: pathlib.Path) -> None:
    """Neither ``eval`` nor a shell nor unpickling is anywhere, so no input can reach one."""
    assert list(dangers(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "exec(text)",
        "import pickle",
        "from pickle import loads",
        "import os\nos.system('ls')",
        "from os import popen",
        "run(words, shell=True)",
        "run(words, shell=flag)",
        "import yaml\nyaml.load(text)",
        "yaml.load(text, Loader=yaml.UnsafeLoader)",
        "import marshal\nmarshal.load(file)",
        "tempfile.mktemp()",
    ],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    """The test above can fail."""
    assert list(dangers(source))


def test_only_the_builder_starts_programs() -> None:
    """Reading, translating and deploying start no other program."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if "subprocess" in names:
                found.add(path.relative_to(PACKAGE).as_posix())
    assert found == MAY_START_PROGRAMS
