"""The walk of CONTRIBUTING.md holds: its rule is one, its code is free, and what it names is there."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

from compose2oam.cli.mappings import _started
from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from conftest import CommandLine

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
(RULE,) = re.findall(r"```yaml[^\n]*\n(.*?)```", TEXT, re.DOTALL)


def test_the_rule_of_the_walk_holds(tmp_path: pathlib.Path, cli: CommandLine) -> None:
    """Its examples hold, and a project gets what it says."""
    place = tmp_path / "rules" / "meanings" / "metadata" / "team.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(RULE)
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx, x-team: payments}}")
    done = cli("mappings", "test", "rules", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "2 examples of 1 rules hold\n"), done.stderr
    done = cli("convert", "--mappings", "rules", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "example.com/team: payments" in done.stdout


def test_its_code_is_free() -> None:
    """And in the area of its folder."""
    rulebook = load_rulebook()
    (code,) = re.findall("^code: (.*)$", RULE, re.MULTILINE)
    taken = {rule.code for rule in rulebook.rules()}
    assert code not in taken
    near = {rule.code for rule in rulebook.rules() if rule.group == "metadata"}
    assert {other[:5] for other in near if other.startswith("C2O-")} == {code[:5]}


def test_a_rule_is_begun_among_those_that_ship() -> None:
    """``mappings new -o mappings`` in a checkout takes them for no overlay of themselves."""
    path, text = _started("team", ROOT / "mappings", "", "", "", "kubevela")
    assert path == ROOT / "mappings" / "meanings" / "metadata" / "team.yaml"
    assert not path.exists()
    assert "reads: [x-team]" in text


def test_what_it_names_is_there() -> None:
    """Every file and folder of this repository, and every test that is to be run."""
    named = set(re.findall(r"(?<![\w/.])((?:compose2oam|mappings|tests|docs)/[\w./-]+)", TEXT))
    made = {"mappings/meanings/metadata/team.yaml"}
    assert {name for name in named - made if not (ROOT / name.rstrip(".")).exists()} == set()
    assert {link for link in re.findall(r"\]\(([\w./-]+)\)", TEXT) if not (ROOT / link).exists()} == set()
