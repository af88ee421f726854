"""``compose2oam import`` as a user calls it."""

from __future__ import annotations

import json
import os
import pathlib
import stat
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: demo}
spec:
  components:
  - name: web
    type: webservice
    properties:
      image: nginx:1
      ports: [{port: 80, expose: true}]
      volumeMounts:
        secret: [{name: secret-pw, mountPath: /run/secrets/pw, subPath: pw, secretName: demo-pw, defaultMode: 292}]
---
apiVersion: v1
kind: Secret
metadata: {name: demo-pw}
stringData: {pw: hunter2}
"""
LOSS = """
---
apiVersion: v1
kind: Namespace
metadata: {name: demo}
"""


@pytest.fixture
def app(tmp_path: pathlib.Path) -> pathlib.Path:
    """A file with an application and its Secret."""
    path = tmp_path / "app.yaml"
    path.write_text(APPLICATION, encoding="utf-8")
    return path


def test_it_prints_a_compose_file_and_says_what_became_of_the_fields(app: pathlib.Path, cli: CommandLine) -> None:
    """The Compose file goes to standard output, without the value of a secret; the rest to standard error."""
    done = cli("import", app)
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout)["services"]["web"]["expose"] == ["80"]
    assert "hunter2" not in done.stdout + done.stderr
    assert "put the values of the secrets into ./secrets/pw" in done.stderr
    assert "translated" in done.stderr.splitlines()[-2]


def test_secrets_are_written_for_their_owner_alone_and_only_on_request(
    app: pathlib.Path, cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """``--with-secrets`` writes each value to the file that the project names."""
    assert cli("import", app, "-o", f"{tmp_path}/without/").returncode == 0
    assert [path.name for path in (tmp_path / "without").iterdir()] == ["compose.yaml"]
    done = cli("import", app, "-o", f"{tmp_path}/with/", "--with-secrets")
    assert done.returncode == 0, done.stderr
    value = tmp_path / "with" / "secrets" / "pw"
    assert value.read_text(encoding="utf-8") == "hunter2"
    if os.name == "posix":
        assert stat.S_IMODE(value.stat().st_mode) == 0o600
    assert cli("import", app, "--with-secrets").returncode == 2


def test_files_of_the_user_are_not_overwritten(app: pathlib.Path, cli: CommandLine, tmp_path: pathlib.Path) -> None:
    """A file that stands where another would be written, with other content, stops the command before it writes."""
    (tmp_path / "out" / "secrets").mkdir(parents=True)
    (tmp_path / "out" / "secrets" / "pw").write_text("mine", encoding="utf-8")
    done = cli("import", app, "-o", f"{tmp_path}/out/", "--with-secrets")
    assert done.returncode == 2
    assert "not overwritten" in done.stderr
    assert not (tmp_path / "out" / "compose.yaml").exists()
    assert (tmp_path / "out" / "secrets" / "pw").read_text(encoding="utf-8") == "mine"


def test_strict_refuses_losses_and_the_report_lists_them(
    app: pathlib.Path, cli: CommandLine, tmp_path: pathlib.Path
) -> None:
    """A manifest without a place is a loss: a warning as it is, exit code 4 with ``--strict``."""
    app.write_text(APPLICATION + LOSS, encoding="utf-8")
    report = tmp_path / "r.json"
    done = cli("import", app, "-o", f"{tmp_path}/out/", "--report", report)
    assert done.returncode == 0, done.stderr
    outcomes = {entry["path"]: entry["outcome"] for entry in json.loads(report.read_text(encoding="utf-8"))["entries"]}
    assert outcomes["Namespace.demo.metadata.name"] == "dropped"
    assert outcomes["spec.components[0].properties.image"] == "translated"
    refused = cli("import", app, "-o", f"{tmp_path}/strict/", "--strict")
    assert refused.returncode == 4
    assert not (tmp_path / "strict").exists()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("a: [", 3, "app.yaml"),
        ("services: {}", 3, "found none"),
        ("- 1", 3, "expected manifests"),
        ("", 3, "found none"),
    ],
)
def test_what_cannot_be_imported(app: pathlib.Path, cli: CommandLine, text: str, code: int, message: str) -> None:
    """One clear line, never a traceback."""
    app.write_text(text, encoding="utf-8")
    done = cli("import", app)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_input(app: pathlib.Path, cli: CommandLine) -> None:
    """``-`` reads it."""
    done = cli("import", "-", stdin=APPLICATION)
    assert done.returncode == 0, done.stderr
    assert done.stdout == cli("import", app).stdout
