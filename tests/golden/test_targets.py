"""Every sample for the other targets: what is written, that it is valid, and that nothing of it is in doubt."""

from __future__ import annotations

import pathlib
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
EXPECTED = pathlib.Path(__file__).parent / "targets"
# The platform team's sample is a target of its own.
NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir() and folder.name != "platform")
TARGETS = ("kubernetes", "oam-v1alpha2")

Documents = Callable[[str, str], list[dict[str, Any]]]


@pytest.fixture
def printed(cli: CommandLine) -> Callable[[str, str], str]:
    """What the command of a sample's README prints for another target."""

    def run(sample: str, target: str) -> str:
        readme = (SAMPLES / sample / "README.md").read_text(encoding="utf-8")
        line = next(line for line in readme.splitlines() if line.startswith("compose2oam "))
        done = cli(*shlex.split(line)[1:], "--target", target, "-q")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("sample", NAMES)
def test_a_sample_gives_what_is_expected(
    sample: str, target: str, printed: Callable[[str, str], str], request: pytest.FixtureRequest
) -> None:
    """Byte for byte; ``pytest --update-golden`` writes it anew."""
    expected = EXPECTED / target / f"{sample}.yaml"
    found = printed(sample, target)
    if request.config.getoption("--update-golden"):
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", NAMES)
def test_plain_objects_are_valid(sample: str, kubernetes_findings: Callable[[dict[str, Any]], list[str]]) -> None:
    """By the schema of the API itself, with unknown fields as errors; each object once, all in one namespace."""
    documents = read(sample, "kubernetes")
    assert [finding for document in documents for finding in kubernetes_findings(document)] == []
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    assert len(names) == len(set(names))
    places = {item["metadata"].get("namespace") for item in documents if item["kind"] != "PersistentVolume"}
    assert len(places) == 1


@pytest.mark.parametrize("sample", NAMES)
def test_documents_of_the_older_runtime_are_valid(
    sample: str, v1alpha2_findings: Callable[[dict[str, Any]], list[str]]
) -> None:
    """By its own CRDs, and what is inside by the API of Kubernetes; what is named is there."""
    documents = read(sample, "oam-v1alpha2")
    assert [finding for document in documents for finding in v1alpha2_findings(document)] == []
    components = [document["metadata"]["name"] for document in documents if document["kind"] == "Component"]
    (configuration,) = (item for item in documents if item["kind"] == "ApplicationConfiguration")
    parts = configuration["spec"]["components"]
    assert [part["componentName"] for part in parts] == components
    outputs = {output["name"] for part in parts for output in part.get("dataOutputs", ())}
    inputs = {item["valueFrom"]["dataOutputName"] for part in parts for item in part.get("dataInputs", ())}
    assert inputs == outputs


def read(sample: str, target: str) -> list[dict[str, Any]]:
    """The documents that are expected of a sample."""
    return list(yaml.safe_load_all((EXPECTED / target / f"{sample}.yaml").read_text(encoding="utf-8")))
