"""Models: who serves them, and how services are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from compose2oam.api import Conversion
from compose2oam.errors import ComposeError
from compose2oam.model.outcome import Outcome
from compose2oam.model.path import render

if TYPE_CHECKING:
    from conftest import Convert

COMPONENT = "component: {type: webservice, properties: {image: vllm, ports: [{port: 8000, expose: true}]}}"


def project(given: str = "", *, service: str = "models: [my-llm]", model: str = "model: ai/small") -> str:
    """A service `chat` and a model `my-llm`."""
    return f"""
    services: {{chat: {{image: chat, {service}}}}}
    models: {{my-llm: {{{model}, x-oam: {{{given}}}}}}}
    """


def variables(conversion: Conversion) -> dict[str, str]:
    """What the service `chat` is told."""
    (found,) = (item for item in conversion.application.components if item.name == "chat")
    return {item["name"]: item["value"] for item in found.properties.get("env", ())}


def outcomes(conversion: Conversion) -> dict[str, Outcome]:
    """How each line ends."""
    return {render(entry.path): entry.outcome for entry in conversion.entries}


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("models: [my-llm]", ("MY_LLM_URL", "MY_LLM_MODEL")),
        ("models: {my-llm: {endpoint_var: WHERE}}", ("WHERE", "MY_LLM_MODEL")),
        ("models: {my-llm: {model_var: WHICH}}", ("MY_LLM_URL", "WHICH")),
    ],
)
def test_a_service_is_told_as_docker_compose_tells_it(convert: Convert, service: str, names: tuple[str, str]) -> None:
    """The variables are named after the model, unless the service names them."""
    made = convert(project("endpoint: http://ai:8000/v1", service=service))
    assert variables(made) == dict(zip(names, ("http://ai:8000/v1", "ai/small"), strict=True))
    assert set(outcomes(made).values()) <= {Outcome.TRANSLATED}


def test_a_model_that_nobody_serves_is_refused(convert: Convert) -> None:
    """The service starts without it, and the line says what to do."""
    made = convert(project())
    assert variables(made) == {}
    assert outcomes(made)["services.chat.models.my-llm"] is Outcome.REFUSED
    assert outcomes(made)["models.my-llm.model"] is Outcome.REFUSED


def test_what_the_environment_says_of_a_model_stands(convert: Convert) -> None:
    """A user who writes the address out knows where it is."""
    service = "models: [my-llm], environment: {MY_LLM_URL: 'http://own:1', MY_LLM_MODEL: own}"
    made = convert(project(service=service))
    assert variables(made) == {"MY_LLM_URL": "http://own:1", "MY_LLM_MODEL": "own"}
    assert not outcomes(made)["services.chat.models.my-llm"].is_loss


def test_a_component_may_serve_it(convert: Convert, component: Callable[..., Any]) -> None:
    """It stands before the service, which waits for it."""
    made = convert(project(f"endpoint: 'http://my-llm:8000', {COMPONENT}"))
    assert [item.name for item in made.application.components if item.type != "k8s-objects"] == ["my-llm", "chat"]
    assert component(made, "my-llm")["properties"]["image"] == "vllm"
    assert component(made, "chat")["dependsOn"] == ["my-llm"]


def test_how_a_model_is_run_is_for_its_server(convert: Convert) -> None:
    """Arguments for Docker's runner are lost, and said so."""
    made = convert(project("endpoint: http://ai:8000", model="model: ai/small, context_size: 4096"))
    assert outcomes(made)["models.my-llm.context_size"] is Outcome.DROPPED


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (project(COMPONENT), "endpoint"),
        (project("endpoint: ai"), "cannot be"),
        (project("endpont: 'http://ai'"), "endpont"),
        (project(f"endpoint: 'http://chat:1', {COMPONENT}").replace("my-llm", "chat"), "both be the component"),
    ],
    ids=["no port", "no address", "misspelt", "a name that is taken"],
)
def test_a_fault_is_told(convert: Convert, text: str, word: str) -> None:
    """At its place, as for all of x-oam."""
    with pytest.raises(ComposeError) as raised:
        convert(text)
    assert word in raised.value.diagnostics[0].message
    assert raised.value.diagnostics[0].position


def test_who_depends_on_a_provider_lacks_its_variables(convert: Convert) -> None:
    """A component in its place sets none."""
    made = convert(
        """
        services:
          db: {provider: {type: cloud}, x-oam: {component: {type: webservice, properties: {image: a}}}}
          web: {image: a, depends_on: [db]}
        """
    )
    assert outcomes(made)["services.db.provider.type"] is Outcome.APPROXIMATED
