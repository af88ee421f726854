"""Secrets are shown nowhere but where a user asked for them: in the application, or in a file of their own."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

import pytest

from compose2oam.model.secrecy import without_passwords

if TYPE_CHECKING:
    from conftest import CommandLine

MARK = "s3kr1t"
COMPOSE = """
services:
  web:
    image: nginx
    build: {context: ., args: {TOKEN: s3kr1t1, URL: "https://u:s3kr1t2@h/"}, secrets: [a], ssh: ["default=/s3kr1t3"]}
    environment: {DB_PASSWORD: s3kr1t4, DATABASE_URL: "postgres://u:s3kr1t5@my_db/x", API_KEY: "${DOT_TOKEN}"}
    env_file: app.env
    command: [run, "--password=s3kr1t6", "$DOT_TOKEN"]
    healthcheck: {test: "mysqladmin -ps3kr1t7 ping"}
    secrets: [a, b, c]
    configs: [site]
    labels: {"proxy.auth": "u:s3kr1t8", "bad key!": s3kr1t9}
    logging: {driver: splunk, options: {splunk-token: s3kr1t10}}
    post_start: [{command: [x, s3kr1t11], environment: [PASSWORD=s3kr1t12]}]
    extra_hosts: ["h:https://u:s3kr1t13@x"]
    volumes: [share:/n]
    ulimits: {nofile: 5}
  my_db: {image: b}
  gone: {image: b, profiles: [x], environment: {DB_PASSWORD: s3kr1t14}}
volumes:
  share: {driver: cifs, driver_opts: {type: cifs, o: "username=u,password=s3kr1t15"}}
secrets:
  a: {file: a.txt}
  b: {environment: DOT_TOKEN}
  c: {file: a.txt, driver: vault, driver_opts: {token: s3kr1t16}}
  unused: {file: a.txt}
configs:
  site: {content: "password=s3kr1t17"}
"""
FILES = {
    "compose.yaml": COMPOSE,
    "a.txt": f"{MARK}-in-a-file\n",
    "app.env": f"ENV_PASSWORD={MARK}-in-an-env-file\n",
    ".env": f"DOT_TOKEN={MARK}-in-dotenv\n",
}
# What only a Secret may hold.
HIDDEN = ("in-a-file",)


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A project with a secret wherever one can stand."""
    folder = tmp_path / "demo"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert"],
        ["convert", "-v"],
        ["convert", "--strict"],
        ["convert", "--with-secrets", "-o", "out/"],
        ["check", "-v"],
        ["explain", "services.web"],
        ["explain", "services.web", "--format", "json"],
        ["explain", "secrets.a"],
        ["explain", "services.gone"],
        ["report"],
        ["graph"],
        ["graph", "--format", "json"],
    ],
    ids=" ".join,
)
def test_no_command_tells_a_secret(arguments: list[str], cli: CommandLine, project: pathlib.Path) -> None:
    """Neither on standard error nor, but for the application, on standard output."""
    done = cli(*arguments, cwd=project)
    assert done.returncode in (0, 4), done.stderr
    assert MARK not in done.stderr
    if arguments[0] == "convert":
        assert not [word for word in HIDDEN if word in done.stdout]
    else:
        assert MARK not in done.stdout


@pytest.mark.parametrize("name", ["text", "json", "markdown", "sarif", "github", "html"])
def test_no_report_tells_a_secret(name: str, cli: CommandLine, project: pathlib.Path) -> None:
    """In any format, that which shows the lines of the project among them."""
    done = cli("convert", "-o", "app.yaml", "--report", "report", "--report-format", name, cwd=project)
    assert done.returncode == 0, done.stderr
    assert "C2O-" in (project / "report").read_text()
    assert MARK not in (project / "report").read_text()


@pytest.mark.parametrize("name", ["text", "json"])
def test_why_tells_no_secret(name: str, cli: CommandLine, project: pathlib.Path) -> None:
    """Of any line, those that hold one among them."""
    assert cli("convert", "-o", "app.yaml", cwd=project).returncode == 0
    lines = (project / "app.yaml").read_text().splitlines()
    asked = [number for number, line in enumerate(lines, start=1) if MARK in line]
    assert len(asked) > 8
    for number in asked:
        done = cli("why", f"app.yaml:{number}", "--format", name, cwd=project)
        assert done.returncode == 0
        assert MARK not in done.stdout + done.stderr


def test_a_diff_tells_no_secret_of_a_file(cli: CommandLine, project: pathlib.Path) -> None:
    """What is stale in the file of Secrets is named, and not shown."""
    assert cli("convert", "--with-secrets", "-o", "out/", cwd=project).returncode == 0
    (project / "a.txt").write_text(f"{MARK}-in-a-file-changed")
    done = cli("convert", "--with-secrets", "-o", "out/", "--check", cwd=project)
    assert done.returncode == 1
    assert "secrets.yaml" in done.stderr
    assert MARK not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "environment: {DB_PASSWORD: 's3kr1t${x'}",
        "environment: {DB_PASSWORD: {a: s3kr1t}}",
        "environment: [{DB_PASSWORD: s3kr1t}]",
        "environment: {DB_PASSWORD: 's3kr1t}",
        "environment: {DB_PASSWORD: s3kr1t: b}",
        "env_file: ['https://u:s3kr1t@h/x']",
        "env_file: bad.env",
        "env_file: quoted.env",
        "env_file: template.env",
        "healthcheck: {test: ['-ps3kr1t', ping]}",
        "command: run --password='s3kr1t",
        "command: run -ps3kr1t ${A$}",
        "secrets: [{source: s, value: s3kr1t}]",
        "build: {args: [{TOKEN: s3kr1t}]}",
        "volumes: ['s3kr1t']\n    extends: {file: 'https://u:s3kr1t@h/x', service: y}",
    ],
)
def test_no_error_tells_a_secret(line: str, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """An error names the place, and of what stands there no more than it must."""
    (tmp_path / "compose.yaml").write_text(f"services:\n  web:\n    image: a\n    {line}\n")
    (tmp_path / "bad.env").write_text("DB PASSWORD=s3kr1t\n")
    (tmp_path / "quoted.env").write_text("DB_PASSWORD='s3kr1t\n")
    (tmp_path / "template.env").write_text("DB_PASSWORD=s3kr1t${\n")
    done = cli("convert", "-v", cwd=tmp_path)
    assert done.returncode == 3
    assert re.search(r"(compose\.yaml|\.env):\d+:\d+", done.stderr)
    assert MARK not in done.stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`https://me:s3kr1t@host/x` is no file", "`https://me:***@host/x` is no file"),
        ("https:/me:s3kr1t@host does not exist", "https:/me:***@host does not exist"),
        ("`username=u,password=s3kr1t` is for cifs", "`username=u,password=***` is for cifs"),
        ("API_KEY=s3kr1t; TOKEN:s3kr1t", "API_KEY=***; TOKEN:***"),
        ("Pa\u017f\u017fWord=s3kr1t apikey:s3kr1t", "Pa\u017f\u017fWord=*** apikey:***"),
        ("http://host:80/a@b", "http://host:80/a@b"),
        ("user@host, and a secret: it stays", "user@host, and a secret: it stays"),
        ("`node.labels.a == b`", "`node.labels.a == b`"),
    ],
)
def test_passwords_are_taken_out_of_a_text(text: str, shown: str) -> None:
    """Those of addresses and settings; nothing else is touched."""
    assert without_passwords(text) == shown
