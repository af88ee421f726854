"""Every sample is a promise: its command, its output, its names, and that Docker Compose reads it too."""

from __future__ import annotations

import os
import pathlib
import shlex
import stat
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
# What does not fit together, and is refused.
FAULTY = ("conflict",)
NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir() and folder.name not in FAULTY)

# The values of the secrets in samples/: whatever holds one of these words must never leave by a public way.
DUMMY = "not-a-secret"

# What an addon brings, and KubeVela by itself does not know.
OF_ADDONS = {
    "component postgres-cluster: no such definition",
    "trait http-route: no such definition",
    "trait keda-auto-scaler: no such definition",
    "trait kruise-rollout: no such definition",
}
# Options that Docker Compose has not.
OURS = ("--mappings", "--target")


def command_of(sample: str) -> list[str]:
    """The arguments of the first ``compose2oam`` command in a sample's README, as a user would copy it."""
    for line in (SAMPLES / sample / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("compose2oam "):
            return shlex.split(line)[1:]
    pytest.fail(f"samples/{sample}/README.md has no line that begins with `compose2oam `")


@pytest.fixture(params=NAMES)
def sample(request: pytest.FixtureRequest) -> str:
    """The name of each sample in turn."""
    return str(request.param)


def test_the_command_gives_the_application_beside_it(
    sample: str, cli: CommandLine, request: pytest.FixtureRequest
) -> None:
    """The command in the README prints application.yaml, byte for byte; ``pytest --update-golden`` writes it anew."""
    done = cli(*command_of(sample))
    assert done.returncode == 0, done.stderr
    expected = SAMPLES / sample / "application.yaml"
    if request.config.getoption("--update-golden"):
        expected.write_text(done.stdout, encoding="utf-8")
    assert done.stdout == expected.read_text(encoding="utf-8")


def test_the_application_is_one_document_with_the_projects_services(sample: str) -> None:
    """One Application; every component is named once; helpers carry the project's name, others stand in the project."""
    (application,) = yaml.safe_load_all((SAMPLES / sample / "application.yaml").read_text(encoding="utf-8"))
    assert (application["apiVersion"], application["kind"]) == ("core.oam.dev/v1beta1", "Application")
    names = [component["name"] for component in application["spec"]["components"]]
    assert len(names) == len(set(names))
    helpers = [item["name"] for item in application["spec"]["components"] if item["type"] == "k8s-objects"]
    text = (SAMPLES / sample / "compose.yaml").read_text(encoding="utf-8")
    project = application["metadata"]["name"]
    assert all(name.startswith(f"{project}-") or f"{name}:" in text or f"name: {name}\n" in text for name in helpers)


def test_the_application_passes_the_check(sample: str, cli: CommandLine) -> None:
    """What we print is what ``check`` allows."""
    done = cli("check", f"samples/{sample}/application.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_application_renders(sample: str, rendering_findings: Callable[[dict[str, Any]], list[str]]) -> None:
    """Patches find what they patch, mounts their volumes, dependencies their components."""
    (application,) = yaml.safe_load_all((SAMPLES / sample / "application.yaml").read_text(encoding="utf-8"))
    assert not rendering_findings(application)


def test_kubevela_knows_all_of_it(sample: str, kubevela_findings: Callable[[dict[str, Any]], list[str]]) -> None:
    """The application fits the schemas that KubeVela publishes, with unknown properties as errors."""
    (application,) = yaml.safe_load_all((SAMPLES / sample / "application.yaml").read_text(encoding="utf-8"))
    assert [found for found in kubevela_findings(application) if found not in OF_ADDONS] == []


def test_no_secret_value_is_printed(sample: str, cli: CommandLine) -> None:
    """Neither the manifests nor the report, however verbose, holds the value of a Compose secret."""
    done = cli(*command_of(sample), "-v")
    assert DUMMY not in done.stdout
    assert DUMMY not in done.stderr


def test_the_readme_is_short_and_says_where_to_look(sample: str) -> None:
    """15 to 30 lines, with the output named."""
    text = (SAMPLES / sample / "README.md").read_text(encoding="utf-8")
    assert 15 <= len(text.splitlines()) <= 30
    assert "(application.yaml)" in text


def test_images_have_fixed_tags(sample: str) -> None:
    """A sample of today works in a year: no image without a tag, none with ``latest``."""
    (application,) = yaml.safe_load_all((SAMPLES / sample / "application.yaml").read_text(encoding="utf-8"))
    images = [
        component["properties"]["image"]
        for component in application["spec"]["components"]
        if "image" in component["properties"]
    ]
    assert images
    assert all(":" in image.rpartition("/")[2] and not image.endswith(":latest") for image in images)


def test_docker_compose_reads_it(sample: str, docker_compose: pathlib.Path) -> None:
    """The same files and options are valid for the real Docker Compose."""
    words = command_of(sample)[1:]
    words = [word for word, before in zip(words, ["", *words], strict=False) if not {word, before} & set(OURS)]
    options = [word for word in words if not word.startswith("samples/")]
    files = [word for word in words if word.startswith("samples/")]
    call = [str(docker_compose)]
    for file in files:
        call += ["-f", file]
    call += [word for word in options if word != "-f"]
    done = subprocess.run(
        [*call, "config", "-q"], cwd=SAMPLES.parent, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["shop", "monitoring"])
def test_secrets_come_in_a_file_of_their_own_and_only_on_request(
    name: str, cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """``-o DIR/`` writes the application; ``--with-secrets`` adds the Secrets, readable by their owner alone."""
    without, with_secrets = tmp_path / "without", tmp_path / "with"
    plain = cli(*command_of(name), "-o", f"{without}{os.sep}")
    asked = cli(*command_of(name), "-o", f"{with_secrets}{os.sep}", "--with-secrets")
    assert (plain.returncode, asked.returncode) == (0, 0), plain.stderr + asked.stderr

    assert {file.name for file in without.iterdir()} < {file.name for file in with_secrets.iterdir()}
    for file in without.iterdir():
        assert file.read_bytes() == (with_secrets / file.name).read_bytes()
    extra = [file for file in with_secrets.iterdir() if not (without / file.name).exists()]
    for file in extra:
        documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
        assert {document["kind"] for document in documents} == {"Secret"}
        if os.name == "posix":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert DUMMY not in asked.stdout + asked.stderr


@pytest.mark.parametrize("name", FAULTY)
def test_what_does_not_fit_together_is_refused_before_anything_is_written(
    name: str, cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """The README shows what is said; nothing is written, whatever the option says."""
    output = tmp_path / "app.yaml"
    done = cli(*command_of(name), "-o", str(output))
    assert done.returncode == 3
    assert not output.exists()
    readme = (SAMPLES / name / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```text\n")[1].split("```")[0]
    assert done.stderr.strip() == shown.strip()
