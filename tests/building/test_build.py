"""``compose2oam build``: what is run, in which order, and what a person is told."""

from __future__ import annotations

import hashlib
import json
import pathlib
import shlex
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Builders, CommandLine

ALL = ("docker", "podman", "buildah")
TWO = """\
name: demo
services:
  db: {image: "postgres:16"}
  web:
    build: .
    depends_on: [api, db]
  api:
    image: registry.example.com/api:2
    build: ./api
"""
LAYERED = """\
name: demo
services:
  web.site: {image: r.io/site, build: {context: ., additional_contexts: {base: "service:base"}}}
  base: {image: r.io/base, build: ./base}
"""


def digest(text: str) -> str:
    """The digest that the builders of these tests tell."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("program", ALL)
def test_services_are_built(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str
) -> None:
    """Those with `build`, under the names that the cluster is told."""
    builders.install(program)
    done = cli("build", cwd=project(TWO))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    title = "docker buildx" if program == "docker" else program
    assert done.stderr.startswith(f"building web, api with {title}\n")
    assert done.stderr.endswith("Image demo-web built\nImage registry.example.com/api:2 built\n")
    calls = builders.calls()
    if program == "docker":
        assert [call.words[:2] for call in calls] == [["buildx", "bake"]]
        assert calls[0].file["group"] == {"default": {"targets": ["web", "api"]}}
    else:
        assert [call.words[0] for call in calls] == ["build", "build"]
        names = [call.words[call.words.index("--tag") + 1] for call in calls]
        assert names == ["docker.io/library/demo-web", "registry.example.com/api:2"]


@pytest.mark.parametrize(("present", "taken"), [(ALL, "docker buildx"), (ALL[1:], "podman"), (ALL[2:], "buildah")])
def test_the_first_builder_is_taken(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], present: list[str], taken: str
) -> None:
    """Docker, podman, buildah, in this order."""
    builders.install(*present)
    assert f"with {taken}\n" in cli("build", cwd=project(TWO)).stderr


@pytest.mark.parametrize("name", ["podman", "path"])
def test_a_builder_can_be_named(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], name: str
) -> None:
    """By its name, or by where it is."""
    builders.install(*ALL)
    named = str(builders.folder / "buildah") if name == "path" else name
    done = cli("build", "--build-with", named, cwd=project(TWO))
    assert done.returncode == 0, done.stderr
    assert {call.program for call in builders.calls()} == {"buildah" if name == "path" else name}


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("github.com/docker/buildx v0.9.1 abc", "docker has buildx 0.9, and 0.17 or later is needed"),
        ("buildah 1.30.0", "docker has no buildx"),
    ],
)
def test_a_docker_that_cannot_build(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], version: str, why: str
) -> None:
    """It is passed over, or told where it is the only one: too old, or podman in truth."""
    builders.install("docker")
    folder = project(TWO)
    done = cli("build", cwd=folder, environment={"FAKE_BUILDX": version})
    assert done.returncode == 7
    assert why in done.stderr
    builders.install("podman")
    done = cli("build", cwd=folder, environment={"FAKE_BUILDX": version})
    assert done.returncode == 0, done.stderr
    assert "with podman" in done.stderr


def test_without_a_builder(builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]) -> None:
    """It is said what to install."""
    done = cli("build", cwd=project(TWO))
    assert done.returncode == 7
    reasons = "; ".join(f"{name} is not on the PATH" for name in ALL)
    assert done.stderr == f"error: there is nothing to build images with ({reasons}); install one of them\n"


@pytest.mark.parametrize(
    ("flag", "code", "say"),
    [
        ("--build-with=podman", 7, "podman is not on the PATH"),
        ("--build-with=kaniko", 2, "kaniko is no builder; there is docker, podman, buildah"),
        ("--build-arg==x", 2, "write NAME=VALUE"),
        ("nobody", 2, "no such service: nobody; there is db, web, api"),
        ("--tag=a b", 2, "tag"),
    ],
)
def test_what_makes_no_sense(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], flag: str, code: int, say: str
) -> None:
    """It is said before anything is built."""
    builders.install("docker")
    done = cli("build", flag, cwd=project(TWO))
    assert (done.returncode, builders.calls()) == (code, [])
    assert say in done.stderr


def test_a_service_of_a_profile(builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]) -> None:
    """It is said how to enable it."""
    folder = project("name: demo\nservices:\n  a: {build: .}\n  b: {build: ., profiles: [x]}\n")
    assert "no such service: b; --profile enables it" in cli("build", "b", cwd=folder).stderr


@pytest.mark.parametrize(
    ("arguments", "built"),
    [(["web"], ["web"]), (["api"], ["api"]), (["--with-dependencies", "web"], ["web", "api"]), (["db"], [])],
)
def test_some_services(
    builders: Builders,
    cli: CommandLine,
    project: Callable[[str], pathlib.Path],
    arguments: list[str],
    built: list[str],
) -> None:
    """Those that are named, and with what they depend on if that is asked for."""
    builders.install("docker")
    done = cli("build", *arguments, cwd=project(TWO))
    assert done.returncode == 0, done.stderr
    assert [call.file["group"]["default"]["targets"] for call in builders.calls()] == ([built] if built else [])
    assert built or "no service has a `build`" in done.stderr


@pytest.mark.parametrize("program", ALL)
def test_an_image_of_another_service(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str
) -> None:
    """It is built first, and not pushed if nobody asked for it."""
    builders.install(program)
    done = cli("build", "--push", "web.site", cwd=project(LAYERED))
    assert done.returncode == 0, done.stderr
    calls = builders.calls()
    if program == "docker":
        targets = calls[0].file["target"]
        assert targets["web_site"]["contexts"] == {"base": "target:base"}
        assert targets["web_site"]["output"] == ["type=registry"]
        assert not {"output", "tags"} & set(targets["base"])
    else:
        assert [call.words[0] for call in calls] == ["build", "build", "push"]
        assert "base=container-image://r.io/base" in calls[1].words
        assert calls[2].words[-1] == "r.io/site"


def test_images_that_are_built_from_one_another(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """A circle is told at its line."""
    part = '  {0}: {{build: {{context: ., additional_contexts: {{x: "service:{1}"}}}}}}\n'
    done = cli("build", cwd=project("services:\n" + part.format("a", "b") + part.format("b", "a")))
    assert done.returncode == 3
    assert (
        "compose.yaml:2:27: error: images are built from one another in a circle: a -> b -> a [BL-104]" in done.stderr
    )


@pytest.mark.parametrize("program", ALL)
def test_pushing(builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str) -> None:
    """All names of an image go to their registries, called as `convert` calls them."""
    builders.install(program)
    folder = project('name: demo\nservices:\n  web: {build: {context: ., args: {A: "1"}}}\n')
    settings = ["--registry", "r.io/team", "--tag", "7"]
    done = cli("build", "--push", *settings, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("Image r.io/team/demo-web:7 pushed\n")
    *_, last = builders.calls()
    if program == "docker":
        assert last.file["target"]["web"]["tags"] == ["r.io/team/demo-web:7"]
        assert last.file["target"]["web"]["output"] == ["type=registry"]
    else:
        assert last.words == ["push", "r.io/team/demo-web:7"]
    converted = cli("convert", *settings, cwd=folder).stdout
    assert "image: r.io/team/demo-web:7\n" in converted


def test_settings_of_the_compose_file_count(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """`x-oam.defaults` names the registry as well as the flag does."""
    builders.install("docker")
    text = "name: demo\nx-oam: {defaults: {registry: r.io/a, tag: v1}}\nservices: {web: {build: .}}\n"
    cli("build", "--push", cwd=project(text))
    assert builders.calls()[0].file["target"]["web"]["tags"] == ["r.io/a/demo-web:v1"]


def test_an_image_that_has_nowhere_to_go(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """Nothing is built, and it is said at the line how to name a registry."""
    builders.install("docker")
    done = cli("build", "--push", cwd=project(TWO))
    assert (done.returncode, builders.calls()) == (3, [])
    assert "compose.yaml:5:5: error: the image of web has no registry to go to [BL-100]" in done.stderr
    assert "or the registry with --registry" in done.stderr


@pytest.mark.parametrize("program", ALL[1:])
def test_images_for_several_processors(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str
) -> None:
    """They are one list; what it held before is not kept, and it is no matter if there was none."""
    builders.install(program)
    text = "services:\n  web: {image: r.io/web, build: {context: ., platforms: [linux/amd64, linux/arm64]}}\n"
    done = cli("build", "--push", cwd=project(text), environment={"FAKE_FAILS": "manifest rm"})
    assert done.returncode == 0, done.stderr
    calls = [call.words for call in builders.calls()]
    assert calls[0] == ["manifest", "rm", "r.io/web"]
    assert calls[1][3:7] == ["--manifest", "r.io/web", "--platform", "linux/amd64,linux/arm64"]
    assert calls[2] == ["manifest", "push", "--all", "r.io/web", "docker://r.io/web"]


@pytest.mark.parametrize("program", ALL)
def test_digests(builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str) -> None:
    """What was pushed can be laid over the project; who uses the image without building it gets it too."""
    builders.install(program)
    folder = project(
        "name: demo\nservices:\n"
        "  web: {image: 'r.io:5000/web:1', build: .}\n"
        "  worker: {image: 'r.io:5000/web:1'}\n"
        "  db: {image: 'postgres:16'}\n"
    )
    done = cli("build", "--pin-digests", cwd=folder)
    assert done.returncode == 0, done.stderr
    name = f"r.io:5000/web@{digest('web' if program == 'docker' else 'r.io:5000/web:1')}"
    pins = yaml.safe_load(done.stdout)
    assert pins == {"services": {"web": {"image": name}, "worker": {"image": name}}}
    assert done.stderr.endswith(f"Image {name} pushed\n")
    (folder / "pins.yaml").write_text(done.stdout)
    converted = cli("convert", "-f", "compose.yaml", "-f", "pins.yaml", cwd=folder)
    assert converted.stdout.count(name) == 2


def test_the_same_build_has_the_same_digest(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """BuildKit's provenance holds the time; it is left out where digests are wanted and nobody asked for it."""
    builders.install("docker")
    build = "services: {web: {image: r.io/web, build: {context: .%s}}}\n"
    for said, attested in (
        ("", ["type=provenance,disabled=true"]),
        (", provenance: mode=max", ["type=provenance,mode=max"]),
    ):
        cli("build", "--pin-digests", cwd=project(build % said))
        assert builders.calls()[-1].file["target"]["web"]["attest"] == attested


