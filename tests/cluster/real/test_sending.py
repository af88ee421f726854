"""What `up` and `down` store in a real API server, and what it refuses, by quota, policy or schema."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from demo import PASSWORD
from place import APPS, BATCH, eventually

if TYPE_CHECKING:
    from oamruntime import Runtime
    from place import Place

OAM = "/apis/core.oam.dev/v1beta1"
ADMISSION = "/apis/admissionregistration.k8s.io/v1"
STORED = (
    ("applications", OAM), ("secrets", "/api/v1"), ("configmaps", "/api/v1"), ("services", "/api/v1"),
    ("persistentvolumeclaims", "/api/v1"), ("deployments", APPS), ("statefulsets", APPS), ("jobs", BATCH),
)  # fmt: skip
MERGE = "application/merge-patch+json"


def settled(place: Place) -> dict[str, str]:
    """The versions of all objects when nothing moves any more."""
    seen: list[dict[str, str]] = []

    def still() -> bool:
        seen.append(place.versions(*STORED))
        return len(seen) > 8 and all(one == seen[-1] for one in seen[-8:])

    eventually(still)
    return seen[-1]


def test_the_same_again_writes_nothing(place: Place) -> None:
    """Not one object has another version afterwards."""
    place.up()
    before = settled(place)
    done = place.up()
    assert "nothing to change" in done.stderr
    assert settled(place) == before


def test_a_change_touches_what_it_is_about(place: Place) -> None:
    """Another image of web leaves secrets and claims alone, and db has the same pods as before."""
    place.up()
    before, pods = settled(place), {pod["metadata"]["uid"] for pod in place.pods("db")}
    generation = place.get("statefulsets", "db", APPS)["metadata"]["generation"]
    place.edit("web:1", "web:2")
    place.up()
    after = settled(place)
    changed = {name for name in before if after.get(name) != before[name]}
    assert {"applications/demo", "deployments/web"} <= changed
    assert not changed & {"secrets/demo-password", "persistentvolumeclaims/data"}
    assert place.get("statefulsets", "db", APPS)["metadata"]["generation"] == generation
    assert {pod["metadata"]["uid"] for pod in place.pods("db")} == pods


def test_a_changed_secret_is_the_only_change(place: Place) -> None:
    """The application stays as it is."""
    place.up("-d")
    version = place.version()
    (place.folder / "password.txt").write_text("another-very-secret")
    done = place.up("-d")
    assert "Secret demo-password changed" in done.stderr
    assert place.version() == version
    assert "another-very-secret" not in done.stderr


def test_who_set_a_field_is_known(place: Place) -> None:
    """All that `up` sends has our field manager, by server-side apply."""
    place.up("-d")
    for plural, name, group in (("applications", "demo", OAM), ("secrets", "demo-password", "/api/v1")):
        fields = place.get(plural, name, group)["metadata"]["managedFields"]
        assert ("compose2oam", "Apply") in {(one["manager"], one["operation"]) for one in fields}


def test_a_secret_that_somebody_changed(place: Place) -> None:
    """A conflict names them, nothing is changed back unasked, and --force-conflicts does it."""
    place.up("-d")
    path = f"{place.path('secrets')}/demo-password"
    theirs = {"data": {"password": "dGhlaXJz"}}
    place.cluster.request("PATCH", path, {"fieldManager": "vault-sync"}, theirs, content_type=MERGE)
    (place.folder / "password.txt").write_text("another-very-secret")
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert "vault-sync owns .data.password" in done.stderr
    assert place.get("secrets", "demo-password")["data"] == theirs["data"]
    assert place.run("up", "-d", "--force-conflicts").returncode == 0
    assert place.get("secrets", "demo-password")["data"] != theirs["data"]


def test_a_secret_of_somebody_else(place: Place) -> None:
    """It is left alone and nothing is sent at all, until --adopt."""
    place.make_namespace()
    place.make(
        "secrets", {"metadata": {"name": "demo-password"}, "data": {"password": "dGhlaXJz"}}, manager="terraform"
    )
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert "Secret demo-password is there already, and was made by terraform" in done.stderr
    assert place.version() == ""
    assert place.run("up", "-d", "--adopt").returncode == 0
    assert place.get("secrets", "demo-password")["data"]["password"] != "dGhlaXJz"


def test_two_projects_in_one_namespace(place: Place) -> None:
    """Each has its own, and the end of one is not that of the other."""
    place.up()
    other = place.folder / "other.yaml"
    other.write_text('name: other\nservices:\n  api: {image: "api:1"}\n')
    assert place.run("up", "-f", "other.yaml", "--timeout", "60s").returncode == 0
    assert place.names("applications", OAM) == {"demo", "other"}
    assert place.run("down", "-p", "other", "--timeout", "60s").returncode == 0
    assert place.names("applications", OAM) == {"demo"}
    assert place.names("secrets") == {"demo-password"}


def test_a_dry_run_of_the_client_needs_no_cluster(bare: Place) -> None:
    """Nothing is asked, so nothing has to be there."""
    bare.kubeconfig = "/nowhere/kubeconfig"
    done = bare.run("up", "--dry-run", "client")
    assert done.returncode == 0, done.stderr
    assert "Application demo would be applied" in done.stderr


def test_a_dry_run_of_the_server_stores_nothing(place: Place) -> None:
    """Neither in a namespace that is there nor one that is not."""
    done = place.run("up", "--dry-run", "server")
    assert done.returncode == 5
    assert f"the namespace {place.name} is not there yet" in done.stderr
    assert place.cluster.get(f"/api/v1/namespaces/{place.name}") is None
    place.make_namespace()
    done = place.run("up", "--dry-run", "server")
    assert done.returncode == 0, done.stderr
    assert place.version() == ""
    assert not place.names("secrets")


def test_down_keeps_the_volume_and_up_finds_it(place: Place) -> None:
    """The claim is the same object afterwards."""
    place.up()
    claim = place.get("persistentvolumeclaims", "data")["metadata"]["uid"]
    done = place.run("down", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    assert "kept the volumes data" in done.stderr
    place.up()
    assert place.get("persistentvolumeclaims", "data")["metadata"]["uid"] == claim


def test_down_twice(place: Place) -> None:
    """What is down is no error, and volumes can still be taken away later."""
    place.up()
    assert place.run("down", "--timeout", "60s").returncode == 0
    assert place.run("down", "--timeout", "60s").returncode == 0
    assert place.names("persistentvolumeclaims") == {"data"}
    done = place.run("down", "-v", "--timeout", "60s")
    assert done.returncode == 0, done.stderr
    eventually(lambda: not place.names("persistentvolumeclaims"))


def test_an_application_that_does_not_go(place: Place, runtime: Runtime | None) -> None:
    """`down` says what it waits for."""
    if runtime is None:
        pytest.skip("a real runtime is not stopped for this")
    place.up()
    runtime.asleep.set()
    done = place.run("down", "--timeout", "3s")
    assert done.returncode == 6
    assert "app.oam.dev/resource-tracker-finalizer" in done.stderr
    runtime.asleep.clear()
    assert place.run("down", "--timeout", "60s").returncode == 0


def test_a_runtime_that_is_not_there(place: Place, runtime: Runtime | None) -> None:
    """The application is stored, and nobody takes it up: the time is over."""
    if runtime is None:
        pytest.skip("a real runtime is not stopped for this")
    runtime.asleep.set()
    done = place.run("up", "--timeout", "3s")
    assert done.returncode == 6
    assert "waiting" in done.stderr or "not taken up" in done.stderr
    assert place.version()


def test_a_namespace_that_is_about_to_go(place: Place) -> None:
    """The error says to wait; nothing is sent there."""
    place.make_namespace()
    keeper = {"metadata": {"name": "keeper", "finalizers": ["compose2oam.io/tests"]}}
    place.make("configmaps", keeper)
    try:
        place.cluster.request("DELETE", f"/api/v1/namespaces/{place.name}")
        done = place.run("up", "-d")
        assert done.returncode == 5
        assert f"the namespace {place.name} is being deleted" in done.stderr
    finally:
        change = {"metadata": {"finalizers": None}}
        place.cluster.request("PATCH", f"{place.path('configmaps')}/keeper", {}, change, content_type=MERGE)
    eventually(lambda: place.cluster.get(f"/api/v1/namespaces/{place.name}") is None)


def test_a_quota(place: Place) -> None:
    """The server's own words say what is used up."""
    place.make_namespace()
    place.make("resourcequotas", {"metadata": {"name": "few"}, "spec": {"hard": {"secrets": "0"}}})
    eventually(lambda: place.get("resourcequotas", "few").get("status", {}).get("hard"))
    done = place.run("up", "-d")
    assert done.returncode == 5
    assert "exceeded quota: few" in done.stderr
    assert "ask for the right" not in done.stderr
    assert place.version() == ""


