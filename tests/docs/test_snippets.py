"""Every block on every page is true: commands run, files load, programs work, and what is shown is what comes.

A reader goes through a page from its top to its end in one folder. The words after the fence say what a block is:

- ``sh``: lines of a shell, all of which succeed, or fail as a comment ``# exit 3`` says;
- ``sh cluster``, ``sh builder``, ``sh project``: what needs what is not here; then the parser of each command reads its
  arguments, and an ``up`` says what it would send;
- ``console``: commands after ``$``, with what they print; ``...`` stands for any lines, ``…`` for any part of a line;
- ``yaml NAME``: a file of that name, which the commands below it use; ``yaml`` alone is converted, checked or loaded
  by what it has in it;
- ``yaml in NAME``: lines that stand in that file, in this order and side by side, however far they are indented;
- ``python``: a program, which goes on from the one before it.
"""

from __future__ import annotations

import json
import pathlib
import re
import shlex
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from pages import PAGES, ROOT, Block, blocks, is_like, sessions

import compose2oam
from compose2oam import api
from compose2oam.diagnostics import Severity
from compose2oam.rules.extension_schema import of_side_file
from compose2oam.rules.rulebook import Rulebook, load_rulebook

if TYPE_CHECKING:
    from conftest import Reader

#: What a command can need that is not here.
NEEDS = {"cluster", "builder", "project"}
#: What makes an ``up`` go on, or need a builder; any other can be rehearsed without a cluster.
ENDLESS = {"-w", "--watch", "--build", "--push", "--pin-digests"}
#: Pages whose blocks have tests of their own: rules that lie over one another, pieces of an
#: application, a refusal, a drawing of imports.
ELSEWHERE = {
    "ARCHITECTURE.md": "tests/shipping/test_drawing.py",
    "mappings/README.md": "tests/rules/test_rules_readme.py",
    "docs/systems.md": "tests/oam/test_systems.py",
    "samples/conflict/README.md": "tests/golden/test_samples.py",
}
COMMAND = re.compile(r"(?:^|[|;&(]|\$ )\s*(?:\w+=\S* )*compose2oam ([^|;&>)\n]*)", re.MULTILINE)


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules that ship, read once."""
    return load_rulebook()


@pytest.fixture
def follow(
    reader: Reader, parsed: Callable[[list[str]], None], rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Block], None]:
    """Do what a block says."""
    names: dict[str, Any] = {"__name__": "page"}

    def shell(block: Block) -> None:
        if NEEDS & set(block.words):
            for arguments in parse(block.text):
                rehearse(arguments)
            return
        done = reader.run(block.text.replace("\\\n", " "))
        assert done.returncode == 0, done.stdout + done.stderr

    def parse(text: str) -> list[list[str]]:
        found = [shlex.split(words, comments=True) for words in COMMAND.findall(text.replace("\\\n", " "))]
        for arguments in found:
            parsed(arguments)
        return found

    def rehearse(arguments: list[str]) -> None:
        if arguments[0] == "up" and not ENDLESS & set(arguments):
            done = reader.run(shlex.join(["compose2oam", *arguments, "--dry-run", "client"]))
            assert done.returncode == 0, done.stderr

    def console(block: Block) -> None:
        commands = parse(block.text)
        if NEEDS & set(block.words):
            for arguments in commands:
                rehearse(arguments)
            return
        for command, shown in sessions(block.text):
            done = reader.run(command)
            printed = (done.stdout + done.stderr, done.stderr + done.stdout)
            assert any(is_like(shown, text) for text in printed), f"{command}\n{printed[0]}"
            assert done.returncode == 0, command

    def program(block: Block) -> None:
        monkeypatch.chdir(reader.where)
        exec(compile(block.text, str(block), "exec"), names)

    def data(block: Block) -> None:
        if block.words[:1] == ("in",):
            lines = [re.escape(line) for line in textwrap.dedent(block.text).splitlines()]
            made = (reader.where / block.words[1]).read_text(encoding="utf-8")
            assert re.search(r"^( *)" + r"\n\1".join(lines) + "$", made, re.MULTILINE), made
            return
        if block.words:
            (name,) = block.words
            reader.write(name, block.text)
            if (ROOT / name).is_file():
                assert (ROOT / name).read_text(encoding="utf-8") == block.text
        monkeypatch.chdir(reader.where)
        for document in yaml.safe_load_all(block.text):
            judge(document, block.words[0] if block.words else "", rulebook)
        for line in strings(list(yaml.safe_load_all(block.text))):
            parse(line)

    def text(block: Block) -> None:
        known = api.texts(rulebook)
        for code in re.findall(r"\[([A-Z0-9]+-\d+)\]", block.text):
            assert code in known

    kinds: dict[str, Callable[[Block], None]] = {
        "sh": shell,
        "console": console,
        "python": program,
        "yaml": data,
        "json": lambda block: json.loads(block.text),
        "text": text,
    }

    def go(block: Block) -> None:
        assert block.language in kinds, f"{block}: no test knows what to do with `{block.language}`"
        kinds[block.language](block)

    return go


def judge(document: Mapping[str, Any], name: str, rulebook: Rulebook) -> None:
    """See that a document is right, by its name; one that has none by what is in it. Other files commands read."""
    if name:
        FILES.get(name, lambda document, rulebook: None)(document, rulebook)
        return
    for keys, judging in PIECES:
        if set(keys) <= set(document):
            judging(document, rulebook)
            return
    side_file(document, rulebook)


def project(document: Mapping[str, Any], rulebook: Rulebook) -> None:
    """A Compose file converts."""
    file = pathlib.Path("snippet.yaml")
    file.write_text(yaml.safe_dump({"services": {"web": SERVICE}} | dict(document)), encoding="utf-8")
    compose2oam.convert(compose2oam.load(file), rulebook=rulebook)


def side_file(document: Mapping[str, Any], rulebook: Rulebook) -> None:
    """What stands beside a Compose file has the keys of ``x-oam``."""
    jsonschema.validate(document, of_side_file(), jsonschema.Draft202012Validator)


def rule(document: Mapping[str, Any], rulebook: Rulebook) -> None:
    """A rule is shown as it ships."""
    (shipped,) = (rule for rule in rulebook.rules() if rule.code == document["code"])
    assert yaml.safe_load((ROOT / shipped.position.file).read_text(encoding="utf-8")) == document


def manifest(document: Mapping[str, Any], rulebook: Rulebook) -> None:
    """An application passes the check; what other controllers take has a name."""
    assert document["metadata"]["name"]
    if document["apiVersion"].startswith("core.oam.dev/"):
        assert [found for found in compose2oam.check(document) if found.severity is Severity.ERROR] == []


def workflow(document: Mapping[str, Any], rulebook: Rulebook) -> None:
    """A pipeline gives our action inputs that it has, and takes outputs that it has."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = [step for job in document["jobs"].values() for step in job["steps"]]
    (ours,) = (step for step in steps if "/compose2oam@" in step.get("uses", ""))
    assert set(ours["with"]) <= set(action["inputs"])
    taken = re.findall(rf"steps\.{ours['id']}\.outputs\.(\w+)", " ".join(strings(steps)))
    assert set(taken) <= set(action["outputs"])


