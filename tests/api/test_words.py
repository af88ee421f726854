"""Two states of a project, and how they differ in Compose's words."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from compose2oam import api
from compose2oam.model.keyed import keyed, unkeyed
from compose2oam.words import State, changed_text, changes

BASE = """\
name: demo
services:
  web:
    image: web:1
    command: [serve, --fast]
    environment: {MODE: plain, API_TOKEN: one}
    ports: ["80:80"]
    depends_on: [db]
    healthcheck: {test: [CMD, "true"], interval: 5s}
  db:
    image: db:1
    volumes: [data:/data]
    configs: [rules]
volumes: {data: {}}
configs: {rules: {content: "one\\ntwo\\n"}}
"""
TARGETS = ("kubevela", "kubernetes", "oam-v1alpha2")


@pytest.fixture
def said(tmp_path: pathlib.Path) -> Callable[..., list[str]]:
    """Say the changes from one Compose file to another, as a target has them."""

    def say(before: str, after: str, target: str = "kubevela") -> list[str]:
        states = []
        for text in (before, after):
            file = tmp_path / "compose.yaml"
            file.write_text(text)
            made = api.convert(api.load(file), target=target)
            states.append(State("demo", (*made.documents[len(made.definitions) :], *made.secrets), {}))
        return [str(change) for change in changes(*states)]

    return say


CASES = {
    "an image": ("image: web:1", "image: web:2", "web: image web:1 → web:2"),
    "a variable more": ("MODE: plain,", "MODE: plain, DEBUG: '1',", "web: environment DEBUG added: 1"),
    "a variable less": ("MODE: plain, ", "", "web: environment MODE removed"),
    "a secret variable": ("API_TOKEN: one", "API_TOKEN: two", "web: environment API_TOKEN changed"),
    "a command": ("serve, --fast", "serve, --slow", "web: command serve --fast → serve --slow"),
    "a check": ("interval: 5s", "interval: 9s", "web: healthcheck.interval 5s → 9s"),
    "how many": ("image: web:1", "image: web:1\n    deploy: {replicas: 3}", "web: deploy.replicas 1 → 3"),
    "a volume": ("data:/data", "data:/other", "db: volumes data:/data → data:/other"),
}


@pytest.mark.parametrize("target", ["kubevela", "oam-v1alpha2"])
def test_what_waits_is_said(said: Callable[..., list[str]], target: str) -> None:
    """Where the runtime knows of an order; plain objects have none."""
    assert said(BASE, BASE.replace("    depends_on: [db]\n", ""), target) == ["web: depends_on db removed"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", CASES)
def test_one_change_is_one_line(said: Callable[..., list[str]], case: str, target: str) -> None:
    """What a user changed in the Compose file comes back in the same words, whatever the target."""
    old, new, line = CASES[case]
    assert said(BASE, BASE.replace(old, new), target) == [line]


def test_the_same_is_no_change(said: Callable[..., list[str]]) -> None:
    """Nothing is said of what is the same."""
    assert said(BASE, BASE) == []


@pytest.mark.parametrize("target", ["kubevela", "kubernetes"])
def test_replicas_begin_at_one(said: Callable[..., list[str]], target: str) -> None:
    """A service that says no number has one replica."""
    more = BASE.replace("image: web:1", "image: web:1\n    deploy: {replicas: 3}")
    assert said(BASE, more, target) == ["web: deploy.replicas 1 → 3"]
    assert said(more, BASE, target) == ["web: deploy.replicas 3 → 1"]


def test_services_come_and_go(said: Callable[..., list[str]]) -> None:
    """A service as a whole is one line, with the volume that goes with it."""
    only = BASE[: BASE.index("  db:")].replace("    depends_on: [db]\n", "")
    found = said(BASE, only)
    assert found[0] == "web: depends_on db removed"
    assert {"db: service removed", "volume data: removed", "config rules: removed"} <= set(found)
    assert "db: service added" in said(only, BASE)


def test_long_texts_are_counted(said: Callable[..., list[str]]) -> None:
    """The content of a file is not printed."""
    assert said(BASE, BASE.replace("two", "three")) == ["config rules: content changed (1 line added, 1 removed)"]


def test_what_compose_has_no_word_for_is_told_by_its_place(said: Callable[..., list[str]]) -> None:
    """Traits and policies that no key of Compose stands for do not go unsaid."""
    trait = "image: web:1\n    x-oam: {traits: [{type: gateway-of-ours, properties: {domain: a.example}}]}"
    with_trait = BASE.replace("image: web:1", trait)
    assert said(BASE, with_trait) == ["web: trait gateway-of-ours added"]
    other = with_trait.replace("a.example", "b.example")
    assert said(with_trait, other) == ["web: trait gateway-of-ours domain a.example → b.example"]
    policy = BASE + "x-oam: {policies: [{name: where, type: topology, properties: {clusters: [local]}}]}\n"
    assert said(BASE, policy) == ["policy where added"]


def test_a_renamed_service_keeps_its_name(said: Callable[..., list[str]]) -> None:
    """A service whose name a cluster does not take is called as Compose calls it."""
    named = BASE.replace("web:\n", "web_app:\n", 1)
    assert said(named, named.replace("web:1", "web:2")) == ["web_app: image web:1 → web:2"]


def test_no_value_of_a_secret_variable_is_data(tmp_path: pathlib.Path) -> None:
    """Data for programs holds no secret either, in a service that is new as a whole neither."""
    file = tmp_path / "compose.yaml"
    file.write_text(BASE.replace("API_TOKEN: one", "API_TOKEN: hunter2"))
    after = State("demo", api.convert(api.load(file)).documents, {})
    for change in changes(State("demo", (), {}), after):
        assert "hunter2" not in str(change.as_data())
        assert "hunter2" not in str(change)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (1, 3, "1 → 3"),
        ("a", "", 'a → ""'),
        (["a b"], ["c"], "'a b' → c"),
        ({"a": 1}, {"a": 2}, "changed"),
        ("x" * 99, "y", "changed"),
        ("x" * 99, "y\nz", "changed (2 lines added, 1 removed)"),
        ("https://me:word@host", "https://host", "https://me:***@host → https://host"),
    ],
)
def test_values_are_written_as_people_write_them(before: object, after: object, text: str) -> None:
    """Short values are shown, long ones counted, and passwords in addresses hidden."""
    assert changed_text(before, after) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("a.example/web:1", "a.example/web:2", "a.example/web:1 → a.example/web:2"),
        (
            f"a.example/{'x' * 60}:1.2-old",
            f"a.example/{'x' * 60}:1.2-new",
            f"…{'x' * 11}:1.2-old → …{'x' * 11}:1.2-new",
        ),
        (f"a.example/{'x' * 60}:1", f"b.example/{'x' * 60}:1", "a.example/xxxxxxx… → b.example/xxxxxxx…"),
        (f"web:{'1' * 70}", "db", f"web:{'1' * 56}… → db"),
    ],
)
def test_of_long_images_is_said_what_differs(before: str, after: str, text: str) -> None:
    """Registries and digests make them longer than a line, and the end of it is what matters."""
    assert changed_text(before, after, whole=True) == text


def test_lists_with_names_keep_their_items_in_place() -> None:
    """An item that comes in the middle changes none of the others, and the list comes back as it was."""
    tree = {"env": [{"name": "A", "value": "1"}, {"name": "B"}], "args": ["x", "y"], "kinds": [{"a": 1}]}
    assert list(keyed(tree)["env"]) == ["A", "B"]
    assert unkeyed(keyed(tree)) == tree
