"""Rules come from the folders and the installed packages that a user names, and none of a package's code runs."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Iterator

import pytest

from compose2oam.errors import RuleError, UsageError
from compose2oam.rules.layers import folder_of
from compose2oam.rules.rulebook import load_rulebook

TEAM = (
    "code: C2O-901\ntitle: Team\nwhy: We group by it.\nreads: [x-team]\nmeans: {podLabels.team: {from: '\"x-team\"'}}\n"
)
Install = Callable[..., pathlib.Path]


@pytest.fixture
def install(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package that offers rules; to import it would fail."""
    site = tmp_path / "site-packages"
    monkeypatch.syspath_prepend(str(site))

    def package(entry_points: str, name: str = "acme_rules", folder: str = "acme_rules/rules") -> pathlib.Path:
        rules = site / folder
        (rules / "meanings" / "metadata").mkdir(parents=True)
        (rules / "meanings" / "metadata" / "team.yaml").write_text(TEAM)
        (site / name).mkdir(exist_ok=True)
        (site / name / "__init__.py").write_text("raise RuntimeError('the code of the package has run')\n")
        info = site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[compose2oam.mappings]\n{entry_points}\n")
        return rules

    yield package
    for name in [name for name in sys.modules if name.startswith("acme_rules")]:
        del sys.modules[name]


def test_an_installed_package_is_used_when_it_is_named(install: Install) -> None:
    """By the name of its entry point, and not before."""
    rules = install("acme = acme_rules.rules")
    assert "C2O-901" not in {rule.code for rule in load_rulebook().rules()}
    named = {rule.code: rule for rule in load_rulebook(overlays=["acme"]).rules()}
    assert named["C2O-901"].position.file == str(rules / "meanings" / "metadata" / "team.yaml")


def test_nothing_of_the_package_is_imported(install: Install) -> None:
    """A rule file has no power to run, and installing one gives it none."""
    install("acme = acme_rules.rules")
    load_rulebook(overlays=["acme"])
    assert not [name for name in sys.modules if name.startswith("acme_rules")]


def test_the_package_itself_may_be_the_folder(install: Install) -> None:
    """Where nothing else is in it."""
    rules = install("acme = acme_rules", folder="acme_rules")
    assert folder_of("acme") == rules


def test_a_folder_is_laid_over_a_package(install: Install, tmp_path: pathlib.Path) -> None:
    """In the order in which they are named."""
    install("acme = acme_rules.rules")
    ours = tmp_path / "ours" / "meanings" / "metadata"
    ours.mkdir(parents=True)
    (ours / "team.yaml").write_text(TEAM.replace("C2O-901", "C2O-902\nreplaces: C2O-901"))
    codes = {rule.code for rule in load_rulebook(overlays=["acme", tmp_path / "ours"]).rules()}
    assert "C2O-902" in codes
    assert "C2O-901" not in codes
    with pytest.raises(RuleError, match="there is no rule C2O-901 to replace"):
        load_rulebook(overlays=[tmp_path / "ours", "acme"])


def test_a_folder_of_the_name_comes_first(
    install: Install, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a user sees beside them is what they mean."""
    install("acme = acme_rules.rules")
    (tmp_path / "acme").mkdir()
    monkeypatch.chdir(tmp_path)
    assert folder_of("acme") == pathlib.Path("acme")


def test_an_unknown_name_names_the_installed_ones(install: Install) -> None:
    """Or the one that is near."""
    install("acme = acme_rules.rules\nother = acme_rules.rules")
    with pytest.raises(UsageError, match="did you mean `acme`"):
        folder_of("acne")
    with pytest.raises(UsageError, match="installed are: acme, other"):
        folder_of("somebody")


def test_two_packages_of_one_name_are_told(install: Install) -> None:
    """Which of them is meant would be a matter of luck."""
    install("acme = acme_rules.rules")
    install("acme = acme_rules_too", name="acme_rules_too", folder="acme_rules_too")
    with pytest.raises(UsageError, match=r"as acme: acme_rules\.rules, acme_rules_too"):
        folder_of("acme")


@pytest.mark.parametrize("value", ["acme_rules.nowhere", "acme_gone.rules", "acme_rules.rules:attribute", "..", "a b"])
def test_an_entry_point_that_leads_nowhere(value: str, install: Install) -> None:
    """Is the package's fault, and says so."""
    install(f"acme = {value}")
    with pytest.raises(UsageError, match="no folder"):
        folder_of("acme")


@pytest.mark.parametrize("name", ["./acme", "rules/acme", "/nowhere/acme"])
def test_a_path_is_never_taken_for_a_package(name: str) -> None:
    """A mistyped folder is a mistyped folder."""
    with pytest.raises(UsageError, match=r"is not a folder of mapping rules$"):
        folder_of(name)


def test_what_else_is_in_the_folder_does_not_matter(tmp_path: pathlib.Path) -> None:
    """Rules may stand beside a chart, a pipeline and a README."""
    for name in ("README.md", "chart/templates/deployment.yaml", ".github/workflows/ci.yaml", "compose.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("any: thing\n")
    assert load_rulebook(overlays=[tmp_path]).rules()
