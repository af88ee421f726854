"""The library as a program meets it: load, convert, check; nothing printed, nothing kept."""

from __future__ import annotations

import concurrent.futures
import inspect
import pathlib
from typing import Any

import pytest

import compose2oam
from compose2oam import api
from compose2oam.diagnostics import Severity
from compose2oam.emitter import yaml
from compose2oam.errors import CheckError, Compose2OamError, ComposeError, LossRefused, UsageError
from compose2oam.model.outcome import Outcome
from compose2oam.rules.rulebook import load_rulebook
from compose2oam.rules.settings import Settings

WEB = "services:\n  web:\n    image: nginx:1.27\n    ports: ['8080:80']\n"
LOSSY = "services:\n  web:\n    image: a\n    ulimits: {nofile: 5}\n    domainname: x\n    use_api_socket: true\n"


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Any:
    """Write Compose text as the project ``demo``, and load it."""

    def load(text: str, **options: Any) -> Any:
        folder = tmp_path / "demo"
        folder.mkdir(exist_ok=True)
        (folder / "compose.yaml").write_text(text, encoding="utf-8")
        return api.load(folder / "compose.yaml", **{"environment": {}, **options})

    return load


def test_three_calls_are_all_it_takes(project: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Load, convert, and there is the manifest; the library prints nothing."""
    made = api.convert(project(WEB))
    assert made.documents[-1]["kind"] == "Application"
    assert api.check(made.documents[-1]) == []
    assert capfd.readouterr() == ("", "")


def test_load_takes_what_the_command_line_takes(project: Any) -> None:
    """Options go by the names of their fields; files may be paths or texts."""
    loaded = project("services: {web: {image: 'a:${TAG}'}}", environment={"TAG": "7"}, project_name="other")
    assert loaded.name == "other"
    assert loaded.section("services")["web"]["image"] == "a:7"
    assert api.load(str(loaded.directory / "compose.yaml"), environment={"TAG": "8"}).name == "demo"


def test_load_raises_everything_that_is_wrong(tmp_path: pathlib.Path) -> None:
    """One class to catch, with all findings in it."""
    file = tmp_path / "compose.yaml"
    file.write_text("services:\n  web: {imge: a}\n  db: {image: 5, prts: []}\n")
    with pytest.raises(ComposeError) as caught:
        api.load(file, environment={})
    assert len(caught.value.diagnostics) >= 3
    assert isinstance(caught.value, Compose2OamError)
    assert caught.value.exit_code == 3


def test_outcomes_are_counted(project: Any) -> None:
    """Every leaf is counted once."""
    made = api.convert(project(LOSSY))
    assert sum(made.count(outcome) for outcome in Outcome) == len(made.entries)
    assert (made.count(Outcome.DROPPED), made.count(Outcome.REFUSED)) == (2, 1)


def test_losses_are_refused_all_at_once(project: Any) -> None:
    """``error`` raises every loss with its line, as errors, and nothing else."""
    with pytest.raises(LossRefused) as caught:
        api.convert(project(LOSSY), on_loss="error")
    found = caught.value.diagnostics
    assert [item.position.line for item in found if item.position] == [4, 5, 6]
    assert {item.severity for item in found} == {Severity.ERROR}
    assert caught.value.exit_code == 4


def test_no_loss_is_no_error(project: Any) -> None:
    """What is approximated is not lost."""
    assert api.convert(project(WEB), on_loss="error").count(Outcome.APPROXIMATED) == 1


def test_losses_may_be_ignored(project: Any) -> None:
    """``ignore`` leaves out what there is to say about losses, and the ledger still knows."""
    text = LOSSY + "    init: true\n"
    loud, quiet = (api.convert(project(text), on_loss=choice) for choice in ("warn", "ignore"))
    lines = {item.position.line for item in quiet.diagnostics if item.position}
    assert {4, 5, 6} <= {item.position.line for item in loud.diagnostics if item.position}
    assert lines == {7}
    assert quiet.entries == loud.entries


def test_an_application_that_does_not_fit_is_not_returned(project: Any) -> None:
    """The check comes before anything is written, and points to the line."""
    with pytest.raises(CheckError) as caught:
        api.convert(project(WEB + "    x-oam: {properties: {imagee: b}}\n"))
    (found,) = caught.value.diagnostics
    assert found.position is not None
    assert found.position.line == 5
    assert found.severity is Severity.ERROR


def test_secrets_stay_outside(project: Any, tmp_path: pathlib.Path) -> None:
    """Neither the application nor what goes before it holds a secret; the manifests of the Secrets do."""
    text = "services: {web: {image: a, secrets: [pw]}}\nsecrets: {pw: {environment: PW}}\n"
    made = api.convert(project(text, environment={"PW": "hushed"}))
    assert [item["metadata"]["name"] for item in made.secrets] == ["demo-pw"]
    assert made.secrets[0]["metadata"]["namespace"] == "demo"
    for hidden in ("hushed", "aHVzaGVk"):
        assert hidden not in yaml.dump(made.documents)
        assert hidden not in str(made.diagnostics) + str(made.entries)


def test_large_configuration_travels_beside_the_application(project: Any) -> None:
    """An application is one object of the cluster's store; what is too large for it comes before it."""
    configs = "".join(f"  c{n}:\n    content: {'x' * 200_000}\n" for n in range(4))
    made = api.convert(project(f"services: {{web: {{image: a, configs: [c0, c1, c2, c3]}}}}\nconfigs:\n{configs}"))
    assert [item["kind"] for item in made.objects] == ["ConfigMap"] * 4
    assert {item["metadata"]["namespace"] for item in made.objects} == {"demo"}
    assert len(yaml.dump([made.documents[-1]])) < 10_000


def test_a_rulebook_may_be_used_again(project: Any) -> None:
    """Rules that are read once serve every conversion, with the same result."""
    rules = load_rulebook()
    loaded = project(WEB)
    assert api.convert(loaded, rulebook=rules).documents == api.convert(loaded).documents


def test_settings_are_the_callers_choices(project: Any) -> None:
    """Where the application goes; what is left open is filled in later, by the Compose file or the defaults."""
    made = api.convert(project(WEB), settings=Settings(namespace="prod"))
    assert made.application.namespace == "prod"
    assert (Settings().volume_size, Settings().over({}).volume_size) == (None, "1Gi")


def test_an_unknown_target_is_a_mistake_of_the_call(project: Any) -> None:
    """With the known ones."""
    with pytest.raises(UsageError, match=r"known are: .*kubevela"):
        api.convert(project(WEB), target="nope")


def test_threads_do_not_meet(project: Any) -> None:
    """Sixteen conversions at once, with one rulebook, give what one gives."""
    loaded, rules = project(WEB + "    healthcheck: {test: up}\n    deploy: {replicas: 3}\n"), load_rulebook()
    expected = api.convert(loaded, rulebook=rules)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: api.convert(loaded, rulebook=rules), range(16)))
    assert all(item.documents == expected.documents and item.entries == expected.entries for item in made)


def test_the_public_names_are_there() -> None:
    """Every name that the package says it has can be imported, and is documented."""
    for name in compose2oam.__all__:
        thing = getattr(compose2oam, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), name
    assert sorted(compose2oam.__all__) == sorted(set(compose2oam.__all__))
    assert set(compose2oam.__all__) <= set(dir(compose2oam))
