"""Projects that mean harm: bounded in time and memory, and refused with a clear error."""

from __future__ import annotations

import os
import pathlib
import time
from typing import TYPE_CHECKING

import pytest

from compose2oam.errors import ComposeError

if TYPE_CHECKING:
    from conftest import Loading


def refusal(caught: pytest.ExceptionInfo[ComposeError]) -> str:
    """Return the code of the first finding."""
    return caught.value.diagnostics[0].code


def test_a_chain_of_extends(loading: Loading) -> None:
    """A long chain is followed, an endless one is refused before the stack is used up."""

    def chain(length: int) -> str:
        links = "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(length))
        return f"services:\n{links}  s{length}: {{image: a}}\n"

    assert loading(chain(100)).tree["services"]["s0"]["image"] == "a"
    with pytest.raises(ComposeError) as caught:
        loading(chain(2000))
    assert refusal(caught) == "CF-304"


def test_files_that_include_one_another_without_end(loading: Loading) -> None:
    """A chain of includes is refused before the stack is used up."""
    files = {f"{n}.yaml": f"include: [{n + 1}.yaml]\n" for n in range(300)} | {"300.yaml": "services: {}\n"}
    with pytest.raises(ComposeError) as caught:
        loading("include: [0.yaml]\n", files)
    assert refusal(caught) == "CF-301"


def test_a_long_chain_of_dependencies(loading: Loading) -> None:
    """A thousand services that depend on one another in a row are no problem, and neither is their circle."""
    lines = "".join(f"  s{n}: {{image: a, depends_on: [s{n + 1}]}}\n" for n in range(1000))
    project = loading(f"services:\n{lines}  s1000: {{image: a}}\n")
    assert len(project.tree["services"]) == 1001
    with pytest.raises(ComposeError) as caught:
        loading(f"services:\n{lines}  s1000: {{image: a, depends_on: [s0]}}\n")
    assert refusal(caught) == "CF-502"


def test_includes_that_double_at_every_step_are_read_once_each(loading: Loading) -> None:
    """Twenty files that each include the next one twice would be a million; each is loaded once."""
    files = {f"{n}.yaml": f"include: [{n + 1}.yaml, {n + 1}.yaml]\n" for n in range(20)}
    files["20.yaml"] = "services: {web: {image: a}}\n"
    start = time.monotonic()
    project = loading("include: [0.yaml]\n", files)
    assert list(project.tree["services"]) == ["web"]
    assert time.monotonic() - start < 20


def test_a_symbolic_link_into_itself(loading: Loading) -> None:
    """A link that leads to itself is a file that cannot be read."""
    pathlib.Path("loop.yaml").symlink_to("loop.yaml")
    for compose in ("include: [loop.yaml]\n", "services: {web: {extends: {file: loop.yaml, service: a}}}\n"):
        with pytest.raises(ComposeError) as caught:
            loading(compose)
        assert refusal(caught) == "CF-100"


@pytest.mark.skipif(not pathlib.Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_an_env_file_without_end(loading: Loading) -> None:
    """A device that never ends is not read at all."""
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a, env_file: /dev/zero}}\n")
    assert refusal(caught) == "CF-100"


@pytest.mark.parametrize("name", ["../../etc", "a/b", "A", "", "-a", "a b", "a\nb"])
def test_a_project_name_that_leads_elsewhere(loading: Loading, name: str) -> None:
    """A name is letters, digits, hyphens and underscores, and nothing that a path could be made of."""
    if not name:
        assert loading("services: {web: {image: a}}\n", project_name=name).name == "demo"
        return
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a}}\n", project_name=name)
    assert refusal(caught) == "CF-206"


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_a_file_that_may_not_be_read(loading: Loading) -> None:
    """A file without permission is named with the place that names it."""
    pathlib.Path("secret.env").write_text("A=1\n")
    pathlib.Path("secret.env").chmod(0)
    with pytest.raises(ComposeError) as caught:
        loading("services:\n  web:\n    image: a\n    env_file: secret.env\n")
    assert str(caught.value.diagnostics[0].position) == "compose.yaml:4:5"


def test_nothing_is_fetched(loading: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    """A remote resource is refused before any connection is tried."""
    import socket

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", never)
    for remote in (
        "https://example.com/a.git",
        "git@example.com:a/b.git",
        "oci://example.com/a",
        "ssh://example.com/a",
    ):
        with pytest.raises(ComposeError) as caught:
            loading(f"include: ['{remote}']\n")
        assert refusal(caught) == "CF-302"
