"""docs/x-oam.md is what the table of keys says, and each of its snippets is taken."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import jsonschema
import pytest
import yaml

from compose2oam.rules import strict
from compose2oam.rules.extension_keys import SCOPES
from compose2oam.rules.extension_schema import of_compose_file, of_side_file
from compose2oam.rules.extension_shapes import AMOUNT, FORMS, WHOLE, Block, Key, Named

HEAD = """\
# What x-oam says

`x-oam` in a Compose file says what Compose has no word for: how a service is operated, where the application goes,
what is otherwise there. Docker Compose ignores it, merges it across override files, and replaces its variables. The
keys are ours, so a misspelt one is an error with its line and the nearest right name.

```yaml
name: shop
x-oam:
  namespace: shop
services:
  web:
    image: ghcr.io/example/web:1.0
    ports: ["8080:80"]
    x-oam:
      hpa: {min: 2, max: 8, cpu: 60}
      gateway: {domain: shop.example.com}
```

The translation of Compose comes first. Then come the shorthands (`hpa`, `gateway`...), then `properties`, then
`traits`, then `patch`, each laid over what is there. What stands under `properties`, `traits`, `policies`, `workflow`
and `components` goes into the application as it is, and is checked against the definitions as everything is.

## A file beside the Compose file

`compose2oam.yaml` beside the Compose file, or the file that `--oam` names, says the same without touching the Compose
file. It has the keys of the root, and sections with the keys of their parts:

```yaml compose2oam.yaml
namespace: shop
services:
  web:
    hpa: {min: 2, max: 8, cpu: 60}
```

It counts as one more Compose file that has nothing but `x-oam`: mappings are merged, lists appended. A service that
the project has not is an error. `--oam ""` leaves the file out.

## Environments

Each environment is a policy of the type `topology`, one of the type `override`, and a step of the workflow; `--env
NAME` writes for one of them alone. The sample [environments](../samples/environments) has three. Without
environments, `clusters`, `topology` and `overrides` say the same of the one place that all goes to. A `workflow` of
your own takes the place of ours, and names the policies. Secrets stand beside an application and not inside it; where
it goes to another namespace or cluster, it takes them along.

A Compose file can describe an environment too, as override files do. What it changes becomes the override; a service,
a volume or a property that it takes away is an error, as an override cannot say it:

```yaml compose.prod.yaml
services:
  web:
    environment: {LOG_LEVEL: warning}
```

```sh
compose2oam convert compose.yaml --env prod=compose.prod.yaml
```

With `--format kustomize`, each environment is an overlay, and the base is for none of them.

## Schemas for editors

```sh
compose2oam schema compose > compose.schema.json
compose2oam schema compose2oam > compose2oam.schema.json
```

The first is for Compose files, the second for `compose2oam.yaml`; [editors](editors.md) says how to make yours use
them.

This page is written from the table of keys by `pytest tests/promises --update-golden`.
"""
TITLES = {"project": "At the root", "service": "On a service", "volume": "On a volume", "config": "On a config",
          "secret": "On a secret", "network": "On a network", "model": "On a model"}  # fmt: skip
# Tables that another page has.
ELSEWHERE = ("defaults",)


def takes(key: Key) -> str:
    """What a key takes, in a word or two."""
    form = FORMS.get(key.form)
    if key.words:
        return ", ".join(f"`{word}`" for word in key.words)
    if isinstance(key.holds, Named):
        return f"a mapping by `{key.holds.name}`"
    if isinstance(key.holds, Block):
        return "a list of mappings" if key.shape == strict.LIST else "a mapping"
    if key.shape in (WHOLE, AMOUNT) and form:
        bounds = form.schema
        least, greatest = bounds.get("minimum"), bounds.get("maximum")
        return key.shape if least is None else f"a number from {least}" + (f" to {greatest}" if greatest else "")
    return key.shape


def table(block: Block) -> Iterator[str]:
    """The table of a block, and what its keys ask of one another."""
    yield "| Key | Takes | What it is for | Example |"
    yield "|---|---|---|---|"
    for name, key in block.keys.items():
        shown = f"`{name}`" + (" (a must)" if name in block.required else "")
        yield f"| {shown} | {takes(key)} | {key.about} | `{key.example}` |"
    for keys, because in block.apart:
        yield ""
        yield f"One of {', '.join(f'`{key}`' for key in keys)} at most: {because}."


def sections() -> Iterator[str]:
    """A section for each scope, with one for each block inside of it; one that was there is not there again."""
    seen: list[Block] = []
    for scope, block in SCOPES.items():
        yield f"\n## {TITLES[scope]}\n"
        yield from table(block)
        todo = list(inner(block))
        while todo:
            name, below = todo.pop(0)
            if below.name in [one.name for one in seen] or name in ELSEWHERE:
                continue
            seen.append(below)
            yield f"\n### `{name}`\n"
            yield from table(below)
            todo = [*inner(below), *todo]


def inner(block: Block) -> Iterator[tuple[str, Block]]:
    """The blocks that keys of a block hold."""
    for name, key in block.keys.items():
        held = key.holds.of if isinstance(key.holds, Named) else key.holds
        if isinstance(held, Block):
            yield name, held


def test_the_page_is_up_to_date(root: pathlib.Path, request: pytest.FixtureRequest) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = HEAD + "\n".join(sections()) + "\n"
    path = root / "docs" / "x-oam.md"
    if request.config.getoption("--update-golden"):
        path.write_text(page, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page


def test_every_key_is_on_the_page(root: pathlib.Path) -> None:
    """Of every scope, whatever blocks it stands in."""
    text = (root / "docs" / "x-oam.md").read_text(encoding="utf-8")
    for block in SCOPES.values():
        for name in block.keys:
            assert f"| `{name}`" in text


def test_every_snippet_is_taken() -> None:
    """By the schema of the file that it is from."""
    compose, side, _ = (yaml.safe_load(text) for text in re.findall(r"```yaml[^\n]*\n(.*?)```", HEAD, re.DOTALL))
    jsonschema.validate(compose, of_compose_file(), jsonschema.Draft202012Validator)
    jsonschema.validate(side, of_side_file(), jsonschema.Draft202012Validator)
