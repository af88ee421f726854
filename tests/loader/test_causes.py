"""An error says what it comes from: mostly a variable that is not set, or a file that is read alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compose2oam.errors import ComposeError

if TYPE_CHECKING:
    from conftest import Loading

X = "X is not set, which leaves a blank here; set X, or write ${X:-default}; a dollar sign itself is $$"


@pytest.mark.parametrize(
    ("service", "message"),
    [
        ("image: a, volumes: ['$X:/data']", "cannot be read: an empty part between the colons of `:/data`"),
        ("image: a, volumes: [{type: $X, target: /data}]", "cannot be ``"),
        ("image: a, ports: ['$X']", "no container port in ``"),
        ("image: a, networks: [$X]", "refers to undefined network ``"),
        ("image: a, env_file: $X", "is a directory"),
        ("image: $X", "has neither an image nor a build context"),
    ],
)
def test_the_blank_of_a_variable_is_explained(service: str, message: str, loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading(f"services: {{web: {{{service}}}}}")
    finding = caught.value.diagnostics[0]
    assert message in finding.message
    assert finding.hint == X


def test_all_variables_of_a_value_are_named(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a, ports: ['${HOST_PORT}:${X}']}}")
    (finding,) = caught.value.diagnostics
    assert finding.hint.startswith("HOST_PORT and X are not set, which leaves a blank here; set HOST_PORT, or write")


def test_the_second_use_of_a_variable_is_explained_too(loading: Loading) -> None:
    """It is warned of once only, at its first use."""
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: 'a:$X', ports: ['$X']}}")
    assert [finding.hint for finding in caught.value.diagnostics] == [X]


def test_the_sample_of_the_variables_is_named(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a, ports: ['$X']}}", {".env.example": "X=80"})
    (finding,) = caught.value.diagnostics
    assert finding.hint.startswith("X is not set, which leaves a blank here; .env.example has it: copy that file")


def test_an_include_is_explained_as_well(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("include: ['$X/more.yaml']\nservices: {web: {image: a}}")
    assert caught.value.diagnostics[0].hint == X


def test_errors_elsewhere_keep_their_own_help(loading: Loading) -> None:
    """A variable that is not set is no excuse for what is wrong beside it."""
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: 'a:$X', ports: ['http']}, db: {command: $X}}")
    assert not [finding for finding in caught.value.diagnostics if "not set" in finding.hint]


ALONE = "services: {web: {ports: [80]}, db: {image: b, networks: [back]}}"
BOTH = "if prod.yaml is to be laid over compose.yaml, name both: -f compose.yaml -f prod.yaml"


def test_a_file_that_lacks_what_the_one_beside_it_says_may_belong_over_that(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {web: {image: a}}", {"prod.yaml": ALONE}, files=("prod.yaml",))
    hints = [finding.hint for finding in caught.value.diagnostics]
    assert hints == [
        f"set `image` or `build`; {BOTH}",
        f"declare `back` in the top-level `networks`; {BOTH}",
    ]


@pytest.mark.parametrize("files", [("compose.yaml", "prod.yaml"), ("compose.yaml",)])
def test_whoever_names_the_file_beside_it_is_not_told_to(files: tuple[str, ...], loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("services: {a: {image: a, networks: [b]}}", {"prod.yaml": ALONE}, files=files)
    assert not [finding for finding in caught.value.diagnostics if "-f" in finding.hint]


def test_a_file_with_none_beside_it_is_not_said_to_belong_over_one(loading: Loading) -> None:
    with pytest.raises(ComposeError) as caught:
        loading("", {"sub/prod.yaml": ALONE}, files=("sub/prod.yaml",))
    assert not [finding for finding in caught.value.diagnostics if "-f" in finding.hint]


def test_what_many_services_share_is_told_once(loading: Loading) -> None:
    """An anchor stands in one place, however many services say it."""
    with pytest.raises(ComposeError) as caught:
        loading("x-a: &a\n  image: a\n  env_file: none\nservices:\n  a: *a\n  b: *a\n  c: {image: a, env_file: no}")
    assert [str(found) for found in caught.value.diagnostics] == [
        "compose.yaml:3:3: error: none does not exist [CF-100]",
        "compose.yaml:7:17: error: no does not exist [CF-100]",
    ]
    assert str(caught.value) == "none does not exist (and 1 more)"
