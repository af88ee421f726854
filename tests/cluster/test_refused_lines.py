"""What a cluster refuses, at the lines that it comes from (UP-103), and what is made again as it cannot be changed."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import pytest
from fakecluster import Fault, failure

from compose2oam.cluster.refusals import Refused
from compose2oam.deploy.refusals import places_of

if TYPE_CHECKING:
    from conftest import CommandLine
    from fakecluster import LiveCluster

WEB: dict[str, Any] = {
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {"template": {"spec": {"containers": [{"name": "web", "image": "x"}, {"name": "side", "image": "y"}]}}},
}
APPLICATION: dict[str, Any] = {
    "kind": "Application",
    "metadata": {"name": "shop"},
    "spec": {
        "components": [
            {"name": "db", "type": "statefulset", "properties": {"image": "db"}},
            {
                "name": "web",
                "type": "webservice",
                "properties": {"ports": [{"port": 1}]},
                "traits": [{"type": "scaler", "properties": {"replicas": 2}}, {"type": "gateway"}],
            },
        ],
        "policies": [{"name": "gc", "type": "garbage-collect"}],
        "workflow": {"steps": [{"name": "all", "type": "deploy"}, {"name": "tell", "type": "notification"}]},
    },
}
WEBHOOK = 'admission webhook "validating.core.oam.dev" denied the request: '
PODS = ("spec", "template", "spec", "containers")
SECOND = ("spec", "components", 1)


def places(manifest: dict[str, Any], said: str, causes: list[tuple[str, str]] | None = None) -> list[Any]:
    details = {"causes": [{"field": field, "message": text} for field, text in causes or ()]}
    answer = failure(422 if causes else 400, "Invalid" if causes else "BadRequest", said, **details)
    return list(places_of(manifest, Refused("PATCH", "/apis/x", "test", 422, "", answer)))


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("spec.replicas", ("spec", "replicas")),
        ("spec.template.spec.containers[1].image", (*PODS, 1, "image")),
        ('spec.template.spec.containers[name="side"].image', (*PODS, 1, "image")),
        ("spec.template.spec.containers[0].ports[0].containerPort", (*PODS, 0, "ports", 0, "containerPort")),
        ("metadata.labels[a.b/c]", ("metadata", "labels", "a.b/c")),
        ("", ()),
    ],
)
def test_the_field_that_is_invalid(field: str, path: tuple[str | int, ...]) -> None:
    """By its number, or by the keys of an item (Kubernetes, Status, details.causes[].field)."""
    assert places(WEB, "web is invalid", [(field, "no good")]) == [(path, f"{field}: no good" if field else "no good")]


def test_all_fields_that_are_invalid() -> None:
    """Each with its own words."""
    found = places(WEB, "web is invalid", [("spec.replicas", "too many"), ("spec.selector", "missing")])
    assert [path for path, _ in found] == [("spec", "replicas"), ("spec", "selector")]


def test_a_value_of_another_type() -> None:
    """The schema of server-side apply names items by their keys, several in one sentence."""
    said = (
        "failed to create typed patch object (x/web; apps/v1, Kind=Deployment): errors: "
        '.spec.template.spec.containers[name="side"].image: expected string, got number '
        ".spec.replicas: expected numeric, got string"
    )
    first, second = places(WEB, said)
    assert first == (
        (*PODS, 1, "image"),
        'spec.template.spec.containers[name="side"].image: expected string, got number',
    )
    assert second == (("spec", "replicas"), "spec.replicas: expected numeric, got string")


@pytest.mark.parametrize(
    ("said", "path", "words"),
    [
        (
            "validation failed for workload web: parameter.ports.0.port: must be positive",
            (*SECOND, "properties", "ports", 0, "port"),
            "web: ports.0.port: must be positive",
        ),
        (
            "validation failed for trait scaler: parameter.replicas: out of bound",
            (*SECOND, "traits", 0, "properties", "replicas"),
            "trait scaler: replicas: out of bound",
        ),
        ("component(web) parse trait(gateway): no such", (*SECOND, "traits", 1, "type"), "no such"),
        ("cannot find type of db: statefulset", ("spec", "components", 0, "type"), "type of db"),
        ("cannot find type of gc: nix", ("spec", "policies", 0, "type"), "type of gc"),
        ("workflow step definition notification: nix", ("spec", "workflow", "steps", 1, "type"), "notification"),
        ('invalid "components[1].properties.image": empty', (*SECOND, "properties", "image"), "empty"),
        ("a sentence that names nothing", None, ""),
    ],
)
def test_what_the_webhook_of_kubevela_names(said: str, path: tuple[str | int, ...] | None, words: str) -> None:
    """A parameter, a type, a step: each at its place in the application, without the frame around the reason."""
    found = places(APPLICATION, WEBHOOK + said)
    if path is None:
        assert not found
        return
    ((place, text),) = found
    assert place == path
    assert words in text
    assert "admission webhook" not in text


def test_what_is_refused_stands_at_its_line(live: LiveCluster, cli: CommandLine, project: pathlib.Path) -> None:
    """With the file, the line and the column of the project, and the exit code of a cluster that refuses."""
    causes = [{"field": "spec.template.spec.containers[0].image", "message": "Invalid value"}]
    body = failure(422, "Invalid", "web is invalid", causes=causes)
    live.faults.append(Fault("PATCH", "/deployments/web", 422, 9, body))
    done = cli("up", "--target", "kubernetes", cwd=project.parent)
    assert done.returncode == 5
    assert "compose.yaml:4:5: error: the cluster refuses the Deployment web: " in done.stderr
    assert "[UP-103]" in done.stderr


def test_what_cannot_be_changed_is_made_again(live: LiveCluster, cli: CommandLine, project: pathlib.Path) -> None:
    """Where it holds no data; with a dry run that is said, and nothing goes."""

    def up(*more: str) -> Any:
        return cli("up", "-d", "--target", "kubernetes", *more, cwd=project.parent)

    assert up().returncode == 0
    project.write_text(project.read_text().replace("web:1", "web:2"))
    fixed = failure(422, "Invalid", "Deployment web is invalid: spec.selector: Invalid value: field is immutable")
    live.faults.append(Fault("PATCH", "/deployments/web", 422, 1, fixed))
    tried = up("--dry-run", "server")
    assert "Deployment web replaced (dry run)" in tried.stderr
    assert ("DELETE", "/apis/apps/v1/namespaces/demo/deployments/web") not in live.requests
    live.faults.append(Fault("PATCH", "/deployments/web", 422, 1, fixed))
    done = up()
    assert done.returncode == 0, done.stderr
    assert "Deployment web replaced" in done.stderr
    assert ("DELETE", "/apis/apps/v1/namespaces/demo/deployments/web") in live.requests
    # A claim holds data: it is never made again.
    live.faults.append(Fault("PATCH", "/persistentvolumeclaims/", 422, 1, fixed))
    done = up("--volume-size", "5Gi")
    assert done.returncode == 5
    assert "field is immutable" in done.stderr
    assert not [path for method, path in live.requests if method == "DELETE" and "persistentvolumeclaims" in path]


def test_a_cluster_without_any_runtime(live: LiveCluster, cli: CommandLine, project: pathlib.Path) -> None:
    """How to install one is said, and what works without."""
    del live.has["/apis/core.oam.dev/v1beta1"]
    done = cli("up", cwd=project.parent)
    assert done.returncode == 5
    assert "vela install" in done.stderr
    assert "helm install kubevela" in done.stderr
    assert "or take --target kubernetes, which needs no runtime" in done.stderr
    assert not live.sent
