"""The keys of every file of ``mappings/``, each with its shape and what it is for.

The engine reads rules by these tables and ``rule.schema.json`` is made of them: an editor says what the engine says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.diagnostics import Severity
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.rules import strict
from compose2oam.source.position import Position
from compose2oam.source.tree import Map

SCOPE_NAMES = ("service", "volume", "config", "secret", "network", "model", "project")
CODE_PATTERN = r"^[A-Z][A-Z0-9]*-[0-9]+$"

# What a text or a value stands for, where its shape does not say it.
CODE = "code"
EXPRESSION = "expression"
PATTERN = "pattern"
TEMPLATE = "template"
PLACES = "places"
FIELD = "field"
FUNCTION = "function"


class Named(NamedTuple):
    """Says that a mapping holds things of one shape, under names of their own."""

    shape: Any


class Key(NamedTuple):
    """A key of a file.

    Attributes:
        shape: one of the shapes of :mod:`compose2oam.rules.strict`.
        about: what it is for, in a line.
        holds: what it holds, or each of its items: a :class:`Shape`, a :class:`Named`, or one of the words of this
            module.
        words: the texts that it takes; any where there is none.
    """

    shape: str
    about: str
    holds: Any = ""
    words: tuple[str, ...] = ()


class Shape:
    """A mapping with known keys.

    Attributes:
        name: how to call it in a message: ``a meaning``.
        about: what it is, in a line.
        keys: the keys that it may have.
        required: those that it must have.
    """

    __slots__ = ("_shapes", "about", "keys", "name", "required")

    def __init__(self, name: str, about: str, keys: Mapping[str, Key], required: tuple[str, ...] = ()) -> None:
        self.name = name
        self.about = about
        self.keys = keys
        self.required = required
        self._shapes = {name: key.shape for name, key in keys.items()}

    def read(self, node: Any, position: Position | None) -> Map:
        """Check that a node has this shape, and return it.

        Raises:
            RuleError: naming the key, its place and the nearest right name.
        """
        return strict.read(node, self._shapes, self.required, self.name, position)


# What a target can write: an Application of KubeVela, plain objects, or Components and an ApplicationConfiguration.
APPLICATION = "application"
OBJECTS = "objects"
V1ALPHA2 = "v1alpha2"
WRITES = (APPLICATION, OBJECTS, V1ALPHA2)

_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_SEVERITIES = tuple(severity.value for severity in Severity)
_NAME = Key(strict.TEXT, "its name")
_TYPE = Key(strict.TEXT, "the type, as the runtime calls it")
_PROPERTIES = Key(strict.ANY, "its properties, a template", TEMPLATE)
_WHEN = Key(strict.TEXT, "a condition in JMESPath; null, false and what is empty are false", EXPRESSION)

REMARK = Shape(
    "a remark",
    "what is said of a field that is not said in full",
    {
        "outcome": Key(strict.TEXT, "how the lines behind the field end", words=_OUTCOMES),
        "say": Key(strict.TEXT, "why, one plain clause in lower case"),
        "hint": Key(strict.TEXT, "what a user can do"),
    },
    ("say",),
)
TRAIT = Shape("a trait", "a trait of the component", {"type": _TYPE, "properties": _PROPERTIES}, ("type", "properties"))
POLICY = Shape(
    "a policy",
    "a policy of the application",
    {"name": _NAME, "type": _TYPE, "properties": _PROPERTIES},
    ("name", "type", "properties"),
)
PATCH = Shape(
    "a patch",
    "what is laid over that which the component renders",
    {
        "workload": Key(strict.ANY, "merged into the workload", TEMPLATE),
        "template": Key(strict.ANY, "merged into the pod template", TEMPLATE),
        "pod": Key(strict.ANY, "merged into the pod's spec", TEMPLATE),
        "container": Key(strict.ANY, "fields of the first container", TEMPLATE),
        "operations": Key(strict.ANY, "a JSON patch, its paths below the pod's spec", TEMPLATE),
    },
)
WAY = Shape(
    "a way",
    "one of the ways in which a field can be said; the first that is open is taken",
    {
        "for": Key(strict.TEXTS, "the component types it is for; without it, any that is not closed"),
        "when": Key(strict.TEXT, "a condition in JMESPath over the workload model, with `facts`", EXPRESSION),
        "properties": Key(strict.MAPPING, "properties of the component, a template", TEMPLATE),
        "traits": Key(strict.LIST, "traits of the component; several rules may write one of a type", TRAIT),
        "patch": Key(strict.MAPPING, PATCH.about, PATCH),
        "dependsOn": Key(strict.ANY, "names of components that must be healthy before, a template", TEMPLATE),
        "objects": Key(strict.ANY, "objects beside the component, each a group and a manifest, a template", TEMPLATE),
        "policies": Key(strict.LIST, "policies of the application; with scope application only", POLICY),
        "note": Key(strict.MAPPING, "a remark, for a field that is not said in full", REMARK),
    },
)
_RULE = {
    "code": Key(strict.TEXT, "stable and never reused; 9xx is for rules of users", CODE),
    "title": Key(strict.TEXT, "what it is about, for lists"),
    "why": Key(strict.TEXT, "why it is done so"),
    "replaces": Key(strict.TEXT, "the code of the rule in whose place it stands", CODE),
}
_PROJECT_PARTS = {
    "files": Key(strict.MAPPING, "files of the example's project, by name"),
    "environment": Key(strict.MAPPING, "variables of the process"),
    **{
        section: Key(strict.MAPPING, f"further {section} of the example's project")
        for section in ("volumes", "configs", "secrets", "networks", "models", "services")
    },
}
_SETTINGS = Key(strict.MAPPING, "settings of the conversion, by the names that expressions use")
MEANING_EXAMPLE = Shape(
    "an example",
    "a small Compose project, and what the rule makes of it",
    {
        "title": Key(strict.TEXT, "what it shows"),
        "means": Key(strict.MAPPING, "the fields that the rule writes, in full"),
        "settings": _SETTINGS,
        **_PROJECT_PARTS,
        **{
            scope: Key(strict.ANY, f"the {scope} that it is about, in any syntax of Compose")
            for scope in SCOPE_NAMES
            if scope != "project"
        },
    },
    ("title", "means"),
)
CARRIER_EXAMPLE = Shape(
    "an example",
    "a workload, and what the rule says of it",
    {
        "title": Key(strict.TEXT, "what it shows"),
        "component": Key(strict.TEXT, "the type of its component"),
        "settings": _SETTINGS,
        "workload": Key(strict.MAPPING, "fields of the workload model"),
        "gives": Key(
            strict.MAPPING,
            "properties, traits by type, merge, operations, dependsOn, objects; of a manifest: manifest, container",
        ),
        "objects": Key(strict.LIST, "the application's objects, for scope application"),
        "components": Key(strict.LIST, "the application's component types, for scope application"),
    },
    ("title", "gives"),
)
MEANING = Shape(
    "a meaning",
    "what a Compose key means on any cluster",
    {
        **_RULE,
        "examples": Key(strict.LIST, "its tests", MEANING_EXAMPLE),
        "scope": Key(strict.TEXT, "what it runs over; service, if it does not say", words=SCOPE_NAMES),
        "reads": Key(strict.TEXTS, "the Compose keys that it accounts for, with all that is below them", PATTERN),
        "always": Key(strict.TRUTH, "it runs also where none of its keys are"),
        "when": Key(strict.TEXT, "a condition in JMESPath over the service, with `facts` and `model`", EXPRESSION),
        "means": Key(strict.MAPPING, "fields of the workload model, each a template", PLACES),
        "yields": Key(strict.TRUTH, "it leaves what an earlier rule wrote as it is, where two would be one too many"),
        "outcome": Key(strict.TEXT, "how a line ends that it reads; translated, if it does not say", words=_OUTCOMES),
        "say": Key(strict.TEXT, "why, one plain clause in lower case; a must from approximated on"),
        "hint": Key(strict.TEXT, "what a user can do"),
        "severity": Key(strict.TEXT, "where it is not what the outcome implies", words=_SEVERITIES),
    },
    ("code", "title", "why", "reads"),
)
CARRIER = Shape(
    "a carrier",
    "how one runtime says a field of the workload model",
    {
        **_RULE,
        "examples": Key(strict.LIST, "its tests", CARRIER_EXAMPLE),
        "scope": Key(
            strict.TEXT,
            "workload, guest (a further container of its pod), or the application as a whole",
            words=("workload", "guest", "application"),
        ),
        "carries": Key(strict.TEXTS, "the fields of the model that it can say", FIELD),
        "ways": Key(strict.LIST, WAY.about, WAY),
        "otherwise": Key(strict.MAPPING, "the outcome where no way is open; dropped, if it does not say", REMARK),
    },
    ("code", "title", "why", "carries", "ways"),
)
OVERLAY = Shape(
    "an overlay",
    "overlay.yaml: what a folder of rules takes away",
    {
        "title": Key(strict.TEXT, "what the folder is for"),
        "disable": Key(strict.TEXTS, "codes of rules that are taken away", CODE),
    },
)
COMPONENT = Shape(
    "a component type",
    "a component type that a workload can become",
    {
        "type": _TYPE,
        "when": Key(strict.TEXT, "which workloads it takes, in JMESPath over the model; all without it", EXPRESSION),
        "called": Key(strict.TEXT, "what the runtime calls it, where rules tell several kinds of one type apart"),
        "template": Key(strict.TEXT, "where what it renders has its pod template; spec.template by default"),
        "hashed": Key(strict.TRUTH, "its pods carry a hash of it: what it renders cannot be changed, only remade"),
        "closed": Key(strict.TRUTH, "it runs no pod of ours: only ways that name it are open to it"),
        "manifest": Key(
            strict.MAPPING, "where the target writes manifests, the one that it begins as, a template", TEMPLATE
        ),
    },
    ("type",),
)
HELPER = Shape(
    "a helper",
    "a component that holds the objects of one group",
    {"type": _TYPE, "suffix": Key(strict.TEXT, "what its name ends with")},
    ("type", "suffix"),
)
_TARGET_KEYS = {
    "target": Key(strict.TEXT, "its name, which is that of its folder"),
    "extends": Key(strict.TEXT, "the target that it is laid over; what it does not say is as there"),
    "title": Key(strict.TEXT, "what it is about, for lists"),
    "why": Key(strict.TEXT, "why it is as it is"),
    "writes": Key(strict.TEXT, "what it writes; an application, if it does not say", words=WRITES),
    "disable": Key(strict.TEXTS, "codes of rules of the extended target that are taken away", CODE),
    "meanings": Key(strict.TEXTS, "the groups of meanings, in the order in which they run"),
    "carriers": Key(strict.TEXTS, "the groups of carriers, in the order in which they run"),
    "components": Key(strict.LIST, "the first type that takes a workload; before those of the extended", COMPONENT),
    "traits": Key(strict.TEXTS, "the order of traits; others come after them"),
    "helpers": Key(strict.MAPPING, "by group of objects, the component that holds them", Named(HELPER)),
    "beside": Key(strict.TEXTS, "where it writes manifests, the groups of objects beside those of services, in order"),
    "wrapped": Key(strict.TEXTS, "where it writes v1alpha2, the groups of objects each of which is a component"),
    "documents": Key(strict.TEXTS, "the groups of objects that are documents of their own: secrets"),
}
TARGET = Shape(
    "a target", "target.yaml: a runtime", _TARGET_KEYS, ("target", "title", "meanings", "carriers", "components")
)
EXTENSION = Shape("a target", "target.yaml: a runtime, laid over another", _TARGET_KEYS, ("target", "extends"))

FROM = Shape(
    "a template with `from`",
    "the value of an expression",
    {
        "from": Key(strict.TEXT, "an expression in JMESPath", EXPRESSION),
        "by": Key(strict.TEXT, "the function that the value goes through", FUNCTION),
        "default": Key(strict.ANY, "what stands where it is null"),
    },
    ("from",),
)
EACH = Shape(
    "a template with `each`",
    "a list: a template for each item of another",
    {
        "each": Key(strict.TEXT, "an expression in JMESPath that gives a list", EXPRESSION),
        "as": Key(strict.ANY, "the template for an item", TEMPLATE),
        "if": Key(strict.TEXT, "a condition in JMESPath on an item", EXPRESSION),
    },
    ("each", "as"),
)
BRANCH = Shape(
    "a branch of `first`",
    "a template, and when it is taken",
    {"when": _WHEN, "then": Key(strict.ANY, "what is written, a template", TEMPLATE)},
    ("then",),
)
FIRST = Shape(
    "a template with `first`",
    "the first branch that holds",
    {"first": Key(strict.LIST, "the branches, in order", BRANCH)},
    ("first",),
)
LITERAL = Shape(
    "a template with `literal`",
    "a value as it stands, expressions and all",
    {"literal": Key(strict.ANY, "the value")},
    ("literal",),
)
FORMS: Mapping[str, Shape] = {"from": FROM, "each": EACH, "first": FIRST, "literal": LITERAL}
