"""Services that are tasks by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.rules.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("db-migrate", ""),
        ("minio_init", ""),
        ("setup", ""),
        ("createbuckets", ""),
        ("init-1", ""),
        ("migrations", "restart: on-failure"),
        ("migrations", "restart: 'on-failure:3'"),
        ("migrations", "deploy: {restart_policy: {condition: on-failure}}"),
        ("migrations", "deploy: {replicas: 1}"),
    ],
)
def test_what_is_called_after_a_task_is_a_job(
    name: str, more: str, convert: Convert, component: Callable[..., Any]
) -> None:
    """As a service it would be started again each time that it is done."""
    made = convert(f"services: {{{name}: {{image: a, {more}}}, web: {{image: b, ports: ['80']}}}}")
    assert component(made, name.replace("_", "-"))["type"] == "task"
    (entry,) = (item for item in made.entries if item.path == ("services", name, "image"))
    assert (entry.outcome.value, "task" in entry.say) == ("inferred", True)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("initech", ""),
        ("web", ""),
        ("setup", "restart: always"),
        ("setup", "restart: unless-stopped"),
        ("setup", "deploy: {restart_policy: {condition: any}}"),
        ("setup", "deploy: {replicas: 2}"),
        ("setup", "deploy: {mode: global}"),
        ("setup", "ports: ['80']"),
        ("setup", "expose: ['80']"),
        ("setup", "healthcheck: {test: 'true'}"),
        ("setup", "x-oam: {type: worker}"),
    ],
)
def test_what_runs_on_is_no_job_whatever_its_name(
    name: str, more: str, convert: Convert, component: Callable[..., Any]
) -> None:
    """What is to be started again, serves something or is watched does not end."""
    made = convert(f"services: {{{name}: {{image: a, {more}}}, other: {{image: b}}}}")
    assert component(made, name)["type"] != "task"


def test_the_setting_keeps_names_from_making_jobs(convert: Convert, component: Callable[..., Any]) -> None:
    """``--no-infer-jobs`` takes only what says so for a job."""
    made = convert("services: {migrate: {image: a}}", settings=Settings(infer_jobs=False))
    assert component(made, "migrate")["type"] == "worker"


def test_what_lives_in_the_pod_of_another_is_no_job_by_its_name(convert: Convert) -> None:
    """A pod has one kind."""
    made = convert("services: {web: {image: a}, setup: {image: b, network_mode: 'service:web'}}")
    assert not [item for item in made.diagnostics if item.code == "C2O-013"]
