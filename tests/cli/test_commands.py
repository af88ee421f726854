"""The command line as a user meets it: streams, exit statuses, options, files."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

WEB = "services:\n  web:\n    image: nginx:1.27\n    ports: ['8080:80']\n"
LOSSY = "services:\n  web:\n    image: nginx:1.27\n    ulimits: {nofile: 1024}\n"


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder called ``demo`` with one small Compose file."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "compose.yaml").write_text(WEB)
    return folder


def test_manifests_on_standard_output_and_all_else_on_standard_error(cli: CommandLine, project: pathlib.Path) -> None:
    """``convert | kubectl apply -f -`` works: standard output is one YAML document, the summary is elsewhere."""
    done = cli("convert", cwd=project)
    assert done.returncode == 0, done.stderr
    application = yaml.safe_load(done.stdout)
    assert application["kind"] == "Application"
    assert application["metadata"]["name"] == "demo"
    assert "key" in done.stderr


def test_a_process_of_its_own(process: CommandLine, cli: CommandLine, project: pathlib.Path) -> None:
    """What the other tests run within Python is what a user's shell gets: streams, bytes and exit status."""
    assert process("convert", cwd=project).stdout == cli("convert", cwd=project).stdout
    failed = process("convert", "-f", "nothing.yaml", cwd=project)
    assert (failed.returncode, failed.stdout) == (3, "")
    assert failed.stderr == cli("convert", "-f", "nothing.yaml", cwd=project).stderr


def test_quiet_says_nothing_when_all_is_well(cli: CommandLine, project: pathlib.Path) -> None:
    """``-q`` silences the summary, not the manifests."""
    done = cli("convert", "-q", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == cli("convert", cwd=project).stdout


def test_json_is_the_same_application(cli: CommandLine, project: pathlib.Path) -> None:
    """``--format json`` and YAML differ in form only."""
    as_json, as_yaml = cli("convert", "--format", "json", cwd=project), cli("convert", cwd=project)
    assert json.loads(as_json.stdout) == yaml.safe_load(as_yaml.stdout)


def test_the_report_is_plain_in_a_pipe(cli: CommandLine, project: pathlib.Path) -> None:
    """No escape sequence reaches a log file."""
    (project / "compose.yaml").write_text(LOSSY)
    assert "\x1b" not in cli("convert", "-v", cwd=project).stderr


@pytest.mark.parametrize(
    "spelling", [["compose.yaml"], ["-f", "compose.yaml"], ["--file", "compose.yaml"], ["-f", "-"]]
)
def test_ways_to_name_the_file(spelling: list[str], cli: CommandLine, project: pathlib.Path) -> None:
    """Positional, ``-f``, ``--file`` and standard input give the same application."""
    done = cli("convert", *spelling, cwd=project, stdin=WEB if "-" in spelling else "")
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout)["spec"] == yaml.safe_load(cli("convert", cwd=project).stdout)["spec"]


def test_the_project_is_found_from_a_folder_below(cli: CommandLine, project: pathlib.Path) -> None:
    """As Docker Compose, look in the parents for the Compose file."""
    below = project / "a" / "b"
    below.mkdir(parents=True)
    assert cli("convert", cwd=below).stdout == cli("convert", cwd=project).stdout


def test_name_and_namespace(cli: CommandLine, project: pathlib.Path) -> None:
    """``-p`` names the project and so its namespace, unless ``-n`` says another."""
    named = yaml.safe_load(cli("convert", "-p", "shop", cwd=project).stdout)
    placed = yaml.safe_load(cli("convert", "-p", "shop", "-n", "prod", cwd=project).stdout)
    assert (named["metadata"]["name"], named["metadata"]["namespace"]) == ("shop", "shop")
    assert (placed["metadata"]["name"], placed["metadata"]["namespace"]) == ("shop", "prod")