def test_a_quota_of_pods(place: Place) -> None:
    """What the workload may not make is the service's trouble."""
    place.make_namespace()
    place.make("resourcequotas", {"metadata": {"name": "few"}, "spec": {"hard": {"pods": "1"}}})
    eventually(lambda: place.get("resourcequotas", "few").get("status", {}).get("hard"))
    done = place.run("up", "--timeout", "10s")
    assert done.returncode == 6
    assert "web" in done.stderr
    assert "exceeded quota" in done.stderr


def policy(place: Place, kinds: tuple[str, str, str], expression: str, message: str) -> str:
    """Let the API server refuse what does not fulfil an expression, in this namespace; returns the policy's path."""
    group, version, resource = kinds
    rule = {"apiGroups": [group], "apiVersions": [version], "operations": ["CREATE", "UPDATE"], "resources": [resource]}
    made: dict[str, Any] = {
        "apiVersion": ADMISSION[6:], "kind": "ValidatingAdmissionPolicy", "metadata": {"name": place.name},
        "spec": {
            "failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": expression, "message": message}],
        },
    }  # fmt: skip
    place.cluster.request("POST", f"{ADMISSION}/validatingadmissionpolicies", body=made)
    selector = {"matchLabels": {"kubernetes.io/metadata.name": place.name}}
    binding = {
        "apiVersion": ADMISSION[6:], "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": place.name},
        "spec": {
            "policyName": place.name, "validationActions": ["Deny"],
            "matchResources": {"namespaceSelector": selector},
        },
    }  # fmt: skip
    place.cluster.request("POST", f"{ADMISSION}/validatingadmissionpolicybindings", body=binding)
    return f"{ADMISSION}/validatingadmissionpolicies/{place.name}"