def test_choices_of_the_command_line(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """They go before what the file says; an argument without a value is that of the variable."""
    builders.install("docker", "podman")
    folder = project("services: {web: {image: r.io/web, build: {context: ., args: {A: file, B: file}}}}\n")
    flags = ["--no-cache", "--pull", "--build-arg=A=flag", "--build-arg=C", "--build-arg=NONE", "--ssh=default"]
    more = ["--builder=big", "--progress=plain"]
    done = cli("build", *flags, *more, cwd=folder, environment={"C": "outside"})
    assert done.returncode == 0, done.stderr
    (call,) = builders.calls()
    target = call.file["target"]["web"]
    assert target["args"] == {"A": "flag", "B": "file", "C": "outside"}
    assert (target["no-cache"], target["pull"], target["ssh"]) == (True, True, ["default"])
    assert call.words[4:8] == ["--progress", "plain", "--builder", "big"]
    cli("build", *flags, "--build-with=podman", cwd=folder)
    words = builders.calls()[-1].words
    assert {"--no-cache", "--pull=always", "--ssh"} <= set(words)
    done = cli("build", *more, "--build-with=podman", cwd=folder)
    assert "an instance of buildx is not used by this builder [BL-101]" in done.stderr


@pytest.mark.parametrize("program", ALL)
def test_a_dry_run_shows_what_one_would_type(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str, tmp_path: pathlib.Path
) -> None:
    """Nothing is run, not even to look at the version; a shell can run what is shown."""
    builders.install(program)
    done = cli("build", "--dry-run", "--push", "--registry=r.io", cwd=project(TWO))
    assert (done.returncode, builders.calls()) == (0, [])
    lines = done.stdout.splitlines()
    if program == "docker":
        assert lines[0] == "docker buildx bake --file - --allow 'fs.read=*' <<'END'"
        assert lines[-1] == "END"
        assert json.loads("\n".join(lines[1:-1]))["group"] == {"default": {"targets": ["web", "api"]}}
    else:
        assert [shlex.split(line)[:2] for line in lines] == [[program, word] for word in ("build", "push") * 2]


def test_a_dry_run_without_a_builder(
    cli: CommandLine, builders: Builders, project: Callable[[str], pathlib.Path]
) -> None:
    """Docker stands for the one that will be there."""
    assert cli("build", "--dry-run", cwd=project(TWO)).stdout.startswith("docker buildx bake")


def test_a_here_document_ends_where_it_should(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """A Dockerfile with the line END does not end it."""
    builders.install("podman")
    folder = project('services: {web: {build: {context: ., dockerfile_inline: "FROM a\\nEND\\n"}}}\n')
    shown = cli("build", "--dry-run", cwd=folder).stdout
    assert shown.endswith("<<'END_'\nFROM a\nEND\nEND_\n")


def test_the_file_for_bake_is_printed(cli: CommandLine, project: Callable[[str], pathlib.Path]) -> None:
    """As `docker compose build --print` does, with no builder at hand."""
    printed = json.loads(cli("build", "--print", "api", cwd=project(TWO)).stdout)
    assert list(printed["target"]) == ["api"]


SECRETS = """\
name: demo
services:
  web:
    image: r.io/web
    build:
      context: .
      args: {NPM_TOKEN: "$GIVEN", URL: "https://me:hunter2-url@example.com/"}
      secrets: [pin]
secrets:
  pin: {environment: PIN}
"""


@pytest.mark.parametrize("program", ALL)
@pytest.mark.parametrize("flags", [[], ["--dry-run"], ["--print"], ["-v"], ["-q"]])
def test_secrets_are_not_shown(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str, flags: list[str]
) -> None:
    """Neither on a command line, nor in what is printed, nor in what the builder says, whether it fails or not."""
    builders.install(program)
    secrets = {"PIN": "hunter2-pin", "GIVEN": "hunter2-token"}
    for fails in ("", "b"):
        given = {
            **secrets,
            "FAKE_SAYS": "hunter2-pin,hunter2-token,https://me:hunter2-url@example.com/",
            "FAKE_FAILS": fails,
        }
        done = cli("build", *flags, cwd=project(SECRETS), environment=given)
        assert "hunter2" not in done.stdout + done.stderr
    for call in builders.calls():
        assert "hunter2" not in json.dumps([call.words, call.stdin, call.file])
        assert call.environment["PIN"] == "hunter2-pin"
        assert call.environment["NPM_TOKEN"] == "hunter2-token"


@pytest.mark.parametrize(
    ("definition", "why"),
    [
        ("external: true", "it is neither a file nor a variable here"),
        ("environment: NOT_SET", "the variable NOT_SET is not set"),
    ],
)
def test_a_secret_that_is_not_here(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], definition: str, why: str
) -> None:
    """It is told at its line before anything is built."""
    builders.install("docker")
    secrets = f"secrets: {{pin: {{{definition}}}}}\n"
    text = "services:\n  web:\n    image: a\n    build: {context: ., secrets: [pin]}\n" + secrets
    done = cli("build", cwd=project(text))
    assert (done.returncode, builders.calls()) == (3, [])
    assert f"error: the secret pin cannot be given to the build: {why} [BL-102]" in done.stderr


@pytest.mark.parametrize("program", ALL)
def test_a_build_that_fails(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path], program: str
) -> None:
    """The line of the service that it concerns, the code, and the builder's own word for it."""
    builders.install(program)
    given = {
        "FAKE_FAILS": "api" if program != "docker" else "bake",
        "FAKE_TARGET": "api" if program == "docker" else "",
    }
    done = cli("build", cwd=project(TWO), environment=given)
    assert done.returncode == 7
    word = "ERROR: target api: failed to solve" if program == "docker" else "Error: no such stage"
    say = f"compose.yaml:9:5: error: the image of api could not be built: {program} ended with 3: {word} [BL-103]"
    assert say in done.stderr
    assert "the image of web" not in done.stderr
    assert "process did not complete successfully: exit code: 2" in done.stderr
    assert "Image" not in done.stderr