def test_profiles_and_env_file(cli: CommandLine, project: pathlib.Path) -> None:
    """``--profile`` adds services, ``--env-file`` takes the place of ``.env``, the shell beats both."""
    (project / "compose.yaml").write_text(
        WEB + "  debug:\n    image: busybox:${TAG}\n    profiles: [debug]\n    command: sleep 1d\n"
    )
    (project / ".env").write_text("TAG=from-dotenv\n")
    (project / "other.env").write_text("TAG=from-option\n")

    def image(*arguments: str, environment: dict[str, str] | None = None) -> str | None:
        done = cli("convert", *arguments, cwd=project, environment=environment)
        assert done.returncode == 0, done.stderr
        components = {item["name"]: item for item in yaml.safe_load(done.stdout)["spec"]["components"]}
        return str(components["debug"]["properties"]["image"]) if "debug" in components else None

    assert image() is None
    assert image("--profile", "debug") == "busybox:from-dotenv"
    assert image("--profile", "debug", "--env-file", "other.env") == "busybox:from-option"
    assert image("--profile", "debug", environment={"TAG": "from-shell"}) == "busybox:from-shell"
    assert image(environment={"COMPOSE_PROFILES": "debug"}) == "busybox:from-dotenv"


def test_output_to_a_file(cli: CommandLine, project: pathlib.Path) -> None:
    """``-o FILE`` writes what would have been printed, and prints nothing."""
    done = cli("convert", "-o", "app.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (project / "app.yaml").read_text() == cli("convert", cwd=project).stdout


def test_output_to_standard_output_by_name(cli: CommandLine, project: pathlib.Path) -> None:
    """``-o -`` is what no ``-o`` is, and makes no file of that name; what needs a file does not take it."""
    named = cli("convert", "-o", "-", cwd=project)
    assert (named.returncode, named.stdout) == (0, cli("convert", cwd=project).stdout)
    (project / "app.yaml").write_text(named.stdout)
    named = cli("import", "app.yaml", "-o", "-", cwd=project)
    assert (named.returncode, named.stdout) == (0, cli("import", "app.yaml", cwd=project).stdout)
    assert cli("convert", "--check", "-o", "-", cwd=project).returncode == 2
    assert sorted(item.name for item in project.iterdir()) == ["app.yaml", "compose.yaml"]


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="needs the full device of Linux")
def test_a_full_disk_behind_standard_output(project: pathlib.Path) -> None:
    """It is no defect: what went wrong is said, and the status is that of a file that cannot be written."""
    call = [sys.executable, "-m", "compose2oam", "convert"]
    with pathlib.Path("/dev/full").open("w") as full:
        done = subprocess.run(
            call, cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot write to standard output: ")


@pytest.mark.parametrize(("length", "told"), [(260_000, False), (262_000, True)])
def test_what_kubectl_cannot_keep_a_copy_of_is_said(
    length: int, told: bool, cli: CommandLine, project: pathlib.Path
) -> None:
    """It puts what it applied into an annotation, which holds 256 KiB, unless the server applies."""
    (project / "compose.yaml").write_text(f"services: {{web: {{image: a, environment: {{TEXT: {'x' * length}}}}}}}")
    done = cli("convert", cwd=project)
    assert done.returncode == 0
    said = "Application demo is longer than kubectl can keep a copy of: use kubectl apply --server-side\n"
    assert (said in done.stderr) == told
    assert cli("convert", "-q", cwd=project).stderr == ""


def test_what_kubectl_cannot_keep_is_told_by_all_components_together(cli: CommandLine, project: pathlib.Path) -> None:
    """No component of an application needs to be large for the application to be."""
    for count, told in ((2, False), (3, True)):
        services = ", ".join(f"s{n}: {{image: a, environment: {{TEXT: {'x' * 100_000}}}}}" for n in range(count))
        (project / "compose.yaml").write_text(f"services: {{{services}}}")
        assert ("Application demo is longer than kubectl can keep" in cli("convert", cwd=project).stderr) == told


def test_output_to_a_directory_leaves_other_files_alone(cli: CommandLine, project: pathlib.Path) -> None:
    """``-o DIR/`` makes the directory when needed and never empties it; a second run writes the same files."""
    target = project / "out" / "manifests"
    target.mkdir(parents=True)
    (target / "mine.yaml").write_text("mine\n")
    first = cli("convert", "-o", f"out/manifests{os.sep}", cwd=project)
    assert first.returncode == 0, first.stderr
    written = {file.name: file.read_bytes() for file in target.iterdir()}
    assert written.pop("mine.yaml") == b"mine\n"
    assert len(written) == 1
    again = cli("convert", "-o", f"out/manifests{os.sep}", cwd=project)
    assert again.returncode == 0
    assert {file.name: file.read_bytes() for file in target.iterdir()} == {**written, "mine.yaml": b"mine\n"}


def test_a_failed_conversion_leaves_the_old_output(cli: CommandLine, project: pathlib.Path) -> None:
    """Nothing half-written: the file of yesterday stays when today's input is broken."""
    cli("convert", "-o", "app.yaml", cwd=project)
    before = (project / "app.yaml").read_bytes()
    (project / "compose.yaml").write_text("services: [")
    assert cli("convert", "-o", "app.yaml", cwd=project).returncode == 3
    assert (project / "app.yaml").read_bytes() == before
    assert sorted(file.name for file in project.iterdir()) == ["app.yaml", "compose.yaml"]


@pytest.mark.parametrize(("choice", "status", "told"), [("ignore", 0, False), ("warn", 0, True), ("error", 4, True)])
def test_losses(choice: str, status: int, told: bool, cli: CommandLine, project: pathlib.Path) -> None:
    """``--on-loss`` says how much a loss matters; by default it is a warning that names file and line."""
    (project / "compose.yaml").write_text(LOSSY)
    done = cli("convert", "--on-loss", choice, cwd=project)
    assert done.returncode == status, done.stderr
    assert ("ulimits" in done.stderr) is told
    assert bool(done.stdout) is (status == 0)
    if choice == "warn":
        assert "compose.yaml:4:" in done.stderr
        assert done.stderr == cli("convert", cwd=project).stderr


def test_no_loss_is_no_error(cli: CommandLine, project: pathlib.Path) -> None:
    """A project that is translated whole passes ``--on-loss error``."""
    done = cli("convert", "--on-loss", "error", cwd=project)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["convrt"],
        ["convert", "--fromat", "json"],
        ["convert", "--format", "toml"],
        ["convert", "--on-loss", "maybe"],
        ["config", "--format", "toml"],
        ["mappings", "shw"],
        ["convert", "--report-format", "json"],
        ["convert", "--report", "-", "--report-format", "json"],
    ],
    ids=" ".join,
)
def test_a_call_that_makes_no_sense(arguments: list[str], cli: CommandLine, project: pathlib.Path) -> None:
    """Usage errors end with status 2, say what is wrong and print nothing: not two documents into one stream either."""
    done = cli(*arguments, cwd=project)
    assert done.returncode == 2
    assert done.stdout == ""
    assert arguments[-1] in done.stderr or arguments[-2] in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_that_is_not_there(cli: CommandLine) -> None:
    """``mappings show`` of an unknown code says so."""
    done = cli("mappings", "show", "C2O-000")
    assert done.returncode in {2, 3}
    assert "C2O-000" in done.stderr


