"""What an application can use, as docs/capabilities.md shows it: written from the catalogue."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from compose2oam.oam.catalogue import VERSION, builtin, runtime
from compose2oam.oam.codes import CODES
from compose2oam.oam.definition import Definition, Kind

HEAD = f"""\
# What an application can use

Every component, trait, policy and workflow step that the catalogue knows: those of KubeVela {VERSION}, and those of
what people install on top of it. `compose2oam capabilities show TYPE` prints one with all its parameters and an
example; `compose2oam check app.yaml` checks an application against them.

Your cluster may have others. Read them from it, or write one down:

```sh cluster
compose2oam capabilities list --context prod
compose2oam capabilities pull --context prod -o capabilities
compose2oam check app.yaml --capabilities capabilities
compose2oam capabilities define cache --crd redis-crd.yaml -o cache.yaml --capabilities capabilities
```

A folder that was pulled from a cluster says all that the cluster has, so a type that is not in it is an error. `pull`
never deletes anything, and never changes a file that it did not write. A folder of your own lies over the catalogue.

Of an addon the catalogue knows one version, and your cluster may have another. So a parameter that an addon does not
take is a warning; with `--strict`, or against what was pulled from the cluster, it is an error.

This page is written from the catalogue by `pytest tests/promises --update-golden`.
"""
TITLES = {
    Kind.COMPONENT: "Components", Kind.TRAIT: "Traits", Kind.POLICY: "Policies", Kind.STEP: "Workflow steps",
}  # fmt: skip
RAW = """
## What is installed on top

An application that uses one of these, as a type or as an object of one of its kinds (`k8s-objects`), is told so by the
check, with the way to get it. Knative, OpenFaaS, Tekton, Argo Rollouts and Flagger have no addon of KubeVela: write
their objects into a component of type `k8s-objects`, or make a type of them with `capabilities define`.

| Name | What it is | How to get it | Kinds |
|---|---|---|---|
"""
CONFLICTS = """
## What does not go together on one component

| | | Because |
|---|---|---|
"""
FINDINGS = """
## What the check finds

| Code | Severity | What it means |
|---|---|---|
"""


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|")


def row(definition: Definition) -> str:
    """One line of a table of definitions."""
    needs = ", ".join(name for _, name in definition.needs)
    where = definition.renders or definition.workload or ", ".join(definition.applies_to)
    summary = f"{definition.summary} *(deprecated)*" if definition.deprecated else definition.summary
    return f"| `{definition.name}` | {cell(summary)} | {cell(where.replace('*', 'all'))} | {needs} |"


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    for kind, title in TITLES.items():
        where = {Kind.COMPONENT: "Workload", Kind.TRAIT: "Applies to"}.get(kind, "")
        yield f"## {title}\n\n| Type | What it is | {where} | Needs |\n|---|---|---|---|"
        own = set(runtime().names(kind))
        found = [builtin().find(kind, name) for name in builtin().names(kind)]
        # Those of the runtime first.
        for definition in sorted(filter(None, found), key=lambda one: (one.name not in own, one.name)):
            yield row(definition)
        yield ""
    yield RAW.strip()
    for name, addon in builtin().addons.items():
        kinds = ", ".join(kind.partition(" ")[2] for kind in addon.kinds)
        install = addon.install if addon.install.startswith("http") else f"`{addon.install}`"
        yield f"| {name} | {cell(addon.summary)} | {install} | {kinds} |"
    yield CONFLICTS.rstrip()
    for name in builtin().names(Kind.TRAIT):
        trait = builtin().find(Kind.TRAIT, name)
        for other, because in sorted((trait.conflicts_with if trait else {}).items()):
            if name < other:
                yield f"| `{name}` | `{other}` | {cell(because)} |"
    yield FINDINGS.rstrip()
    for code, finding in CODES.items():
        yield f"| {code} | {finding.severity.value} | {finding.meaning} |"


def test_the_page_of_capabilities_is_up_to_date(root: pathlib.Path, request: pytest.FixtureRequest) -> None:
    """docs/capabilities.md is what the catalogue says; ``pytest --update-golden`` writes it anew."""
    page = "\n".join(lines()) + "\n"
    file = root / "docs" / "capabilities.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page
