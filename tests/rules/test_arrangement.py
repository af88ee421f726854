"""Mounts are counted as KubeVela renders them: a JSON patch that counts wrong would change another mount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.rules.arrangement import KINDS, arrange, mount_of, volume_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert


def mount(kind: str, volume: str, **more: Any) -> dict[str, Any]:
    """A mount of a kind."""
    return {"kind": kind, "volume": volume, "mountPath": f"/{volume}", **more}


def test_mounts_stand_by_kind_and_then_as_written() -> None:
    """Claims, configs, secrets, memory, node paths, images: the order of the component definitions."""
    written = [
        mount(kind, f"{kind.lower()}-{n}", source=f"{kind}{n}", mode=420) for n in (1, 2) for kind in reversed(KINDS)
    ]
    arranged = arrange(written)
    assert [item["kind"] for item in arranged.mounts] == [kind for kind in KINDS for _ in (1, 2)]
    assert [item["volume"][-1] for item in arranged.mounts] == ["1", "2"] * len(KINDS)
    assert arranged.volumes == [item["volume"] for item in arranged.mounts]


def test_two_mounts_of_one_volume_share_it() -> None:
    """A claim that is mounted twice is one volume with two mounts."""
    arranged = arrange(
        [mount("pvc", "data", source="data"), {**mount("pvc", "data", source="data"), "mountPath": "/b"}]
    )
    assert arranged.volumes == ["data"]
    assert len(arranged.mounts) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (mount("pvc", "data", source="a"), mount("pvc", "data", source="b")),
        (mount("pvc", "data", source="data"), mount("emptyDir", "data")),
        (mount("configMap", "c", source="c", mode=292), mount("configMap", "c", source="c", mode=420)),
        (mount("emptyDir", "t", medium="Memory", sizeLimit="1Mi"), mount("emptyDir", "t", medium="Memory")),
        (mount("configMap", "c", source="c", items=[{"key": "a"}]), mount("configMap", "c", source="c")),
    ],
)
def test_volumes_that_differ_never_share_a_name(one: dict[str, Any], other: dict[str, Any]) -> None:
    """A volume of the pod has one content."""
    arranged = arrange([one, {**other, "mountPath": "/elsewhere"}])
    assert len(set(arranged.volumes)) == 2
    assert [item["volume"] for item in arranged.mounts] == arranged.volumes


def test_a_long_name_still_fits_when_it_is_numbered() -> None:
    """Names of volumes have 63 characters at most."""
    mounts = [{**mount("pvc", "v" * 63, source=place), "mountPath": place} for place in ("/a", "/b", "/c")]
    arranged = arrange(mounts)
    assert all(len(name) <= 63 for name in arranged.volumes)
    assert len(set(arranged.volumes)) == 3


def test_every_kind_has_its_volume() -> None:
    """Kubernetes' own shape for each."""
    mode = {"mode": 292}
    assert [volume_of({**mount(kind, "v", source="s"), **mode}) for kind in KINDS] == [
        {"name": "v", "persistentVolumeClaim": {"claimName": "s"}},
        {"name": "v", "configMap": {"name": "s", "defaultMode": 292}},
        {"name": "v", "secret": {"secretName": "s", "defaultMode": 292}},
        {"name": "v", "emptyDir": {}},
        {"name": "v", "hostPath": {"path": "s"}},
        {"name": "v", "image": {"reference": "s"}},
    ]


def test_a_mount_says_what_differs_from_the_usual() -> None:
    """Read-only, a part of the volume, propagation; nothing else."""
    whole = mount("pvc", "v", source="s", readOnly=True, subPath="a", propagation="HostToContainer")
    assert mount_of(whole) == {
        "name": "v",
        "mountPath": "/v",
        "readOnly": True,
        "subPath": "a",
        "mountPropagation": "HostToContainer",
    }
    assert mount_of(mount("pvc", "v", source="s")) == {"name": "v", "mountPath": "/v"}


