"""docs/moving.md: what becomes of what people told other converters, as the rules say it."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Mapping

import pytest

from compose2oam.rules import hints
from compose2oam.rules.hints import Hint
from compose2oam.rules.rule import Meaning
from compose2oam.rules.rulebook import Rulebook

HEAD = """\
# Moving from kompose, Katenary and Tako

The labels `kompose.*` and `katenary.v3/*`, and Tako's `x-k8s`, are understood where an application can say the same,
so a project can be converted as it is. What is not understood is reported at its line, with what to write instead:
`compose2oam convert --on-loss error` refuses to lose anything. None of these labels becomes an annotation.

- **Who has the last word**: `x-oam`, then a label or `x-k8s`, then what Compose itself says (`deploy.mode`,
  `pull_policy`, `healthcheck`...), then the flags and `x-oam.defaults`. A line that is overruled says by what.
- **What you can write instead** is in the third column. It says the same without the other converter.
- A value that is none (`kompose.service.type: foo`), a misspelt label and a misspelt key of `x-k8s` are dropped with
  a warning, and what was probably meant.

This page is written from the rules by `pytest tests/promises --update-golden`.
"""
KOMPOSE = """
## kompose

`kompose convert` made a plain manifest for each service; `compose2oam convert` makes one Application. What is
different on purpose: a Service keeps the port of the container; a health check of Compose is a readiness probe,
unless labels say readiness, which makes it the liveness probe as with kompose; `restart: "no"` is a job;
`kompose.hpa.cpu` alone scales by processor time alone; services of a `kompose.service.group` are one pod, whatever
the mode.
"""
KATENARY = """
## Katenary

Katenary wrote a Helm chart. Its `values.yaml` is gone: values are those of the Compose file and its `.env`, and an
override file says what differs from one place to another. Templates of Helm in values (`{{ .Release.Name }}`) are
dropped.
"""
TAKO = """
## Tako

Keys of `x-k8s`, of services and of volumes. Files for several environments are Compose override files: `-f
compose.yaml -f compose.prod.yaml`. An `x-k8s` that has none of Tako's keys is taken for an extension of somebody
else. Variables such as `secret.NAME.KEY` stay the texts that they are.
"""
# What Compose itself, or a flag, says for a hint that x-oam has no key for; by the hint's name.
INSTEAD = {
    "nodePort": "`ports: ['30080:80']`",
    "hostPorts": "`ports: [{target: 80, published: 80, mode: host}]`",
    "group": "`network_mode: service:NAME`",
    "samePod": "`network_mode: service:NAME`",
    "pullPolicy": "`pull_policy`",
    "podSecurity": "`user`",
    "readiness": "`healthcheck`",
    "liveness": "`healthcheck`, with `x-oam: {liveness: true}`",
    "init": "`pre_start`",
    "volume": "`x-oam` of the volume",
    "storage": "`storage_opt: {size: ...}`",
    "secrets": "`secrets`, or --secret-env",
    "ports": "`expose`",
    "ingress": "`x-oam: {gateway: ...}`",
    "mapEnv": "`environment` in an override file",
    "envFrom": "`env_file` of both services",
    "valuesFrom": "a variable of `.env`",
    "healthCheck": "`healthcheck`",
    "leftOut": "`profiles`",
    "charts": "`x-oam: {component: ...}`",
    "cronJob": "a service with `x-oam: {schedule: ...}`",
    "exchangeVolumes": "a named volume",
    "replicas": "`deploy.replicas`",
    "surge": "`deploy.update_config`",
    "annotations": "`annotations`",
    "restartPolicy": "`restart`",
    "entrypoint": "`entrypoint`",
    "arguments": "`command`",
    "resources": "`deploy.resources`",
}
TABLE = """
| {what} | What becomes of it | Instead | Rule | Outcome |
|---|---|---|---|---|
"""


def rows(scope: str, above: tuple[str, ...], known: Mapping[str, Hint], rulebook: Rulebook) -> Iterator[str]:
    """A row for each rule that reads a hint, the more exact ones alone."""
    rules = {rule.code: rule for rule in rulebook.meanings[scope]}
    for key, hint in known.items():
        path = (*above, key) if above == ("labels",) else (*above, *key.split("."))
        if key.startswith("kompose.ephemeral-storage"):
            path = ("deploy", *path)
        depths = rulebook.patterns[scope].match(path)
        exact = {code: depth for code, depth in depths.items() if depth > 1 or scope == "volume"}
        readers: list[Meaning] = [rules[code] for code in sorted(exact) if exact[code] == max(exact.values())]
        assert readers, f"no rule reads {key}"
        name = hint.name.partition(".")[0]
        instead = f"`x-oam: {{{hints.FIRST[name]}: ...}}`" if name in hints.FIRST else INSTEAD.get(name, "")
        for rule in readers:
            yield f"| `{key}` | {rule.title} | {instead} | {rule.code} | {rule.outcome.value} |"


def page(rulebook: Rulebook) -> str:
    """The page in full."""
    labels = hints.SERVICE_LABELS
    kompose = {key: hint for key, hint in labels.items() if key.startswith("kompose.")}
    katenary = {key: hint for key, hint in labels.items() if key.startswith("katenary.")}
    parts = [
        HEAD,
        KOMPOSE,
        TABLE.format(what="Label of a service"),
        *(f"{row}\n" for row in rows("service", ("labels",), kompose, rulebook)),
        TABLE.format(what="Label of a volume"),
        *(f"{row}\n" for row in rows("volume", ("labels",), hints.VOLUME_LABELS, rulebook)),
        KATENARY,
        TABLE.format(what="Label of a service"),
        *(f"{row}\n" for row in rows("service", ("labels",), katenary, rulebook)),
        TAKO,
        TABLE.format(what="Key of a service"),
        *(f"{row}\n" for row in rows("service", ("x-k8s",), hints.SERVICE_KEYS, rulebook)),
        TABLE.format(what="Key of a volume"),
        *(f"{row}\n" for row in rows("volume", ("x-k8s",), hints.VOLUME_KEYS, rulebook)),
    ]
    return "".join(parts)


def test_the_page_of_moving_is_up_to_date(
    root: pathlib.Path, rulebook: Rulebook, request: pytest.FixtureRequest
) -> None:
    """docs/moving.md is what the rules say; ``pytest --update-golden`` writes it anew."""
    file = root / "docs" / "moving.md"
    if request.config.getoption("--update-golden"):
        file.write_text(page(rulebook), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page(rulebook)
