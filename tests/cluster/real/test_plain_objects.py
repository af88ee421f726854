"""The life of a project as plain objects, with nothing in the cluster but Kubernetes itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from demo import PASSWORD
from place import APPS, BATCH, Place, eventually

if TYPE_CHECKING:
    from conftest import CommandLine
    from realcluster import ControlPlane

STORED = (
    ("secrets", "/api/v1"), ("configmaps", "/api/v1"), ("services", "/api/v1"), ("persistentvolumeclaims", "/api/v1"),
    ("deployments", APPS), ("statefulsets", APPS), ("jobs", BATCH),
)  # fmt: skip


@pytest.fixture
def plain(plane: ControlPlane, cli: CommandLine, bare: Place) -> Place:
    """A namespace where `up` writes plain objects."""
    found = Plain(plane, cli, bare.folder)
    found.name = bare.name
    return found


class Plain(Place):
    """A place whose `up` and `diff` are for plain objects."""

    def run(self, *arguments: str, **options: Any) -> Any:
        """Run a command in this namespace."""
        target = ("--target", "kubernetes") if arguments[0] in {"up", "diff"} else ()
        return super().run(*arguments, *target, **options)


def test_up_and_again_and_down(plain: Place) -> None:
    """Workloads come up; the same again writes nothing; down keeps the volume, and up finds it."""
    done = plain.up()
    assert plain.names("deployments", APPS) | plain.names("statefulsets", APPS) == {"web", "db"}
    assert PASSWORD not in done.stderr
    before = {name: at for name, at in plain.versions(*STORED).items() if "configmaps" not in name}
    again = plain.up()
    assert "nothing to change" in again.stderr
    assert {name: at for name, at in plain.versions(*STORED).items() if "configmaps" not in name} == before
    claim = plain.get("persistentvolumeclaims", "data")["metadata"]["uid"]
    done = plain.run("down", "-p", "demo", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    assert "kept the volumes data" in done.stderr
    for plural, group in (("deployments", APPS), ("statefulsets", APPS), ("secrets", "/api/v1")):
        assert not plain.names(plural, group)
    plain.up()
    assert plain.get("persistentvolumeclaims", "data")["metadata"]["uid"] == claim


def test_what_the_server_leaves_out_is_no_change(plain: Place) -> None:
    """A zero, such as the delay of a health check, is not stored, and is not sent again for that."""
    plain.edit("image: db:1", "image: db:1\n    healthcheck: {test: [CMD, /ping], start_period: 0s}")
    plain.up()
    assert "nothing to change" in plain.up().stderr


def test_down_with_volumes(plain: Place) -> None:
    """Nothing of the project stays."""
    plain.up()
    done = plain.run("down", "-p", "demo", "-v", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    eventually(lambda: not plain.names("persistentvolumeclaims"))
    assert plain.names("configmaps") <= {"kube-root-ca.crt"}


def test_a_change_is_followed(plain: Place) -> None:
    """Only the changed workload gets another version, and its new pods are waited for."""
    plain.up()
    before = plain.get("statefulsets", "db", APPS)["metadata"]["generation"]
    plain.edit("web:1", "web:2")
    done = plain.up()
    assert "Deployment web changed" in done.stderr
    assert "Secret demo-password unchanged" in done.stderr
    assert plain.get("statefulsets", "db", APPS)["metadata"]["generation"] == before
    rows = plain.data("ps", "-p", "demo", "web")
    assert {row["image"] for row in rows} == {"web:2"}


def test_a_service_that_left(plain: Place) -> None:
    """It stays until --prune, which never takes a volume."""
    plain.up()
    text = (plain.folder / "compose.yaml").read_text().replace("    depends_on: [db]\n", "")
    plain.write(text[: text.index("  db:")])
    plain.up()
    assert plain.names("statefulsets", APPS) == {"db"}
    done = plain.up("--prune")
    assert "StatefulSet db deleted" in done.stderr
    assert not plain.names("statefulsets", APPS)
    assert plain.names("persistentvolumeclaims") == {"data"}


def test_a_field_of_another_manager(plain: Place) -> None:
    """A conflict names manager and field; --force-conflicts takes it over."""
    plain.up("-d")
    change = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:9"}]}}}}
    path = f"{plain.path('deployments', APPS)}/web"
    how = {"fieldManager": "image-bot", "force": "true"}
    manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, **change}
    plain.cluster.request("PATCH", path, how, manifest, content_type="application/apply-patch+yaml")
    plain.edit("web:1", "web:2")
    done = plain.run("up", "-d")
    assert done.returncode == 5
    assert "image-bot owns" in done.stderr
    assert plain.run("up", "-d", "--force-conflicts").returncode == 0
    (container,) = plain.get("deployments", "web", APPS)["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "web:2"


def test_a_deployment_of_somebody_else(plain: Place) -> None:
    """It is left alone, and nothing is sent."""
    plain.make_namespace()
    labels = {"app": "theirs"}
    theirs = {
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 1, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "old:1"}]}},
        },
    }  # fmt: skip
    plain.make("deployments", theirs, APPS, "helm")
    done = plain.run("up", "-d")
    assert done.returncode == 5
    assert "Deployment web is there already, and was made by helm" in done.stderr
    assert not plain.names("secrets")


@pytest.mark.parametrize("command", ["ps", "status --tree", "images", "events", "port web", "ls"])
def test_commands_find_it_by_its_name(plain: Place, command: str) -> None:
    """Whatever the target was, and with no Compose file."""
    plain.up()
    (plain.folder / "compose.yaml").unlink()
    name, *more = command.split()
    done = plain.run(name, *(() if name == "ls" else ("-p", "demo")), *more)
    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout or "demo" in done.stdout


def test_scale_stop_start_restart(plain: Place) -> None:
    """The numbers of plain workloads are changed, and the next up takes them back."""
    plain.up()
    assert plain.run("scale", "-p", "demo", "web=2", "--timeout", "60s").returncode == 0
    eventually(lambda: len(plain.pods("web")) == 2)
    assert plain.run("stop", "-p", "demo", "web", "--timeout", "60s").returncode == 0
    eventually(lambda: not plain.pods("web"))
    assert plain.run("start", "-p", "demo", "web", "--timeout", "60s").returncode == 0
    eventually(lambda: len(plain.pods("web")) == 2)
    first = {pod["metadata"]["uid"] for pod in plain.pods("web")}
    assert plain.run("restart", "-p", "demo", "web", "--timeout", "60s").returncode == 0
    eventually(lambda: not first & {pod["metadata"]["uid"] for pod in plain.pods("web")})
    plain.up()
    eventually(lambda: len(plain.pods("web")) == 1)


def test_diff(plain: Place) -> None:
    """0 when there is none; 1 and the words of Compose when there is one."""
    plain.up()
    done = plain.run("diff")
    assert done.returncode == 0, done.stdout + done.stderr
    plain.edit("web:1", "web:2")
    done = plain.run("diff")
    assert done.returncode == 1
    assert "web: image web:1 → web:2" in done.stdout


def test_rollback_of_one_service(plain: Place) -> None:
    """Kubernetes keeps the revisions of each workload."""
    plain.up()
    plain.edit("web:1", "web:2")
    plain.up()
    done = plain.run("rollback", "-p", "demo", "--service", "web", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    images = lambda: {pod["spec"]["containers"][0]["image"] for pod in plain.pods("web")}  # noqa: E731
    eventually(lambda: images() == {"web:1"})


def test_what_fails_is_told_at_its_line(plain: Place, simulated: None) -> None:
    """As with a runtime in between."""
    plain.edit("image: web:1", "image: missing:1")
    done = plain.run("up", "--timeout", "60s")
    assert done.returncode == 6
    assert "error: web: ImagePullBackOff" in done.stderr
    assert "at services.web.image" in done.stderr


@pytest.mark.parametrize("image", ["web:1", "db:1"])
def test_a_wrong_image_that_is_put_right(plain: Place, simulated: None, image: str) -> None:
    """A StatefulSet too goes on, which by itself would wait for the broken pod for ever."""
    plain.edit(f"image: {image}", "image: missing:1")
    assert plain.run("up", "--timeout", "60s").returncode == 6
    plain.edit("image: missing:1", f"image: {image}")
    done = plain.run("up", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    assert ("Pod db-0 deleted: it was from before the change" in done.stderr) is (image == "db:1")


def test_exec_and_logs(plain: Place, simulated: None) -> None:
    """Streams do not care for the target."""
    plain.up()
    assert plain.finish("exec", "-p", "demo", "web", "echo", "hello")[1] == "hello\n"
    assert "web begins" in plain.run("logs", "-p", "demo", "web").stdout


def test_a_dry_run_of_the_server(plain: Place) -> None:
    """Schemas and policies are asked, and nothing is stored."""
    plain.make_namespace()
    done = plain.run("up", "--dry-run", "server")
    assert done.returncode == 0, done.stderr
    assert not plain.names("deployments", APPS)
    assert not plain.names("secrets")


def test_status_as_data(plain: Place) -> None:
    """Healthy as a whole, with each service."""
    plain.up()
    picture = json.loads(plain.run("status", "-p", "demo", "--format", "json").stdout)
    assert picture["healthy"] is True
    assert {item["service"]: item["phase"] for item in picture["services"]} == {"web": "healthy", "db": "healthy"}
