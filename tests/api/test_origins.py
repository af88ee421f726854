"""A finding about the application names the line of the Compose project that caused it."""

from __future__ import annotations

import pathlib

import pytest

from compose2oam import Compose2OamError, convert, load
from compose2oam.model.path import render

PROJECT = """\
name: shop
services:
  web:
    image: nginx:1.27
    ports: ["80:80"]
    x-oam:
      traits:
      - type: scaler
        properties: {replicas: 2}
      - type: hpa
        properties:
          min: big
          maxx: 3
      properties:
        imagePullPolicy: always
x-oam:
  policies:
  - name: small
    type: override
    properties:
      components:
      - {name: web, properties: {imgae: x}}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The lines of the findings by their places."""
    file: pathlib.Path = tmp_path_factory.mktemp("shop") / "compose.yaml"
    file.write_text(PROJECT)
    with pytest.raises(Compose2OamError) as caught:
        convert(load(file))
    return {render(one.path): one.position.line for one in caught.value.diagnostics if one.position}


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("spec.components[0].properties.imagePullPolicy", "imagePullPolicy: always"),
        ("spec.components[0].traits[1].properties.min", "min: big"),
        ("spec.components[0].traits[1].properties.maxx", "maxx: 3"),
        ("spec.components[0].traits[1].type", "- type: hpa"),
    ],
)
def test_the_line_is_that_of_the_key(found: dict[str, int], place: str, text: str) -> None:
    """Not that of the service around it."""
    assert PROJECT.splitlines()[found[place] - 1].strip() == text


def test_a_policy_has_its_line_too(found: dict[str, int]) -> None:
    """The root's x-oam has lines like any other part."""
    line = found["spec.policies[0].properties.components[0].properties.imgae"]
    assert "imgae: x" in PROJECT.splitlines()[line - 1]
