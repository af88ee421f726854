"""Rule files are read strictly: what is wrong stops the load, with its line, its column and the right word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.diagnostics import Severity
from compose2oam.errors import RuleError
from compose2oam.model.outcome import Outcome
from compose2oam.rules.rule import Carrier, Meaning, Remark

if TYPE_CHECKING:
    from conftest import ReadRule

MEANING = """\
code: C2O-999
title: A title
why: A reason.
reads: [labels]
"""
CARRIER = """\
code: KV-999
title: A title
why: A reason.
carries: [image]
"""

# What is added to a sound rule, and what the error says: code, line:column, words of the message and of the hint.
FAULTY_MEANINGS = {
    "an unknown key": ("reeds: [a]", "RULE-102", "5:1", "a meaning has no key `reeds`", "did you mean `reads`?"),
    "a key that resembles none": ("colour: red", "RULE-102", "5:1", "`colour`", "allowed are: code, title"),
    "a text for a list": (
        "examples: none",
        "RULE-103",
        "5:1",
        "`examples` of a meaning must be a list, not a text",
        "",
    ),
    "a number for a text": ("when: 3", "RULE-103", "5:1", "`when` of a meaning must be a text, not a number", ""),
    "a text for a truth": ("always: often", "RULE-103", "5:1", "must be true or false, not a text", ""),
    "nothing for a mapping": ("means:", "RULE-103", "5:1", "must be a mapping, not nothing", ""),
    "an unknown scope": ("scope: servise", "RULE-106", "5:1", "`scope` cannot be `servise`", "did you mean `service`?"),
    "an unknown outcome": (
        "outcome: translted\nsay: so",
        "RULE-106",
        "5:1",
        "`outcome` cannot be `translted`",
        "did you mean `translated`?",
    ),
    "an unknown severity": ("severity: fatal", "RULE-106", "5:1", "`severity` cannot be `fatal`", "error, warning"),
    "a loss that says nothing": ("outcome: dropped", "RULE-105", "5:1", "ends as dropped needs `say`", ""),
    "an approximation that says nothing": ("outcome: approximated", "RULE-105", "5:1", "needs `say`", ""),
    "a field that the model lacks": (
        "means: {replica: 1}",
        "RULE-107",
        "5:9",
        "the workload model has no field `replica`",
        "did you mean `replicas`?",
    ),
    "a part of a field without parts": (
        "means: {image.tag: a}",
        "RULE-107",
        "5:9",
        "`image` of the workload model",
        "",
    ),
    "a condition that is no JMESPath": ("when: a ==", "RULE-111", "5:1", "not a JMESPath expression", "in `a ==`"),
    "an expression that is no JMESPath": (
        "means:\n  image:\n    from: a[",
        "RULE-111",
        "7:5",
        "not a JMESPath expression",
        "in `a[`",
    ),
    "a denial of a first step alone": ("when: '!deploy.mode'", "RULE-111", "5:1", "only its first step", "`!(a.b)`"),
    "the same with a quoted key": ("when: '!\"x-oam\".liveness'", "RULE-111", "5:1", "only its first step", ""),
    "an unknown function": (
        "means: {image: {from: a, by: memori}}",
        "RULE-113",
        "5:26",
        "there is no function `memori`",
        "did you mean `memory`?",
    ),
    "a misspelt key of a template": (
        "means: {image: {from: a, bye: memory}}",
        "RULE-102",
        "5:26",
        "a template with `from` has no key `bye`",
        "did you mean `by`?",
    ),
    "a loop without a body": ("means: {env: {each: a}}", "RULE-104", "5:14", "needs a key `as`", ""),
    "a loop over no JMESPath": ("means: {env: {each: 'a ==', as: b}}", "RULE-111", "5:15", "not a JMESPath", ""),
    "a loop with a bad condition": (
        "means: {env: {each: a, if: 'a ==', as: b}}",
        "RULE-111",
        "5:24",
        "not a JMESPath expression",
        "",
    ),
    "a loop with a bad body": ("means: {env: {each: a, as: {from: 'b['}}}", "RULE-111", "5:29", "not a JMESPath", ""),
    "a branch with a bad condition": (
        "means: {image: {first: [{when: 'a ==', then: b}]}}",
        "RULE-111",
        "5:26",
        "not a JMESPath expression",
        "",
    ),
    "a branch with a bad result": (
        "means: {image: {first: [{then: {from: 'a['}}]}}",
        "RULE-111",
        "5:33",
        "not a JMESPath expression",
        "",
    ),
    "an item of a list that is no JMESPath": ("means: {env: [{from: 'a['}]}", "RULE-111", "5:16", "not a JMESPath", ""),
    "a number that is none": ("means: {replicas: .nan}", "RULE-115", "5:9", "no number", ""),
    "an item that is no number": ("means: {env: {each: a, as: .nan}}", "RULE-115", "5:24", "no number", ""),
    "a branch that is no number": ("means: {replicas: {first: [{then: .nan}]}}", "RULE-115", "5:29", "no number", ""),
    "a branch without a result": ("means: {image: {first: [{when: a}]}}", "RULE-104", "5:25", "needs a key `then`", ""),
}
FAULTY_CODES = ["C2O", "901", "C2O 901", "c2o-901", "C2O-901x", "-901"]
FAULTY_READS = {
    "a path with a space": ("[a b]", "3:9", "`a b` is not a path"),
    "an index": ("['ports[0]']", "3:9", "`ports[0]` is not a path"),
    "an empty step": ("[deploy..mode]", "3:9", "is not a path"),
    "half a wildcard": ("[net*]", "3:9", "is not a path"),
    "a number": ("[3]", "3:9", "`reads` of a meaning must be a list of texts; here is a number"),
}
FAULTY_CARRIERS = {
    "no way": ("", "RULE-104", "1:1", "a carrier needs a key `ways`", ""),
    "an unknown key of a way": ("ways:\n- {porperties: {}}", "RULE-102", "6:4", "a way has no key", "`properties`"),
    "an unknown part of a patch": (
        "ways:\n- patch: {pods: {}}",
        "RULE-102",
        "6:11",
        "a patch has no key `pods`",
        "did you mean `pod`?",
    ),
    "a list within a list": (
        "ways:\n- {for: [[worker]]}",
        "RULE-103",
        "6:10",
        "`for` of a way must be a list of texts; here is a list",
        "",
    ),
    "a trait without a type": (
        "ways:\n- traits: [{properties: {}}]",
        "RULE-104",
        "6:12",
        "a trait needs a key `type`",
        "",
    ),
    "a policy without a name": (
        "ways:\n- policies: [{type: a, properties: {}}]",
        "RULE-104",
        "6:14",
        "a policy needs a key `name`",
        "",
    ),
    "a remark without a word": ("ways: []\notherwise: {outcome: dropped}", "RULE-104", "6:12", "a remark needs", ""),
    "properties that are no JMESPath": ("ways:\n- properties: {a: {from: 'b['}}", "RULE-111", "6:20", "JMESPath", ""),
    "a trait that is no JMESPath": (
        "ways:\n- traits: [{type: a, properties: {b: {from: 'c['}}}]",
        "RULE-111",
        "6:39",
        "not a JMESPath expression",
        "",
    ),
    "a policy that is no JMESPath": (
        "ways:\n- policies: [{name: a, type: b, properties: {from: 'c['}}]",
        "RULE-111",
        "6:46",
        "not a JMESPath expression",
        "",
    ),
    "a patch that is no JMESPath": ("ways:\n- patch: {pod: {from: 'c['}}", "RULE-111", "6:17", "not a JMESPath", ""),
    "a way with a bad condition": ("ways:\n- when: a ==", "RULE-111", "6:3", "not a JMESPath expression", ""),
    "a note without a word": ("ways:\n- note: {outcome: dropped}", "RULE-104", "6:9", "a remark needs a key `say`", ""),
    "a carrier that means": ("ways: []\nmeans: {}", "RULE-102", "6:1", "a carrier has no key `means`", ""),
    "a scope of meanings": ("ways: []\nscope: service", "RULE-106", "6:1", "`scope` cannot be `service`", "workload"),
}


def _assert_fails(read_rule: ReadRule, text: str, code: str, place: str, message: str, hint: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rule(text)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position)) == (code, f"rule.yaml:{place}")
    assert message in found.message
    assert hint in found.hint
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize("fault", FAULTY_MEANINGS)
def test_a_faulty_meaning_does_not_load(fault: str, read_rule: ReadRule) -> None:
    """Each fault is found where it stands, with the nearest right word where there is one."""
    addition, *expected = FAULTY_MEANINGS[fault]
    _assert_fails(read_rule, f"{MEANING}{addition}\n", *expected)


@pytest.mark.parametrize("fault", FAULTY_CARRIERS)
def test_a_faulty_carrier_does_not_load(fault: str, read_rule: ReadRule) -> None:
    """The same for carriers."""
    addition, *expected = FAULTY_CARRIERS[fault]
    _assert_fails(read_rule, f"{CARRIER}{addition}\n", *expected)


@pytest.mark.parametrize("code", FAULTY_CODES)
@pytest.mark.parametrize("key", ["code", "replaces"])
@pytest.mark.parametrize("kind", ["meaning", "carrier"])
def test_a_code_is_letters_a_dash_and_a_number(kind: str, key: str, code: str, read_rule: ReadRule) -> None:
    """A code is what messages, reports and other rules call a rule by."""
    text = MEANING if kind == "meaning" else f"{CARRIER}ways: []\n"
    if key == "code":
        text = text.replace("C2O-999", f"'{code}'").replace("KV-999", f"'{code}'")
    else:
        text += f"replaces: '{code}'\n"
    line = 1 if key == "code" else text.count("\n")
    _assert_fails(read_rule, text, "RULE-108", f"{line}:1", f"`{code}` is not a code", "C2O-901")


@pytest.mark.parametrize("fault", FAULTY_READS)
def test_reads_takes_paths_only(fault: str, read_rule: ReadRule) -> None:
    """What a rule reads is a path of keys, ``*``, ``**``, ``x-*`` and ``[]``; an item is never named by its number."""
    reads, place, message = FAULTY_READS[fault]
    text = f"code: C2O-999\ntitle: A title\nreads: {reads}\nwhy: A reason.\n"
    with pytest.raises(RuleError) as caught:
        read_rule(text)
    assert str(caught.value.diagnostics[0].position) == f"rule.yaml:{place}"
    assert message in caught.value.message


@pytest.mark.parametrize("missing", ["code", "title", "why", "reads"])
def test_a_meaning_needs_its_four_keys(missing: str, read_rule: ReadRule) -> None:
    """A rule without a code, a title, a reason or a place is no rule."""
    text = "".join(line for line in MEANING.splitlines(keepends=True) if not line.startswith(missing))
    _assert_fails(read_rule, text, "RULE-104", "1:1", f"a meaning needs a key `{missing}`", "")


@pytest.mark.parametrize("text", ["", "[]", "just words", "3"])
def test_a_rule_is_a_mapping(text: str, read_rule: ReadRule) -> None:
    """An empty file, a list, a text or a number is no rule, and says so."""
    _assert_fails(read_rule, text, "RULE-101", "1:1", "a meaning must be a mapping", "")


def test_the_least_meaning_translates_a_key_of_a_service(read_rule: ReadRule) -> None:
    """What a rule does not say: it is about services, translates, and runs where its keys are."""
    rule = read_rule(MEANING)
    assert isinstance(rule, Meaning)
    assert (rule.scope, rule.outcome, rule.always, rule.when) == ("service", Outcome.TRANSLATED, False, None)
    assert rule.reads == (("labels",),)
    assert (rule.say, rule.hint, rule.severity, rule.examples, rule.fields) == ("", "", None, (), ())


def test_what_a_meaning_says_is_what_it_is(read_rule: ReadRule) -> None:
    """Its outcome with its reason and what to do, the fields that it writes, its examples; inferred needs no reason."""
    rule = read_rule(
        f"{MEANING}outcome: inferred\nhint: do this\nmeans: {{podLabels.a: b, podLabels.c: d, env: []}}\n"
        "examples: [{title: one, service: {image: a}, means: {}}]\n"
    )
    assert isinstance(rule, Meaning)
    assert (rule.outcome, rule.say, rule.hint) == (Outcome.INFERRED, "", "do this")
    assert rule.fields == ("podLabels", "env")
    assert [example["title"] for example in rule.examples] == ["one"]


def test_rules_cannot_be_changed(read_rule: ReadRule) -> None:
    """Conversions in several threads share them."""
    carrier = read_rule(f"{CARRIER}ways: [{{note: {{say: a}}}}]\n")
    assert isinstance(carrier, Carrier)
    parts = {"code": (read_rule(MEANING), carrier), "say": (carrier.otherwise,), "when": (carrier.ways[0],)}
    for name, those in parts.items():
        for part in those:
            with pytest.raises(AttributeError):
                setattr(part, name, "other")


def test_a_loss_is_never_a_mere_note(read_rule: ReadRule) -> None:
    """A rule may call its loss an error; as a note it would be lost in silence."""
    rule = read_rule(f"{MEANING}outcome: dropped\nsay: it is gone\nseverity: error\n")
    assert isinstance(rule, Meaning)
    assert (rule.outcome, rule.severity) == (Outcome.DROPPED, Severity.ERROR)
    text = f"{MEANING}outcome: dropped\nsay: it is gone\nseverity: info\n"
    _assert_fails(read_rule, text, "RULE-105", "7:1", "cannot be a mere note", "")


def test_a_carrier_without_a_word_drops_what_it_has_no_way_for(read_rule: ReadRule) -> None:
    """No field is lost in silence, even where the author of a carrier forgot ``otherwise``."""
    rule = read_rule(f"{CARRIER}ways: []\n")
    assert isinstance(rule, Carrier)
    assert rule.otherwise == Remark(Outcome.DROPPED, "the target has no place for image", "")
    assert rule.otherwise.hint == ""


def test_a_carrier_carries_whole_fields(read_rule: ReadRule) -> None:
    """Of two carriers of one field nobody could say which of them lost a part."""
    text = f"{CARRIER}ways: []\n".replace("[image]", "[image, resources.limits]")
    _assert_fails(read_rule, text, "RULE-107", "4:18", "a carrier carries whole fields, not `resources.limits`", "")


def test_a_remark_of_a_carrier(read_rule: ReadRule) -> None:
    """What it does not say: a way that notes something approximates, and no way at all loses; a hint is a choice."""
    rule = read_rule(f"{CARRIER}ways:\n- note: {{say: nearly}}\notherwise: {{say: gone, hint: do this}}\n")
    assert isinstance(rule, Carrier)
    assert rule.ways[0].note == Remark(Outcome.APPROXIMATED, "nearly", "")
    assert rule.otherwise == Remark(Outcome.DROPPED, "gone", "do this")


WAYS = [
    ("{for: [a]}", "{for: [a, b]}", True),
    ("{for: [a]}", "{for: [b]}", False),
    ("{}", "{}", True),
    ("{}", "{for: [a]}", True),
    ("{}", "{for: [shut]}", False),
    ("{}", "{for: [shut, a]}", True),
    ("{for: [shut]}", "{for: [shut]}", True),
]


@pytest.mark.parametrize(("one", "other", "meet"), WAYS)
def test_when_two_ways_can_meet(one: str, other: str, meet: bool, read_rule: ReadRule) -> None:
    """In a component of a type that both are for; a closed type is for those that name it."""
    rule = read_rule(f"{CARRIER}ways:\n- {one}\n- {other}\n")
    assert isinstance(rule, Carrier)
    first, second = rule.closed_to(frozenset({"shut"})).ways
    assert (first.overlaps(second), second.overlaps(first)) == (meet, meet)


def test_a_closed_type_takes_order_from_any_carrier(read_rule: ReadRule) -> None:
    """That a component waits for another says nothing of what it renders; all else must name the type."""
    ways = "- dependsOn: {from: dependsOn}\n- {dependsOn: {from: dependsOn}, properties: {a: 1}}\n- {note: {say: a}}\n"
    rule = read_rule(f"{CARRIER}ways:\n{ways}")
    assert isinstance(rule, Carrier)
    shut = rule.closed_to(frozenset({"shut"}))
    assert shut.is_for("shut")
    assert [way.fits("shut", {}) for way in shut.ways] == [True, False, False]
    assert [way.fits("open", {}) for way in shut.ways] == [True, True, True]


def test_what_is_said_where_a_closed_type_has_no_way(read_rule: ReadRule) -> None:
    """That the type has no place for the field; the rule's own word is for types that are open to it."""
    rule = read_rule(f"{CARRIER}ways: [{{properties: {{a: 1}}}}]\notherwise: {{say: gone}}\n")
    assert isinstance(rule, Carrier)
    shut = rule.closed_to(frozenset({"shut"}))
    assert not shut.is_for("shut")
    assert shut.otherwise_of("shut", "image").say == "`shut` has no place for `image`"
    assert shut.otherwise_of("shut", "image").hint == ""
    assert shut.otherwise_of("open", "image").say == "gone"


def test_an_empty_patch_part_is_allowed_by_its_four_names(read_rule: ReadRule) -> None:
    """Workload, pod, container and operations are what a patch can reach."""
    rule = read_rule(f"{CARRIER}ways:\n- patch: {{workload: {{}}, pod: {{}}, container: {{}}, operations: []}}\n")
    assert isinstance(rule, Carrier)
    assert list(rule.ways[0].patch) == ["workload", "pod", "container", "operations"]