def test_a_policy_of_the_cluster_refuses(place: Place) -> None:
    """Its message is told, once, and nothing is left half done that the next up cannot finish."""
    place.make_namespace()
    path = policy(place, ("core.oam.dev", "v1beta1", "applications"), "false", "no applications on Fridays")
    try:
        refused = lambda: place.run("up", "-d", "--dry-run", "server").returncode == 5  # noqa: E731
        eventually(refused)
        done = place.run("up", "-d")
        assert done.returncode == 5
        assert done.stderr.count("no applications on Fridays") == 1
        assert PASSWORD not in done.stderr
    finally:
        place.cluster.request("DELETE", path)
        place.cluster.request("DELETE", path.replace("policies", "policybindings"))
    eventually(lambda: place.run("up", "-d").returncode == 0)


def test_a_workload_that_the_cluster_refuses(place: Place, runtime: Runtime | None) -> None:
    """The runtime could not make it: the step, and why."""
    place.make_namespace()
    expression = "!object.spec.template.spec.containers.exists(c, c.image == 'web:1')"
    path = policy(place, ("apps", "v1", "deployments"), expression, "web:1 is forbidden here")
    probe = {
        "metadata": {"name": "probe"},
        "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {
                "metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]},
            },
        },
    }  # fmt: skip
    from compose2oam.cluster.client import Refused

    def refused() -> bool:
        try:
            place.cluster.request("POST", place.path("deployments", APPS), {"dryRun": "All"}, probe)
        except Refused:
            return True
        return False

    try:
        eventually(refused)
        done = place.run("up", "--timeout", "30s")
        assert done.returncode == 6
        assert "web:1 is forbidden here" in done.stderr
    finally:
        place.cluster.request("DELETE", path)
        place.cluster.request("DELETE", path.replace("policies", "policybindings"))