def test_mappings_list_and_show(cli: CommandLine) -> None:
    """Every rule that is listed can be shown, with its title and the reason for it."""
    listed = cli("mappings", "list")
    assert listed.returncode == 0, listed.stderr
    codes = [line.split()[0] for line in listed.stdout.splitlines() if line.startswith(("C2O-", "KV-"))]
    assert len(codes) == len(set(codes)) > 20
    shown = cli("mappings", "show", codes[0])
    assert shown.returncode == 0, shown.stderr
    assert codes[0] in shown.stdout


def test_version(cli: CommandLine, root: pathlib.Path) -> None:
    """``version`` prints the version of the package."""
    done = cli("version")
    namespace: dict[str, str] = {}
    exec((root / "compose2oam/_version.py").read_text(), namespace)
    assert done.returncode == 0
    assert namespace["__version__"] in done.stdout


@pytest.mark.parametrize("command", ["convert", "config", "check", "mappings list", "mappings show", "version"])
def test_help_has_an_example(command: str, cli: CommandLine) -> None:
    """Every command explains itself, with a line that can be copied."""
    done = cli(*command.split(), "--help")
    assert done.returncode == 0, done.stderr
    assert f"compose2oam {command}".strip() in done.stdout.replace("Usage: compose2oam", "")


def test_config_prints_the_normalised_model(cli: CommandLine, project: pathlib.Path) -> None:
    """``config`` shows the long forms, as Docker Compose does; its output is a project again."""
    done = cli("config", cwd=project)
    assert done.returncode == 0, done.stderr
    model = yaml.safe_load(done.stdout)
    assert model["services"]["web"]["ports"][0]["target"] == 80
    again = cli("config", "-f", "-", cwd=project, stdin=done.stdout)
    assert again.returncode == 0, again.stderr
    assert yaml.safe_load(again.stdout) == model
    # As with Docker Compose, JSON spells out what is empty, and YAML does not.
    as_json = json.loads(cli("config", "--format", "json", cwd=project).stdout)
    assert {key: value for key, value in as_json["services"]["web"].items() if value is not None} == model["services"][
        "web"
    ]


