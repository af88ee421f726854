"""The project that tests of a cluster bring up."""

from __future__ import annotations

import pathlib

_PROJECT = """\
name: demo
services:
  web:
    image: web:1
    ports: ["80:80"]
    depends_on: [db]
  db:
    image: db:1
    volumes: [data:/data]
    secrets: [password]
volumes:
  data:
secrets:
  password:
    file: ./password.txt
"""
#: What must not be seen in any output.
PASSWORD = "hunter2-very-secret"


def write_demo(folder: pathlib.Path) -> pathlib.Path:
    """Write a project named demo: a web service, a database with a volume and a secret; returns its file."""
    (folder / "password.txt").write_text(PASSWORD)
    file = folder / "compose.yaml"
    file.write_text(_PROJECT)
    return file
