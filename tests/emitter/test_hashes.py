"""The hash of a service is the one by which Docker Compose tells whether a container is up to date."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from compose2oam.emitter.hashes import service_hash
from compose2oam.model.compose import Project
from compose2oam.source.tree import Map

PLAIN = {"image": "pg", "networks": {"default": None}}
KNOWN = [
    # What Docker Compose v5.6.1 prints.
    ({}, "42056163be685aa6d7c1cedf1a6e25d69dfecedd33429247ab170050696e6312"),
]


def hashed(more: dict[str, Any], environment: dict[str, str] | None = None) -> str:
    """Return the hash of a plain service with some more keys."""
    tree = Map({"services": Map({"web": Map({**PLAIN, **more})})})
    project = Project("demo", pathlib.Path("/p"), (), tree, environment=environment or {})
    return service_hash(project, "web")


@pytest.mark.parametrize(("more", "expected"), KNOWN)
def test_known_hashes(more: dict[str, Any], expected: str) -> None:
    """The text that is hashed is Go's, to the letter."""
    assert hashed(more) == expected


@pytest.mark.parametrize(
    "more",
    [
        {"scale": 3},
        {"depends_on": {"db": {"condition": "service_started", "required": True}}},
        {"profiles": ["p"]},
        {"pull_policy": "always"},
        {"build": {"context": "/p"}},
        {"env_file": [{"path": "/p/a.env"}]},
        {"x-mine": 1},
        {"privileged": False, "hostname": "", "cap_add": []},
    ],
    ids=str,
)
def test_what_makes_no_other_container(more: dict[str, Any]) -> None:
    """Keys that say how a container comes to be, empty ones and extensions leave the hash alone."""
    assert hashed(more) == hashed({})


@pytest.mark.parametrize(
    "more",
    [{"environment": {"A": "1"}}, {"init": False}, {"command": []}, {"healthcheck": {}}, {"labels": {"a": "<b>"}}],
    ids=str,
)
def test_what_makes_another_container(more: dict[str, Any]) -> None:
    """Any other key counts, an empty one too where it says something."""
    assert hashed(more) != hashed({})


def test_the_number_of_replicas_does_not_count_and_the_rest_of_deploy_does() -> None:
    assert hashed({"deploy": {"replicas": 2}}) == hashed({"deploy": {"replicas": 3}}) != hashed({})


def test_the_default_platform_counts_for_what_is_built() -> None:
    amd = {"DOCKER_DEFAULT_PLATFORM": "linux/amd64"}
    assert hashed({}, amd) == hashed({})
    assert hashed({"build": {"context": "/p"}}, amd) == hashed({"platform": "linux/amd64"})
