"""Reading a cluster, and what a person is told when it cannot be read."""

from __future__ import annotations

import json
import pathlib
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml

from compose2oam.cluster.client import Cluster, written
from compose2oam.errors import ClusterError

if TYPE_CHECKING:
    from conftest import FakeCluster


def test_objects_come_page_by_page(cluster: FakeCluster) -> None:
    """A long list is read whole."""
    cluster.resources("a.x", "b.x", "c.x", "d.x", "e.x")
    items = Cluster().items("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
    assert items is not None
    assert [item["metadata"]["name"] for item in items] == ["a.x", "b.x", "c.x", "d.x", "e.x"]


def test_what_is_not_there_is_nothing(cluster: FakeCluster) -> None:
    """A path that the API does not know is no error."""
    assert Cluster().get("/apis/nothing") is None
    assert Cluster().items("/apis/nothing") is None


def test_the_token_of_the_context_is_sent(cluster: FakeCluster) -> None:
    """A cluster that wants to know who asks is told."""
    cluster.token = "let-me-in"
    assert Cluster().get("/version") == {"gitVersion": "v1.31.0"}


def test_the_context_that_is_named_is_used(cluster: FakeCluster) -> None:
    """``--context`` goes before the current one, ``--kubeconfig`` before the environment."""
    assert Cluster().context == "test"
    assert Cluster("other").context == "other"
    assert Cluster("other", cluster.kubeconfig).context == "other"


def test_a_context_that_is_not_there(cluster: FakeCluster) -> None:
    """The message names those that are."""
    with pytest.raises(ClusterError, match="has no context prod; it has test, other"):
        Cluster("prod")


def test_no_kubeconfig(tmp_path: pathlib.Path) -> None:
    """The message names the file."""
    with pytest.raises(ClusterError, match="nothing-here names no cluster"):
        Cluster("", str(tmp_path / "nothing-here"))


@pytest.mark.parametrize("text", ["a: [", "- 1\n", "x", "{contexts: 3}", "{contexts: [{}]}"])
def test_a_file_that_is_no_kubeconfig(tmp_path: pathlib.Path, text: str) -> None:
    """Whatever stands in it, the message names the file."""
    (tmp_path / "config").write_text(text)
    with pytest.raises(ClusterError, match=r"config (names no cluster|cannot be read)"):
        Cluster("", str(tmp_path / "config"))


def test_a_cluster_that_is_away(tmp_path: pathlib.Path, kubeconfig: Callable[[pathlib.Path, str], None]) -> None:
    """The message names context and address, and comes at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    kubeconfig(tmp_path / "config", address)
    with pytest.raises(ClusterError, match=f"the context test does not answer at {address}") as caught:
        Cluster("", str(tmp_path / "config")).get("/version")
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "it does not know you: log in again"),
        (403, "you may not read /version: ask for the right to"),
        (500, "500 Internal Server Error"),
    ],
)
def test_a_cluster_that_refuses(cluster: FakeCluster, status: int, message: str) -> None:
    """Each refusal says what to do."""
    cluster.has["/version"] = status
    with pytest.raises(ClusterError, match=message):
        Cluster().get("/version")


def test_an_address_that_is_no_cluster(cluster: FakeCluster) -> None:
    """A page of a proxy is no object."""
    cluster.has["/version"] = b"<html>log in</html>"
    with pytest.raises(ClusterError, match="is no Kubernetes API"):
        Cluster().get("/version")


@pytest.mark.parametrize(
    "text",
    ["plain", "\u00fc\u4e2d", "\U0001f433 and \U0001f9d1\u200d\U0001f4bb",
     r"\ud83d\udc33", "\\\U0001f433", "\\\\ud83d\U0001f433", "\x7f\x85\u2028\ufeff\ufffe", "\"\\\n\t\0"],
)  # fmt: skip
def test_what_is_sent_is_the_same_as_json_and_as_yaml(text: str) -> None:
    """A server reads what is applied as YAML, which has no surrogate pairs."""
    sent = written({"data": {text: [text]}})
    assert json.loads(sent) == {"data": {text: [text]}}
    assert yaml.safe_load(sent) == {"data": {text: [text]}}


def test_the_client_is_imported_only_when_a_cluster_is_read() -> None:
    """It takes longer to import than most conversions take."""
    program = "import sys, compose2oam.cli, compose2oam.capabilities, compose2oam.cluster.client as c\n"
    program += "print('kubernetes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