def test_a_quiet_build_that_fails_shows_its_last_lines(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """They are all that one has then; without a failure there are none."""
    builders.install("podman")
    folder = project(TWO)
    assert cli("build", "-q", cwd=folder).stderr == ""
    done = cli("build", "-q", cwd=folder, environment={"FAKE_FAILS": "build"})
    assert done.stderr.startswith("#1 [internal] load build definition of podman\n#9 ERROR: process did not complete")


def test_a_push_that_fails(builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]) -> None:
    """It is a push, not a build."""
    builders.install("podman")
    done = cli("build", "--push", "api", cwd=project(TWO), environment={"FAKE_FAILS": "push registry"})
    assert done.returncode == 7
    assert "the image of api could not be pushed: podman ended with 3" in done.stderr


def test_a_builder_that_tells_no_digest(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """Nothing is pinned to nothing."""
    file = builders.folder / "podman"
    file.write_text("#!/bin/sh\nexit 0\n")
    file.chmod(0o755)
    done = cli("build", "--pin-digests", "api", cwd=project(TWO))
    assert (done.returncode, done.stdout) == (7, "")
    assert "the builder told no digests" in done.stderr


def test_a_builder_that_is_no_program(
    builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]
) -> None:
    """An error in a line, no traceback."""
    file = builders.folder / "podman"
    file.write_text("no program")
    file.chmod(0o755)
    done = cli("build", cwd=project(TWO))
    assert done.returncode == 7
    assert done.stderr.splitlines()[-1].startswith("error: podman cannot be run: ")


def test_no_shell_is_in_between(builders: Builders, cli: CommandLine, project: Callable[[str], pathlib.Path]) -> None:
    """What a shell would act on arrives as it is."""
    builders.install("podman")
    odd = "$$(touch hacked); `id` && 'x' \"y\" *"
    text: Any = {"services": {"web": {"image": "r.io/web", "build": {"context": ".", "args": {"A": odd}}}}}
    folder = project(yaml.safe_dump(text))
    assert cli("build", cwd=folder).returncode == 0
    assert f"A={odd.replace('$$', '$')}" in builders.calls()[0].words
    shown = cli("build", "--dry-run", cwd=folder).stdout
    echoed = subprocess.run(
        ["/bin/sh", "-c", f"podman() {{ printf '%s\\n' \"$@\"; }}; {shown}"], capture_output=True, text=True
    )
    assert f"A={odd.replace('$$', '$')}" in echoed.stdout.splitlines()
    assert not (folder / "hacked").exists()