def hooks(document: Mapping[str, Any], rulebook: Rulebook) -> None:
    """A configuration of pre-commit names hooks that there are."""
    ours = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for repo in document["repos"] for hook in repo["hooks"]} <= {hook["id"] for hook in ours}


#: A service for pieces of a Compose file that have none.
SERVICE = {"image": "nginx:1.27", "ports": ["8080:80"]}
FILES: dict[str, Callable[[Mapping[str, Any], Rulebook], None]] = {
    "compose.yaml": project,
    "compose2oam.yaml": side_file,
    ".github/workflows/compose.yaml": workflow,
    ".pre-commit-config.yaml": hooks,
}
PIECES: list[tuple[tuple[str, ...], Callable[[Mapping[str, Any], Rulebook], None]]] = [
    (("apiVersion", "kind"), manifest),
    (("code", "why"), rule),
    (("x-oam",), project),
    (("name", "services"), project),
]


def strings(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ELSEWHERE and any(blocks(page))])
def test_every_block_of_a_page_is_true(page: str, follow: Callable[[Block], None]) -> None:
    """From the top of the page to its end."""
    for block in blocks(page):
        try:
            follow(block)
        except Exception as error:
            raise AssertionError(f"{block}\n{block.text}\n{error}") from error


def test_pages_with_tests_of_their_own_are_there() -> None:
    """And their tests."""
    assert [name for pair in ELSEWHERE.items() for name in pair if not (ROOT / name).is_file()] == []
