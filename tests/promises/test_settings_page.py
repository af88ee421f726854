"""docs/settings.md is what the table of settings says."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from compose2oam.rules.settings import CHOICES, TRUTH, Choice, flag_of, key_of

HEAD = """\
# What you can choose

Each choice is a flag of every command that converts, a key of `x-oam.defaults` in the Compose file, and a field of
`compose2oam.Settings`. A flag goes before the Compose file, and that before the default. What `x-oam` of a service or a
volume says (`expose`, `liveness`, `gateway`, `size`, `storageClass`, `accessModes`) goes before all of them.

```yaml
x-oam:
  defaults: {expose: ingress, domain: shop.example.com, networkPolicies: true}
```

This page is written from the table of settings by `pytest tests/promises --update-golden`.

| Flag | Key of `x-oam.defaults` | Values | Default | What it decides |
|---|---|---|---|---|
"""


def flag(name: str, choice: Choice) -> str:
    """How it is written on the command line."""
    return f"`--{flag_of(name)}`, `--no-{flag_of(name)}`" if choice.kind == TRUTH else f"`--{flag_of(name)}`"


def values(choice: Choice) -> str:
    """What it may be."""
    words = ("true", "false") if choice.kind == TRUTH else choice.shown.split("|")
    return ", ".join(f"`{word}`" for word in words)


def default(choice: Choice) -> str:
    """What it is if nobody says otherwise."""
    shown = str(choice.default).lower() if choice.kind == TRUTH else choice.default
    return f"`{shown}`" if shown else ""


def lines() -> Iterator[str]:
    """The rows of the table."""
    for name, choice in CHOICES.items():
        cells = (flag(name, choice), f"`{key_of(name)}`", values(choice), default(choice), choice.decides)
        yield f"| {' | '.join(cells)} |"


def test_the_page_is_up_to_date(root: pathlib.Path, request: pytest.FixtureRequest) -> None:
    """``pytest --update-golden`` writes it anew."""
    page = HEAD + "\n".join(lines()) + "\n"
    file = root / "docs" / "settings.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page