def test_a_definition_that_is_missing(place: Place) -> None:
    """A type that the cluster does not know is an error at its line, before anything is sent."""
    place.edit("  web:\n", "  web:\n    x-oam: {traits: [{type: no-such-trait, properties: {}}]}\n")
    done = place.run("up", "-d")
    assert done.returncode == 3
    assert "no-such-trait" in done.stderr
    assert "compose.yaml:4" in done.stderr
    assert place.cluster.get(f"/api/v1/namespaces/{place.name}") is None


def test_a_definition_of_this_namespace_counts(place: Place) -> None:
    """What the cluster has is what counts, not what ships with us."""
    place.make_namespace()
    place.edit("  web:\n", "  web:\n    x-oam: {traits: [{type: our-own, properties: {}}]}\n")
    assert place.run("up", "--dry-run", "server").returncode == 3
    definition = {
        "apiVersion": OAM[6:], "kind": "TraitDefinition", "metadata": {"name": "our-own"},
        "spec": {"appliesToWorkloads": ["*"], "schematic": {"cue": {"template": "patch: {}\nparameter: {}\n"}}},
    }  # fmt: skip
    place.make("traitdefinitions", definition, OAM)
    eventually(lambda: place.run("up", "--dry-run", "server").returncode == 0)


def test_two_at_once_in_processes(place: Place) -> None:
    """Two people with different states of the project: one of them wins as a whole, and nothing is mixed."""
    place.up("-d")
    other = place.folder / "other"
    other.mkdir()
    (other / "password.txt").write_text(PASSWORD)
    text = (place.folder / "compose.yaml").read_text()
    (other / "compose.yaml").write_text(text.replace("web:1", "web:9").replace("db:1", "db:9"))
    place.write(text.replace("web:1", "web:8").replace("db:1", "db:8"))
    processes = [place.start("up", "-d"), place.start("up", "-d", "--project-directory", str(other))]
    ends = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    manifest = place.get("applications", "demo", OAM)
    images = {one["name"]: one["properties"].get("image") for one in manifest["spec"]["components"]}
    assert images["web"].partition(":")[2] == images["db"].partition(":")[2]
    assert images["web"] in {"web:8", "web:9"}


def test_many_who_change_one_thing(place: Place) -> None:
    """The server refuses what was worked out from an older state, and the command works it out anew."""
    place.up()
    counts = {2, 3, 4, 5}
    processes = [place.start("scale", "-p", "demo", f"web={count}", "--no-wait") for count in counts]
    ends = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, ends
    (web,) = [one for one in place.get("applications", "demo", OAM)["spec"]["components"] if one["name"] == "web"]
    (replicas,) = [one["properties"]["replicas"] for one in web["traits"] if one["type"] == "scaler"]
    assert replicas in counts
    assert "nothing to change" not in place.up().stderr


def test_a_workflow_is_held_and_goes_on(place: Place, simulated: None) -> None:
    """What the runtime writes at the same time is not lost, and not in the way."""
    place.edit("image: db:1", "image: unready:1")
    place.up("-d")
    held = lambda: (place.get("applications", "demo", OAM).get("status") or {}).get("workflow", {}).get("suspend")  # noqa: E731
    eventually(lambda: held() is False)
    done = place.run("suspend", "-p", "demo")
    assert done.returncode == 0, done.stderr
    assert held() is True
    assert "held already" in place.run("suspend", "-p", "demo").stderr
    done = place.run("resume", "-p", "demo")
    assert done.returncode == 0, done.stderr
    eventually(lambda: held() is False)


def test_no_command_writes_a_secret(place: Place) -> None:
    """Nowhere in what any command says, not even when asked for more."""
    said = [place.run("up", "-v", "--timeout", "60s"), place.run("diff", "--raw"), place.run("status", "-p", "demo")]
    said += [place.run("convert", "--secrets", "external", "-q"), place.run("down", "-p", "demo")]
    for done in said:
        assert isinstance(done, subprocess.CompletedProcess)
        assert PASSWORD not in done.stdout + done.stderr
