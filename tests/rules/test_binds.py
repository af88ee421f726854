"""Bind mounts: each row of the table in ``rules/binds.py``, in a project of its own."""

from __future__ import annotations

import base64
import pathlib
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.rules import binds

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert

SERVICE = "services: {{web: {{image: a, {more}volumes: [{volume}]}}}}"


@pytest.fixture
def bound(convert: Convert) -> Callable[..., Any]:
    """Convert a service with one bind mount; returns the conversion and what became of the line."""

    def run(volume: str, files: dict[str, str | bytes] | None = None, more: str = "") -> Any:
        made = convert(SERVICE.format(volume=volume, more=more), files)
        entries = [entry for entry in made.entries if entry.path[:3] == ("services", "web", "volumes")]
        return made, entries[0]

    return run


def mounts(made: Any, component: Callable[..., Any]) -> dict[str, list[dict[str, Any]]]:
    """The mounts of the service, by kind."""
    found: dict[str, list[dict[str, Any]]] = component(made, "web")["properties"].get("volumeMounts", {})
    return found


@pytest.mark.parametrize("path", ["/var/run/docker.sock", "/proc", "/sys/fs/cgroup", "/etc/localtime", "/var/log", "/"])
def test_a_path_of_the_machine_is_the_same_path_of_the_node(
    path: str, bound: Callable[..., Any], component: Callable[..., Any]
) -> None:
    """With a warning, because the node is not the developer's machine."""
    made, entry = bound(f"'{path}:/inside'")
    ((mount,),) = mounts(made, component).values()
    assert (mount["path"], mount["mountPath"]) == (path, "/inside")
    assert entry.outcome.value == "approximated"
    (found,) = (item for item in made.diagnostics if item.code == "C2O-410")
    assert (found.severity.value, bool(found.hint)) == ("warning", True)


@pytest.mark.parametrize("written", ["/srv/here/../there", "/srv/./there/", "/srv//there"])
@pytest.mark.parametrize(
    "text",
    [
        "services: {{web: {{image: a, volumes: ['{}:/x']}}}}",
        "services: {{web: {{image: a, volumes: ['data:/x']}}}}\n"
        "volumes: {{data: {{driver_opts: {{type: none, o: bind, device: '{}'}}}}}}",
    ],
)
def test_a_path_of_the_node_goes_straight(
    text: str, written: str, convert: Convert, component: Callable[..., Any]
) -> None:
    """Docker takes the detour out of a path; Kubernetes refuses the pod for it."""
    ((mount,),) = mounts(convert(text.format(written)), component).values()
    assert mount["path"] == "/srv/there"


def test_a_socket_of_the_runtime_gets_a_word_of_its_own(bound: Callable[..., Any]) -> None:
    """Whoever mounts it wants Docker, and few clusters have it."""
    _, entry = bound("'/var/run/docker.sock:/var/run/docker.sock'")
    assert "container runtime" in entry.say


