"""Templates: the forms in which a rule says what it writes."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from compose2oam.errors import RuleError
from compose2oam.model.workload import Part
from compose2oam.rules.templates import compile_template
from compose2oam.source.reader import parse

DOCUMENT = {
    "image": "nginx",
    "zero": 0,
    "no": False,
    "memory": "1073741824",
    "ports": [{"target": 80}, {"target": 53, "udp": True}],
    "empty": [],
    "deploy": {"mode": "global"},
    "x-oam": {"type": "worker"},
}
CASES = {
    "a text is itself": ("plain", "plain"),
    "a number is itself": ("3", 3),
    "a mapping is itself": ("{a: {b: [1, c]}}", {"a": {"b": [1, "c"]}}),
    "from gives a value": ("{from: image}", "nginx"),
    "from gives a part": ("{from: deploy.mode}", "global"),
    "from takes quoted keys": ("{from: '\"x-oam\".type'}", "worker"),
    "from gives null for what is absent": ("{from: absent.part}", None),
    "zero is a value": ("{from: zero, default: 5}", 0),
    "false is a value": ("{from: no, default: true}", False),
    "default stands for what is absent": ("{from: absent, default: [a]}", ["a"]),
    "by sends the value through a function": ("{from: memory, by: memory}", "1Gi"),
    "by is not asked of what is absent": ("{from: absent, by: memory}", None),
    "default stands for what a function leaves out": ("{from: zero, by: memory, default: none}", "none"),
    "default and by go together": ("{from: absent, by: memory, default: 1Ki}", "1Ki"),
    "each gives an item for each": ("{each: ports, as: {port: {from: target}}}", [{"port": 80}, {"port": 53}]),
    "each leaves out by if": ("{each: ports, if: udp, as: {from: target}}", [53]),
    "each leaves out what is null": ("{each: ports, as: {from: udp}}", [True]),
    "each of nothing is nothing": ("{each: absent, as: a}", None),
    "each of an empty list is nothing": ("{each: empty, as: a}", None),
    "each of what is no list is nothing": ("{each: image, as: a}", None),
    "the first branch that holds": ("{first: [{when: absent, then: a}, {when: image, then: b}, {then: c}]}", "b"),
    "a branch without a condition": ("{first: [{when: absent, then: a}, {then: c}]}", "c"),
    "no branch that holds": ("{first: [{when: absent, then: a}]}", None),
    "a branch that comes to nothing ends the search": (
        "{first: [{when: image, then: {from: absent}}, {then: c}]}",
        None,
    ),
    "literal is left alone": ("{literal: {from: image, first: [a]}}", {"from": "image", "first": ["a"]}),
    "entries without a value are left out": ("{a: {from: absent}, b: {from: image}}", {"b": "nginx"}),
    "items without a value are left out": ("[{from: absent}, {from: image}]", ["nginx"]),
    "the whole document": ("{from: '@.deploy'}", {"mode": "global"}),
    "expressions reach into lists": ("{from: 'ports[].target'}", [80, 53]),
    "an expression may make a mapping": ("{from: '{a: image}'}", {"a": "nginx"}),
}


def template(text: str, document: Any = None) -> Any:
    """Fill in a template."""
    (node,) = parse(text, "rule.yaml", error=RuleError)
    return compile_template(node, None)(DOCUMENT if document is None else document, None)


@pytest.mark.parametrize("title", CASES)
def test_a_template_is_filled_in(title: str) -> None:
    """Each form does what the table in the module says."""
    text, expected = CASES[title]
    assert template(text) == expected


def test_what_is_written_shares_nothing_with_what_was_read() -> None:
    """A later rule that changes what was written does not change the Compose project."""
    document = {"deploy": {"labels": {"a": "b"}}}
    made = template("{from: deploy}", document)
    made["labels"]["a"] = "changed"
    assert document == {"deploy": {"labels": {"a": "b"}}}
    literal = "{literal: {a: [1]}}"
    (node,) = parse(literal, "rule.yaml")
    compiled: Any = compile_template(node, None)
    compiled({}, None)["a"].append(2)
    assert compiled({}, None) == {"a": [1]}


def test_an_item_keeps_the_place_that_it_comes_from() -> None:
    """What becomes of one port is said at that port: items that know their place pass it on."""
    document = {"ports": [Part({"target": 80}, ("ports", 0))]}
    (made,) = template("{each: ports, as: {port: {from: target}}}", document)
    assert (made, made.path) == ({"port": 80}, ("ports", 0))
    (copied,) = template("{from: ports}", document)
    assert copied.path == ("ports", 0)


FAULTS = {
    "from with a stranger": ("{from: a, then: b}", "has no key `then`"),
    "from that is no text": ("{from: [a]}", "`from` of a template with `from` must be a text"),
    "each without as": ("{each: a}", "needs a key `as`"),
    "first that is no list": ("{first: {when: a}}", "must be a list"),
    "a branch with a stranger": ("{first: [{else: a}]}", "has no key `else`"),
    "literal with company": ("{literal: a, from: b}", "template"),
}


@pytest.mark.parametrize("title", FAULTS)
def test_a_faulty_template_does_not_compile(title: str) -> None:
    """A template with a misspelt or missing key is an error when the rule is read, not when it runs."""
    text, message = FAULTS[title]
    with pytest.raises(RuleError, match=message.replace("`", ".")):
        template(text)


def test_the_place_of_a_fault_is_the_place_in_the_text() -> None:
    """Deep inside a template, too."""
    text = textwrap.dedent("""\
        a:
        - b:
            from: c
            bye: memory
        """)
    with pytest.raises(RuleError) as caught:
        template(text)
    assert str(caught.value.diagnostics[0].position) == "rule.yaml:4:5"
