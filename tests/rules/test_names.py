"""Names of Compose, made into what Kubernetes allows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compose2oam.rules.names import COMPONENT_LENGTH, LABEL_LENGTH, Register, component_name, object_name

RFC_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?\Z")
RFC_1123 = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z")

COMPONENTS = {
    "web": "web",
    "Web": "web",
    "web_app": "web-app",
    "web.app": "web-app",
    "web__app": "web-app",
    "web-": "web",
    "_web": "web",
    "0num": "s-0num",
    "1": "s-1",
    "été": "t",
}
OBJECTS = {"0num": "0num", "My_Conf.d/x.conf": "my-conf-d-x-conf", "./a": "a", "a" * 63: "a" * 63}


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_called_like_its_service(name: str) -> None:
    """As near as a Service's name may be: lower case, dashes, a letter first."""
    assert component_name(name) == COMPONENTS[name]


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_may_begin_with_a_digit(name: str) -> None:
    """What is no Service keeps its digit."""
    assert object_name(name) == OBJECTS[name]


@given(st.text(max_size=90), st.integers(12, LABEL_LENGTH))
def test_every_text_becomes_a_label(text: str, length: int) -> None:
    """Whatever the name, the result is a label of the length allowed, and always the same one."""
    component, label = component_name(text, length), object_name(text, length)
    assert RFC_1035.match(component)
    assert RFC_1123.match(label)
    assert len(component) <= length
    assert len(label) <= length
    assert (component, label) == (component_name(text, length), object_name(text, length))


@given(st.from_regex(RFC_1035, fullmatch=True).filter(lambda name: len(name) <= COMPONENT_LENGTH and "--" not in name))
def test_what_is_a_name_already_stays(name: str) -> None:
    """A name that the cluster takes is never changed."""
    assert component_name(name) == name


def test_long_names_that_begin_alike_stay_apart() -> None:
    """What is cut off leaves a digest behind."""
    one, other = (component_name("a" * 60 + end) for end in ("x", "y"))
    assert one != other
    assert len(one) == len(other) == COMPONENT_LENGTH


def test_names_of_other_scripts_stay_apart() -> None:
    """Where nothing of a name is left, its digest is."""
    assert component_name("数据库") != component_name("缓存")


def test_a_register_gives_each_owner_a_name_of_its_own() -> None:
    """Two folders that would make one name get two, each the same one whenever it is asked for."""
    register = Register()
    first = register.name("ConfigMap", "app-a.b", "/app/a.b")
    second = register.name("ConfigMap", "app-a-b", "/app/a-b")
    assert first == "app-a-b"
    assert second not in ("", first)
    assert register.name("ConfigMap", "app-a.b", "/app/a.b") == first
    assert register.name("ConfigMap", "app-a-b", "/app/a-b") == second
    assert register.name("Secret", "app-a-b", "/app/a-b") == first, "another kind is another name space"