def test_a_text_file_becomes_a_config_map(
    bound: Callable[..., Any], component: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """It is mounted by itself, so that the rest of its folder stays what the image has."""
    made, entry = bound("'./app.conf:/etc/app.conf:ro'", {"app.conf": "a = 1\n"})
    (name,) = objects(made, "ConfigMap")
    assert objects(made, "ConfigMap")[name]["data"] == {"app.conf": "a = 1\n"}
    (mount,) = mounts(made, component)["configMap"]
    assert (mount["cmName"], mount["subPath"], mount["mountPath"]) == (name, "app.conf", "/etc/app.conf")
    assert entry.outcome.value == "inferred"


def test_a_folder_becomes_one_config_map_with_its_paths(
    bound: Callable[..., Any], component: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """Nested folders keep their paths; keys are what Kubernetes takes; what is no text travels as such."""
    files: dict[str, str | bytes] = {
        "conf/a.conf": "a",
        "conf/sub/b.conf": "b",
        "conf/sub b.conf": "c",
        "conf/logo.png": b"\x89PNG\xff",
    }
    made, _ = bound("'./conf:/etc/app:ro'", files)
    ((config, (mount,)),) = zip(objects(made, "ConfigMap").values(), mounts(made, component).values(), strict=True)
    paths = {item["path"]: config["data"].get(item["key"]) for item in mount["items"]}
    assert paths == {"a.conf": "a", "sub/b.conf": "b", "sub b.conf": "c", "logo.png": None}
    assert list(map(base64.b64decode, config["binaryData"].values())) == [b"\x89PNG\xff"]
    assert "subPath" not in mount


def test_a_file_with_a_byte_order_mark_travels_as_bytes(
    bound: Callable[..., Any], component: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """KubeVela refuses an application that has such a mark; programs that read the file may need it."""
    files = {"conf/a.ini": "\ufeffa = 1\n", "conf/b.ini": "a = \ufeff\n", "conf/c.ini": "a = 1\n"}
    made, _ = bound("'./conf:/etc/app:ro'", files)
    (config,) = objects(made, "ConfigMap").values()
    kept = {key: base64.b64decode(text).decode() for key, text in config["binaryData"].items()}
    assert {**kept, **config["data"]} == {name.removeprefix("conf/"): text for name, text in files.items()}
    assert [*config["data"]] == ["c.ini"]


@pytest.mark.parametrize(
    "name",
    ["tls.key", "cert.pem", "id_rsa", ".htpasswd", "password.txt", "api_token", "my-secret.ini", ".env", "a.env.prod"],
)
def test_what_looks_like_a_secret_becomes_one(
    name: str, bound: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """It never travels inside the application."""
    made, entry = bound(f"'./{name}:/x:ro'", {name: "hushed"})
    (secret,) = made.secrets
    assert list(map(base64.b64decode, secret["data"].values())) == [b"hushed"]
    assert "hushed" not in str(made.application.to_dict())
    assert base64.b64encode(b"hushed").decode() not in str(made.application.to_dict())
    assert "looks like one" in entry.say


@pytest.mark.parametrize(
    "name",
    ["monkey.txt", "keyboard.conf", "tokens_of_love.md", "compass.yaml", ".env.example", "a.env.sample", "environ"],
)
def test_what_only_resembles_a_secret_stays_a_config(name: str, bound: Callable[..., Any]) -> None:
    """A word inside a word does not count."""
    made, _ = bound(f"'./{name}:/x:ro'", {name: "a"})
    assert not made.secrets


def test_the_projects_own_folder_is_taken_without_what_a_version_control_keeps(
    bound: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """An image that brings no code gets it so; a history would fill any ConfigMap, and no program reads it."""
    made, entry = bound("'.:/var/www/html'", {"index.php": "x", ".git/HEAD": "y", "a/.svn/z": "z"})
    (config,) = objects(made, "ConfigMap").values()
    assert set(config["data"]) == {"index.php", "compose.yaml"}
    assert entry.say.startswith("the project's folder becomes a ConfigMap")


@pytest.mark.parametrize("volume", ["'./data:/data'", "'./data:/var/lib/app'", "'./data/:/data'"])
def test_an_absent_folder_becomes_a_claim(
    volume: str, bound: Callable[..., Any], component: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """Docker would make it, empty; what is written there is to stay."""
    made, entry = bound(volume)
    (claim,) = objects(made, "PersistentVolumeClaim")
    assert mounts(made, component)["pvc"][0]["claimName"] == claim
    assert (entry.outcome.value, "starts empty" in entry.say) == ("approximated", True)


@pytest.mark.parametrize("target", ["/usr/src", "/opt/tool"])
def test_source_code_that_the_image_is_built_of_is_left_to_it(
    target: str, bound: Callable[..., Any], component: Callable[..., Any]
) -> None:
    """Mounting it is for work on a laptop."""
    made, entry = bound(f"'./src:{target}'", {"src/main.py": "", "src/Dockerfile": ""}, "build: ./src, ")
    assert mounts(made, component) == {}
    assert (entry.outcome.value, "source code" in entry.say) == ("not needed", True)


def test_configuration_within_the_source_code_is_mounted(
    bound: Callable[..., Any], component: Callable[..., Any]
) -> None:
    """What goes to a place of configuration is wanted there, wherever it lies."""
    made, _ = bound("'./src/conf:/etc/app'", {"src/conf/a.conf": "a", "src/Dockerfile": ""}, "build: ./src, ")
    assert list(mounts(made, component)) == ["configMap"]


LEFT_OUT = {
    "a file that is absent": ("'./gone.conf:/etc/gone.conf'", {}, "does not exist"),
    "too large": ("'./big.bin:/x'", {"big.bin": b"a" * (binds.MOST_BYTES + 1)}, "too large for a ConfigMap"),
    "too many": ("'./many:/x'", {f"many/{n}": "" for n in range(binds.MOST_FILES + 1)}, "too large for a ConfigMap"),
    "a file of Windows": ("'C:\\Users\\me\\app.ini:/etc/app.ini'", {}, "a path of Windows"),
    "a read-only folder of Windows": ("'d:/config:/etc/app:ro'", {}, "a path of Windows"),
    "a pipe of Windows": ("{type: bind, source: '\\\\.\\pipe\\engine', target: /pipe}", {}, "a path of Windows"),
    "a personal file": ("'~/.netrc:/root/.netrc:ro'", {}, "personal"),
}


@pytest.mark.parametrize("title", LEFT_OUT)
def test_what_nothing_stands_for_is_left_out_and_said(
    title: str,
    bound: Callable[..., Any],
    component: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
) -> None:
    """A mount is never dropped without a word."""
    monkeypatch.setenv("HOME", "/home/nobody")
    volume, files, words = LEFT_OUT[title]
    made, entry = bound(volume, files)
    assert mounts(made, component) == {}
    assert entry.outcome.value == "dropped"
    assert words in entry.say


@pytest.mark.parametrize("source", ["c:/data/logs", "D:\\\\data\\\\logs"])
def test_a_folder_of_windows_becomes_a_volume_that_starts_empty(
    source: str, bound: Callable[..., Any], component: Callable[..., Any]
) -> None:
    """What was written on a Windows laptop is converted anywhere."""
    made, entry = bound(f'"{source}:/var/log/app"', {})
    assert list(mounts(made, component)) == ["pvc"]
    assert entry.outcome.value == "approximated"
    assert entry.say.startswith(f"the folder {source[0]}:")


def test_a_file_that_two_services_mount_is_one_config_map(convert: Convert, objects: Callable[..., Any]) -> None:
    """The same content does not travel twice."""
    text = "services: {a: {image: a, volumes: ['./c.conf:/c']}, b: {image: a, volumes: ['./c.conf:/d']}}"
    made = convert(text, {"c.conf": "x"})
    assert len(objects(made, "ConfigMap")) == 1


def test_files_whose_names_meet_get_objects_of_their_own(
    convert: Convert, objects: Callable[..., Any], component: Callable[..., Any]
) -> None:
    """``a_b.conf`` and ``a.b.conf`` make one Kubernetes name, and are two files."""
    text = "services: {web: {image: a, volumes: ['./a_b.conf:/one', './a.b.conf:/two']}}"
    made = convert(text, {"a_b.conf": "first", "a.b.conf": "second"})
    configs = objects(made, "ConfigMap")
    found = {
        mount["mountPath"]: configs[mount["cmName"]]["data"][mount["subPath"]]
        for mount in mounts(made, component)["configMap"]
    }
    assert found == {"/one": "first", "/two": "second"}


def test_a_script_stays_one_that_can_be_run(
    load: Any, rulebook: Any, component: Callable[..., Any], tmp_path: pathlib.Path
) -> None:
    """The mode of a program is kept."""
    from compose2oam import api

    project = load(
        "services: {web: {image: a, volumes: ['./run.sh:/run.sh', './a.txt:/a.txt']}}", {"run.sh": "", "a.txt": ""}
    )
    (project.directory / "run.sh").chmod(0o755)
    modes = {
        item["mountPath"]: item["defaultMode"]
        for item in mounts(api.convert(project, rulebook=rulebook), component)["configMap"]
    }
    assert modes == {"/run.sh": 0o755, "/a.txt": 0o644}


def test_a_name_that_is_too_long_to_look_at_is_no_defect(convert: Convert) -> None:
    """The file system refuses such names; for us there is nothing of that name."""
    name = "a" * 300
    made = convert(f"services: {{web: {{image: a, volumes: ['./{name}:/x', './{name}.conf:/y:ro']}}}}")
    ends = {entry.path[3]: entry.outcome.value for entry in made.entries if entry.path[2] == "volumes"}
    assert ends == {0: "approximated", 1: "dropped"}


@pytest.mark.parametrize("name", [".gitkeep", ".keep", ".gitignore"])
def test_what_keeps_a_folder_in_a_repository_is_no_content(
    name: str, bound: Callable[..., Any], objects: Callable[..., Any]
) -> None:
    """The folder is empty, and something is meant to be written there."""
    made, entry = bound("'./keys:/keys'", {f"keys/{name}": ""})
    assert not objects(made, "ConfigMap")
    assert "starts empty" in entry.say
    made, entry = bound("'./keys:/keys'", {f"keys/{name}": "", "keys/web.conf": "a"})
    assert objects(made, "ConfigMap")


@pytest.mark.parametrize(
    ("volume", "is_written"),
    [
        ("'./a:/var/lib/mysql'", True),
        ("'./a:/app/data/'", True),
        ("'./a:/srv/uploads'", True),
        ("'./a/x.conf:/app/state.db'", True),
        ("'./a/x.conf:/letsencrypt/acme.json'", True),
        ("'./a:/app/data:ro'", False),
        ("'./a:/etc/app'", False),
        ("'./a:/var/lib/grafana/dashboards'", False),
        ("'./a/x.conf:/data/app.conf'", False),
    ],
)
def test_content_where_a_program_writes_is_told(volume: str, is_written: bool, bound: Callable[..., Any]) -> None:
    """A ConfigMap can only be read, so the program fails when it writes."""
    made, _ = bound(volume, {"a/x.conf": "a"})
    warned = [item.message for item in made.diagnostics if item.code == "C2O-410" and item.severity.value == "warning"]
    assert ["read-only" in text for text in warned] == [True] * is_written
