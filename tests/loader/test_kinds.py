"""A value of the wrong kind is refused with help that helps, and what is read unchecked is still made of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.errors import ComposeError

if TYPE_CHECKING:
    from conftest import Loading


@pytest.mark.parametrize(
    ("service", "hint"),
    [
        ("hostname: 1.5", 'put it in quotes: "1.5"'),
        ("security_opt: [true]", 'put it in quotes: "true"'),
        ("command: 5", 'put it in quotes: "5"'),
        ("cpus: true", ""),
        ("mem_limit: true", ""),
        ("privileged: 5", ""),
        ("scale: 1.5", ""),
        ("gpus: [{count: 1.5}]", ""),
        ("healthcheck: {interval: 10}", ""),
    ],
)
def test_quotes_are_advised_only_where_a_text_is_wanted(service: str, hint: str, loading: Loading) -> None:
    """In quotes, `true` would still be no number of processors."""
    with pytest.raises(ComposeError) as caught:
        loading(f"services: {{web: {{image: a, {service}}}}}")
    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.hint) == ("CF-401", hint)


@pytest.mark.parametrize(
    ("service", "message"),
    [
        ("cpus: true", "services.web.cpus: a boolean is not a number"),
        ("cpu_count: true", "services.web.cpu_count: a boolean is not a number"),
        ("hostname: 1.5", "services.web.hostname: `1.5` is not a string; put it in quotes"),
        ("gpus: [{count: 1.5}]", "services.web.gpus[0].count: `1.5` is neither `all` nor a number"),
        ("ulimits: {nofile: {soft: true, hard: 1}}", "services.web.ulimits.nofile.soft: `true` is not an integer"),
        ("healthcheck: {retries: true}", "services.web.healthcheck.retries: `true` is not a number"),
    ],
)
def test_what_is_read_unchecked_is_still_refused_where_it_makes_no_sense(
    service: str, message: str, loading: Loading
) -> None:
    """A reader of a file in the making may leave the check of its form out, and gets values of the right kind."""
    with pytest.raises(ComposeError) as caught:
        loading(f"services: {{web: {{image: a, {service}}}}}", validate=False)
    (finding,) = caught.value.diagnostics
    assert finding.code == "CF-404"
    assert finding.message.startswith(message)
