"""The normalised model is printed as Docker Compose prints it."""

from __future__ import annotations

import copy
import json
import pathlib
from typing import Any

import yaml

from compose2oam.emitter.config import render, render_json, render_yaml
from compose2oam.model.compose import Project
from compose2oam.source.tree import Map

MODEL: dict[str, Any] = {
    "x-top": {"b": "$1", "a": {"x-in": 1}},
    "services": {
        "web": {
            "image": "web",
            "command": ["echo", "$HOME"],
            "entrypoint": None,
            "environment": {"B": None, "A": "1", "x-mine": "kept"},
            "env_file": [{"path": "/p/web.env", "required": True}],
            "label_file": ["/p/web.labels"],
            "deploy": {"replicas": 2, "placement": {}, "resources": {}, "x-deploy": 1},
            "develop": {"watch": [{"path": "/p", "action": "rebuild", "x-watch": 1}]},
            "networks": {"default": None, "x-net": {"aliases": ["w"], "x-inner": 1}},
            "ports": [{"target": 80, "published": "80", "x-port": True}],
            "x-oam": {"type": "webservice"},
        },
        "db": {"image": "db", "command": None, "entrypoint": [], "volumes": [{"type": "tmpfs", "target": "/t"}]},
    },
    "networks": {"default": {"name": "p_default", "ipam": {}}, "x-net": {"name": "x", "ipam": {"driver": "a"}}},
    "name": "p",
}


def test_yaml_leaves_out_what_is_empty_and_keeps_extensions() -> None:
    read = yaml.safe_load(render_yaml(MODEL))
    assert read["services"]["web"] == {
        "image": "web",
        "command": ["echo", "$$HOME"],
        "environment": {"A": "1", "B": None, "x-mine": "kept"},
        "label_file": ["/p/web.labels"],
        "deploy": {"replicas": 2, "x-deploy": 1},
        "develop": {"watch": [{"path": "/p", "action": "rebuild", "x-watch": 1}]},
        "networks": {"default": None, "x-net": {"aliases": ["w"], "x-inner": 1}},
        "ports": [{"target": 80, "published": "80", "x-port": True}],
        "x-oam": {"type": "webservice"},
    }
    assert read["services"]["db"] == {"image": "db", "entrypoint": [], "volumes": [{"type": "tmpfs", "target": "/t"}]}
    assert read["networks"] == {"default": {"name": "p_default"}, "x-net": {"name": "x", "ipam": {"driver": "a"}}}
    assert read["x-top"] == {"b": "$$1", "a": {"x-in": 1}}


def test_json_has_its_empty_parts_and_only_the_extensions_at_the_top() -> None:
    read = json.loads(render_json(MODEL))
    assert read["services"]["web"] == {
        "image": "web",
        "command": ["echo", "$$HOME"],
        "entrypoint": None,
        "environment": {"A": "1", "B": None, "x-mine": "kept"},
        "label_file": ["/p/web.labels"],
        "deploy": {"replicas": 2, "placement": {}, "resources": {}},
        "develop": {"watch": [{"path": "/p", "action": "rebuild", "exec": {"command": None}}]},
        "networks": {"default": None, "x-net": {"aliases": ["w"]}},
        "ports": [{"target": 80, "published": "80"}],
    }
    assert read["services"]["db"]["command"] is None
    assert read["networks"]["default"] == {"name": "p_default", "ipam": {}}
    assert read["x-top"] == {"b": "$$1", "a": {"x-in": 1}}


def test_the_layout_is_that_of_docker_compose() -> None:
    assert render_yaml(
        {"x-a": 1, "services": {"b": {"image": "b", "cap_add": ["A"]}, "a": {"image": "yes"}}, "name": "p"}
    ) == ('name: p\nservices:\n  a:\n    image: "yes"\n  b:\n    cap_add:\n      - A\n    image: b\nx-a: 1\n')
    assert list(json.loads(render_json(MODEL))) == ["name", "networks", "services", "x-top"]


def test_dollars_stay_single_where_the_caller_wants_it() -> None:
    assert "$HOME" in render_yaml(MODEL, escape=False).replace("$$", "")
    assert json.loads(render_json(MODEL, escape=False))["x-top"]["b"] == "$1"


def test_a_project_is_printed_in_the_format_asked_for() -> None:
    project = Project(name="p", directory=pathlib.Path("/p"), files=("compose.yaml",), tree=Map(MODEL))
    assert render(project, "yaml") == render_yaml(MODEL)
    assert render(project, "json") == render_json(MODEL)


def test_the_model_is_not_changed() -> None:
    before = copy.deepcopy(MODEL)
    render_yaml(MODEL)
    render_json(MODEL)
    assert before == MODEL


def test_a_section_of_the_wrong_shape_is_printed_as_it_is() -> None:
    assert yaml.safe_load(render_yaml({"services": {"a": None}, "networks": ["a"]})) == {
        "services": {"a": None},
        "networks": ["a"],
    }