def test_check_tells_good_from_bad(cli: CommandLine, project: pathlib.Path) -> None:
    """An application with a property that KubeVela would silently ignore does not pass."""
    cli("convert", "-o", "app.yaml", cwd=project)
    good = cli("check", "app.yaml", cwd=project)
    assert good.returncode == 0, good.stderr
    application = yaml.safe_load((project / "app.yaml").read_text())
    application["spec"]["components"][0]["properties"]["imgae"] = "nginx"
    (project / "app.yaml").write_text(yaml.safe_dump(application))
    bad = cli("check", "app.yaml", cwd=project)
    assert bad.returncode == 3
    assert "imgae" in bad.stderr + bad.stdout
    assert "image" in bad.stderr + bad.stdout


def test_check_tells_whether_what_was_written_is_stale(cli: CommandLine, project: pathlib.Path) -> None:
    """``--check`` writes nothing, exits with 0 for what is current, and with 1 and a diff for what is not."""
    assert cli("convert", "-o", "app.yaml", "--check", cwd=project).returncode == 1
    assert not (project / "app.yaml").exists()
    assert cli("convert", "-o", "app.yaml", cwd=project).returncode == 0
    assert cli("convert", "-o", "app.yaml", "--check", cwd=project).returncode == 0
    written = (project / "app.yaml").read_text()
    (project / "app.yaml").write_text(written.replace("nginx:1.27", "nginx:1.26"))
    done = cli("convert", "-o", "app.yaml", "--check", cwd=project)
    assert done.returncode == 1
    assert "-      image: nginx:1.26\n+      image: nginx:1.27\n" in done.stdout
    assert cli("convert", "--check", cwd=project).returncode == 2


def test_check_of_a_folder_compares_each_file_of_it(cli: CommandLine, project: pathlib.Path) -> None:
    """The Secrets too, which are named and not shown; what else is in the folder is nobody's business."""
    (project / "key").write_text("hidden")
    (project / "compose.yaml").write_text(WEB + "    secrets: [key]\nsecrets: {key: {file: key}}\n")
    call = ["convert", "--with-secrets", "-o", "out/"]
    assert cli(*call, "--check", cwd=project).returncode == 1
    assert not (project / "out").exists()
    assert cli(*call, cwd=project).returncode == 0
    (project / "out" / "mine.yaml").write_text("mine")
    current = cli(*call, "--check", cwd=project)
    assert (current.returncode, current.stdout) == (0, ""), current.stderr
    (project / "key").write_text("hidden too")
    secrets = cli(*call, "--check", cwd=project)
    assert (secrets.returncode, secrets.stdout) == (1, "")
    assert "secrets.yaml" in secrets.stderr
    assert "application.yaml" not in secrets.stderr
    assert cli(*call, "--format", "json", "--check", cwd=project).returncode == 1