FILES = {"conf/a.conf": "x = 1\n", "key": "k"}
EVERYTHING = """
services:
  app:
    image: a
    {how}
    volumes:
    - /proc:/host/proc:ro,rslave
    - {{type: tmpfs, target: /cache, tmpfs: {{size: 1048576}}}}
    - ./conf:/etc/app.d:ro
    - data:/data
    - {{type: volume, source: data, target: /part, read_only: true, volume: {{subpath: nightly}}}}
    - /anonymous
    tmpfs: ["/run:size=2m"]
    shm_size: 4m
    configs: [{{source: site, target: /site.conf}}]
    secrets: [key]
volumes: {{data: {{}}}}
configs: {{site: {{content: a}}}}
secrets: {{key: {{file: ./key}}}}
"""
# Where KubeVela's definitions put a mount that a patch counts to.
WORKLOADS = {
    "webservice": "deploy: {replicas: 2}\n    ports: ['80']",
    "statefulset": "ports: ['80']",
    "daemon": "deploy: {mode: global}",
    "cron-task": "x-oam: {schedule: '0 0 * * *'}",
    "worker": "x-oam: {type: worker}",
}


@pytest.mark.parametrize("kind", WORKLOADS)
def test_patches_count_to_the_mount_they_mean(
    kind: str, convert: Convert, component: Callable[..., Any], trait: Callable[..., Any]
) -> None:
    """Rendering the properties in KubeVela's order, each operation meets the mount, or the volume, that it is for."""
    made = convert(EVERYTHING.format(how=WORKLOADS[kind]), FILES)
    given = component(made, "app")
    assert given["type"] == kind
    by_kind = given["properties"]["volumeMounts"]
    mounts = [item for name in KINDS for item in by_kind.get(name, ())]
    names = list(dict.fromkeys(item["name"] for item in mounts))
    changed: dict[str, dict[str, Any]] = {}
    for operation in trait(made, "app", "json-patch")["operations"]:
        _, found, rest = operation["path"].partition("/containers/0/volumeMounts/")
        if found:
            index, field = rest.split("/")
            changed.setdefault(mounts[int(index)]["mountPath"], {})[field] = operation["value"]
        _, found, rest = operation["path"].partition("/spec/volumes/")
        if found:
            index, *_, field = rest.split("/")
            (target,) = (item["mountPath"] for item in mounts if item["name"] == names[int(index)])
            changed.setdefault(target, {})[field] = operation["value"]
    sub_path = {item["mountPath"]: item["subPath"] for item in mounts if "subPath" in item}
    for target, fields in changed.items():
        sub_path.update({target: fields.pop("subPath")} if "subPath" in fields else {})
    assert sub_path == {"/part": "nightly", "/site.conf": "site", "/run/secrets/key": "key"}
    assert {target: fields for target, fields in changed.items() if fields} == {
        "/host/proc": {"readOnly": True, "mountPropagation": "HostToContainer"},
        "/cache": {"sizeLimit": "1Mi"},
        "/etc/app.d": {"readOnly": True},
        "/part": {"readOnly": True},
        "/run": {"sizeLimit": "2Mi"},
        "/dev/shm": {"sizeLimit": "4Mi"},
    }


def test_a_job_is_patched_outright(convert: Convert, trait: Callable[..., Any]) -> None:
    """A task has no property for mounts of single files, so its whole lists are written, each volume once."""
    made = convert(EVERYTHING.format(how="deploy: {mode: replicated-job}"), FILES)
    pod = trait(made, "app", "json-merge-patch")["spec"]["template"]["spec"]
    (mounts,) = (
        operation["value"]
        for operation in trait(made, "app", "json-patch")["operations"]
        if operation["path"] == "/spec/template/spec/containers/0/volumeMounts"
    )
    names = [volume["name"] for volume in pod["volumes"]]
    assert len(names) == len(set(names)) == len({item["name"] for item in mounts})
    assert len(mounts) == 10
    assert {item["name"] for item in mounts} == set(names)


def test_one_place_has_one_mount() -> None:
    """Kubernetes refuses two mounts at one path; the first in rendered order stays."""
    arranged = arrange([mount("secret", "s", source="s"), {**mount("configMap", "c", source="c"), "mountPath": "/s"}])
    assert [item["volume"] for item in arranged.mounts] == ["c"]
