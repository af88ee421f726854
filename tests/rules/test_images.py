"""The users of well-known images, and the volumes that they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.rules.images import user_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Convert


@pytest.mark.parametrize(
    ("image", "user"),
    [
        ("prom/prometheus:v3.0.0", 65534),
        ("docker.elastic.co/elasticsearch/elasticsearch:9.0.0", 1000),
        ("grafana/grafana@sha256:" + "0" * 64, 472),
        ("localhost:5000/grafana", 472),
        ("docker.io/bitnami/postgresql:17", 1001),
        ("bitnami/kafka", 1001),
        ("apache/kafka", 1000),
        ("mcr.microsoft.com/mssql/server:2022-latest", 10001),
        ("lscr.io/linuxserver/grafana", 0),
        ("postgres:17", 0),
        ("example.com/server", 0),
        ("", 0),
    ],
)
def test_the_user_of_an_image(image: str, user: int) -> None:
    """By its publisher, or by the last part of its name, without tag and digest."""
    assert user_of(image) == user


def test_a_known_image_may_write_to_its_volume(convert: Convert, component: Callable[..., Any]) -> None:
    """In Docker the volume would belong to the user of the image; a claim belongs to root."""
    made = convert("services: {db: {image: bitnami/postgresql, volumes: ['data:/data']}}\nvolumes: {data: }")
    assert "'fsGroup': 1001" in str(component(made, "db"))
    (said,) = (item for item in made.diagnostics if item.code == "C2O-625")
    assert said.severity.value == "info"
