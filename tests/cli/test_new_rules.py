"""``compose2oam mappings new``: a rule to begin with, that holds as it is; and finding the rule to begin from."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

import pytest
import yaml

from compose2oam.rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from conftest import CommandLine


def test_a_meaning_to_begin_with_holds(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """It is written where it runs, with comments, and ``mappings test`` passes at once."""
    done = cli("mappings", "new", "team", "-o", "ours", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    path = tmp_path / "ours" / "meanings" / "metadata" / "team.yaml"
    assert f"wrote {path.relative_to(tmp_path)}" in done.stderr
    assert yaml.safe_load(path.read_text())["code"] == "C2O-901"
    assert "#" in path.read_text()
    tested = cli("mappings", "test", "ours", cwd=tmp_path)
    assert (tested.returncode, tested.stdout) == (0, "2 examples of 1 rules hold\n"), tested.stderr


@pytest.mark.parametrize("field", ["replicas", "env", "podLabels", "hostname", "extra", "gateway"])
def test_a_carrier_to_begin_with_holds(field: str, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """For any field: it takes the place of the carrier that there is, and says all that this one said."""
    done = cli("mappings", "new", "ours", "--carrier", field, "-o", "ours", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "ours").rglob("*.yaml")
    assert field in yaml.safe_load(path.read_text())["carries"]
    tested = cli("mappings", "test", "ours", cwd=tmp_path)
    assert (tested.returncode, tested.stdout) == (0, "1 examples of 1 rules hold\n"), tested.stderr


@pytest.mark.parametrize("code", ["C2O-710", "KV-220", "C2O-420", "KV-910"])
def test_a_copy_takes_the_place_of_a_rule(code: str, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """With its text, its group and its examples, and a code of its own."""
    done = cli("mappings", "new", "mine", "--replaces", code, "-o", "ours", cwd=tmp_path)
    if code == "KV-910":
        assert (done.returncode, "there is no rule KV-910" in done.stderr) == (2, True)
        return
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "ours").rglob("*.yaml")
    ours = yaml.safe_load(path.read_text())
    theirs = json.loads(cli("mappings", "show", code, "--format", "json").stdout)
    assert (ours.pop("code")[-3:], ours.pop("replaces")) == ("901", code)
    assert ours == {key: value for key, value in theirs["rule"].items() if key != "code"}
    assert path.parent.name == theirs["group"]
    tested = cli("mappings", "test", "ours", cwd=tmp_path)
    assert tested.returncode == 0, tested.stderr


def test_codes_go_on_where_the_folder_is(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Whatever target a rule is for, and however its code came by its number."""
    for name in ("one", "two"):
        assert cli("mappings", "new", name, "-o", "ours", cwd=tmp_path).returncode == 0
    (tmp_path / "ours" / "mine" / "deploy").mkdir(parents=True)
    (tmp_path / "ours" / "mine" / "target.yaml").write_text("target: mine\nextends: kubevela\n")
    text = (tmp_path / "ours" / "meanings" / "metadata" / "two.yaml").read_text()
    (tmp_path / "ours" / "mine" / "deploy" / "three.yaml").write_text(text.replace("C2O-902", "C2O-903"))
    (tmp_path / "ours" / "meanings" / "metadata" / "one.yaml").unlink()
    for name, code in {"four": "C2O-901", "five": "C2O-904"}.items():
        assert cli("mappings", "new", name, "-o", "ours", cwd=tmp_path).returncode == 0
        assert f"code: {code}" in (tmp_path / "ours" / "meanings" / "metadata" / f"{name}.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["team"], "is there already"),
        (["Our_Team"], "`Our_Team` cannot be the name of a rule"),
        (["../escaped"], "cannot be the name of a rule"),
        (["more", "--carrier", "replica"], "did you mean `replicas`?"),
        (["more", "--replaces", "C2O-3100"], "there is no rule C2O-3100"),
        (["more", "--carrier", "replicas", "--replaces", "KV-310"], "leave --carrier out"),
        (["more", "--group", "metdata"], "the target has no group `metdata`"),
        (["more", "--target", "kubevella"], "there is no target `kubevella`"),
    ],
)
def test_what_cannot_be_begun(arguments: list[str], says: str, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """Is a mistake of the call; no file is written, and none written over."""
    assert cli("mappings", "new", "team", "-o", "ours", cwd=tmp_path).returncode == 0
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    done = cli("mappings", "new", *arguments, "-o", "ours", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_list_finds_the_rules_of_a_key(cli: CommandLine) -> None:
    """Those that read it, and those that carry what they write."""
    lines = cli("mappings", "list", "--reads", "deploy.replicas").stdout.splitlines()
    codes = [line.split()[0] for line in lines]
    assert {"C2O-310", "KV-310"} <= set(codes)
    assert len(codes) < 20
    assert cli("mappings", "list", "--reads", "replicaz").returncode == 2


def test_list_finds_the_rules_of_a_group(cli: CommandLine) -> None:
    """Meanings and carriers alike."""
    rules = json.loads(cli("mappings", "list", "--group", "metadata", "--format", "json").stdout)
    assert {rule["group"] for rule in rules} == {"metadata"}
    assert {rule["kind"] for rule in rules} == {"meaning", "carrier"}
    done = cli("mappings", "list", "--group", "metdata")
    assert (done.returncode, "did you mean `metadata`?" in done.stderr) == (2, True)


def test_json_has_what_the_text_has(cli: CommandLine) -> None:
    """For programs that look for rules."""
    rules = json.loads(cli("mappings", "list", "--format", "json").stdout)
    lines = cli("mappings", "list").stdout.splitlines()
    assert [rule["code"] for rule in rules] == [line.split()[0] for line in lines]
    assert all(("reads" in rule) != ("carries" in rule) for rule in rules)


def test_a_folder_is_tested_for_each_target_that_it_has_rules_for(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """A rule that is not looked at would pass."""
    for arguments in (["scale", "--carrier", "replicas"], ["team"]):
        assert cli("mappings", "new", *arguments, "-o", "ours", cwd=tmp_path).returncode == 0
    ours = tmp_path / "ours"
    (ours / "mine").mkdir()
    (ours / "mine" / "target.yaml").write_text("target: mine\nextends: kubevela\n")
    (ours / "bare").mkdir()
    groups = ", ".join(load_rulebook().target.meanings)
    (ours / "bare" / "target.yaml").write_text(
        f"target: bare\ntitle: a\nmeanings: [{groups}]\ncarriers: [metadata]\ncomponents: [{{type: worker}}]\n"
    )
    text = (ours / "kubevela" / "deploy" / "scale.yaml").read_text()
    for target, group, code in (("mine", "deploy", "KV-902"), ("bare", "metadata", "BA-901")):
        new = text.replace("KV-901", code).replace("replaces: KV-310", "replaces: KV-901" if target == "mine" else "")
        (ours / target / group).mkdir()
        (ours / target / group / "scale.yaml").write_text(new)
    done = cli("mappings", "test", "ours", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" of 3 rules hold\n")
    only = cli("mappings", "test", "ours", "--target", "kubevela", cwd=tmp_path)
    assert only.stdout == "3 examples of 2 rules hold\n"
