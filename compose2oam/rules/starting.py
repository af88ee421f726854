"""The text of a new rule: something small that holds, for a user to change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from compose2oam.errors import UsageError
from compose2oam.model.workload import FIELDS, LIST, MAP
from compose2oam.rules.rule import Carrier, Rule
from compose2oam.rules.rulebook import Rulebook

FIRST, LAST = 901, 999
"""The numbers of users' rules."""
GROUP = "metadata"
"""Where a new rule goes, if its author does not say."""
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
"""What a rule can be called: its name becomes a key of Compose, a label and a file."""

_MEANING = """\
code: {code}  # stable and never reused; 9xx is for you
title: What x-{name} stands for
why: Say here why you do it so.
reads: [x-{name}]  # the Compose keys that the rule accounts for, with all that is below them
# when: '"x-{name}" != `false`'  # JMESPath over the service; without it the rule runs wherever its keys are
means:  # fields of the workload model, each a template
  podLabels:
    example.com/{name}: {{from: '"x-{name}"'}}
# outcome: approximated  # how a line ends that it reads: translated, if it does not say
# say: why it is not said in full
# hint: what a user can do
examples:  # its tests: `compose2oam mappings test`
- title: it is a label of the pods
  service: {{image: a, x-{name}: some-value}}
  means: {{podLabels: {{example.com/{name}: some-value}}}}
- {{title: nothing is said, service: {{image: a}}, means: {{}}}}
"""
_CARRIER = """\
code: {code}  # stable and never reused; 9xx is for you
title: {title}
why: Say here why you do it so.
{replaces}carries: [{fields}]  # the fields of the workload model that it can say
ways:  # the first that is open is taken
- # for: [webservice, worker]  # component types; without it, any
  # when: ports  # JMESPath over the workload model, with `facts`
  traits:
  - type: {name}
    properties:
{properties}
# otherwise: {{say: why there is no place for it}}  # where no way is open
examples:  # its tests: `compose2oam mappings test`
- title: a trait of ours
  component: webservice
  workload: {{{sample}}}
  gives: {{traits: {{{name}: {{{sample}}}}}}}
"""
_SAMPLES = {LIST: "[{name: example}]", MAP: "{example: some-value}"}


def meaning(name: str, taken: Collection[str]) -> str:
    """Return a meaning that makes a label of the key ``x-<name>``.

    Args:
        name: the name of the rule.
        taken: the codes that there are.
    """
    return _MEANING.format(name=name, code=free_code("C2O", taken))


def carrier(name: str, field: str, rulebook: Rulebook, taken: Collection[str]) -> str:
    """Return a carrier that says a field by a trait, in the place of the one that says it now.

    Args:
        name: the name of the rule, and of the trait.
        field: a field of the workload model.
        rulebook: the rules as they stand.
        taken: the codes that there are.
    """
    now = carrier_of(field, rulebook)
    fields = now.carries if now else (field,)
    samples = {item: _SAMPLES.get(FIELDS[item].shape, "some-value") for item in fields}
    return _CARRIER.format(
        name=name,
        code=free_code(_prefix(rulebook), taken),
        title=f"{', '.join(fields)} by a trait of ours",
        replaces=f"replaces: {now.code}\n" if now else "",
        fields=", ".join(fields),
        properties="\n".join(f"      {item}: {{from: {item}}}" for item in fields),
        sample=", ".join(f"{item}: {sample}" for item, sample in samples.items()),
    )


def carrier_of(field: str, rulebook: Rulebook) -> Carrier | None:
    """Return the carrier that says a field now, ``None`` if nothing does."""
    closed = {component.type for component in rulebook.target.components if component.closed}
    found = [rule for rule in rulebook.carriers if field in rule.carries]
    # A carrier for what runs no pod says many fields at once; one for all others is the better beginning.
    usual = (rule for rule in found if any(way.components is None or way.components - closed for way in rule.ways))
    return next(usual, found[0] if found else None)


def copy(rule: Rule, text: str, taken: Collection[str]) -> str:
    """Return the text of a rule, with a code of its own, as one that takes the place of it.

    Args:
        rule: the rule.
        text: its file.
        taken: the codes that there are.
    """
    keys = f"code: {free_code(rule.code.partition('-')[0], taken)}\nreplaces: {rule.code}\n"
    rest = [line for line in text.splitlines(keepends=True) if not line.startswith(("code:", "replaces:"))]
    comments = next((index for index, line in enumerate(rest) if line.strip() and line[0] != "#"), 0)
    return "".join((*rest[:comments], keys, *rest[comments:]))


def free_code(prefix: str, taken: Iterable[str]) -> str:
    """Return the first code of users that is free.

    Raises:
        UsageError: if none is.
    """
    known = set(taken)
    for number in range(FIRST, LAST + 1):
        if f"{prefix}-{number}" not in known:
            return f"{prefix}-{number}"
    raise UsageError(f"all codes from {prefix}-{FIRST} to {prefix}-{LAST} are taken")


def _prefix(rulebook: Rulebook) -> str:
    """Return what the codes of a target's carriers begin with."""
    for rule in rulebook.carriers:
        return rule.code.partition("-")[0]
    return "T"