def test_check_shows_the_end_of_a_file_as_diff_does(cli: CommandLine, project: pathlib.Path) -> None:
    """A last line without its end does not run into the next; the diff can be applied."""
    cli("convert", "-o", "app.yaml", cwd=project)
    written = (project / "app.yaml").read_text()
    (project / "app.yaml").write_text(written.rstrip("\n"))
    done = cli("convert", "-o", "app.yaml", "--check", cwd=project)
    assert done.returncode == 1
    assert "\\ No newline at end of file\n+" in done.stdout
    assert (project / "app.yaml").read_text() == written.rstrip("\n")


def test_a_loss_comes_before_what_is_stale(cli: CommandLine, project: pathlib.Path) -> None:
    """``--strict --check`` in continuous integration: the graver reason is the one that is told."""
    (project / "compose.yaml").write_text(LOSSY)
    done = cli("convert", "--strict", "--check", "-o", "app.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (4, "")


LOSSES = """
services:
  web:
    image: nginx
    ulimits: {nofile: 5}
    cgroup_parent: x
    pids_limit: 5
    healthcheck: {interval: 5s}
  other: {image: nginx, ulimits: {nofile: 5}, mem_swappiness: 5}
"""
LOST = {
    "services.web.ulimits.nofile",
    "services.web.cgroup_parent",
    "services.web.pids_limit",
    "services.web.healthcheck.interval",
    "services.other.ulimits.nofile",
    "services.other.mem_swappiness",
}


@pytest.mark.parametrize(
    "output", [[], ["--format", "json"], ["-o", "app.yaml"], ["-q"], ["-v"], ["--report", "r.json"]]
)
@pytest.mark.parametrize("refuse", [["--strict"], ["--on-loss", "error"], ["--strict", "--on-loss", "ignore"]])
def test_all_losses_are_told_at_once(
    refuse: list[str], output: list[str], cli: CommandLine, project: pathlib.Path
) -> None:
    """Each with its line, however the output is asked for, which is not written."""
    (project / "compose.yaml").write_text(LOSSES)
    done = cli("convert", *refuse, *output, cwd=project)
    assert (done.returncode, done.stdout) == (4, "")
    assert not (project / "app.yaml").exists()
    assert {line for line in range(1, 10) if f"compose.yaml:{line}:" in done.stderr} == {5, 6, 7, 8, 9}
    assert "6 keys are lost" in done.stderr
    if "--report" in output:
        entries = json.loads((project / "r.json").read_text())["entries"]
        assert {entry["path"] for entry in entries if entry["outcome"] in ("dropped", "refused")} == LOST


@pytest.mark.parametrize(
    "choice", [["--strict"], ["--on-loss", "error"], ["--on-loss", "warn"], ["--on-loss", "ignore"]]
)
@pytest.mark.parametrize("output", [[], ["--format", "json"], ["-o", "app.yaml"]])
def test_without_a_loss_every_choice_is_the_same(
    choice: list[str], output: list[str], cli: CommandLine, project: pathlib.Path
) -> None:
    """What is only approximated is no loss."""
    done = cli("convert", *choice, *output, cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout == cli("convert", *output, cwd=project).stdout


def test_a_report_is_written_even_where_losses_are_refused(cli: CommandLine, project: pathlib.Path) -> None:
    """``--strict --report`` is what continuous integration calls: it fails, and the report says why."""
    (project / "compose.yaml").write_text(LOSSY)
    done = cli("convert", "--strict", "--report", "r.json", "-o", "app.yaml", cwd=project)
    assert done.returncode == 4
    assert not (project / "app.yaml").exists()
    entries = json.loads((project / "r.json").read_text())["entries"]
    assert [entry["path"] for entry in entries if entry["outcome"] == "dropped"] == ["services.web.ulimits.nofile"]
