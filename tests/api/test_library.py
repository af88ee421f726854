"""The library: applications built, read, changed, checked and written, as its page shows."""

from __future__ import annotations

import concurrent.futures
import pathlib

import pytest

from compose2oam import Application, Component, Policy, Trait, WorkflowStep, check, convert, load, read, require, write
from compose2oam.errors import CheckError, InputError
from compose2oam.library import read_all

ROOT = pathlib.Path(__file__).resolve().parents[2]

WEB = Component.of("web", "webservice", image="nginx:1.27")
SHOP = Application("shop").with_components(WEB, Component.of("cache", "worker", image="redis:7.4"))


def test_values_do_not_change() -> None:
    """What is built on something else leaves that as it was."""
    scaled = WEB.with_traits(Trait.of("scaler", replicas=3)).with_properties(cpu="1").after("cache")
    assert (WEB.traits, WEB.properties, WEB.depends_on) == ((), {"image": "nginx:1.27"}, ())
    assert scaled.properties == {"image": "nginx:1.27", "cpu": "1"}
    assert scaled.after("cache").depends_on == ("cache",)
    assert scaled.with_properties(cpu=None).properties == WEB.properties


def test_parts_of_one_name_take_each_others_places() -> None:
    """Traits go by their type, components and policies by their name; the order stays."""
    three, five = Trait.of("scaler", replicas=3), Trait.of("scaler", replicas=5)
    assert WEB.with_traits(three, Trait.of("labels", a="b")).with_traits(five).traits == (
        five,
        Trait.of("labels", a="b"),
    )
    newer = WEB.with_properties(image="nginx:1.28")
    assert SHOP.with_components(newer).components == (newer, SHOP.components[1])
    one, two = Policy.of("a", "topology", n=1), Policy.of("a", "topology", n=2)
    assert SHOP.with_policies(one).with_policies(two).policies == (two,)
    assert SHOP.without_component("web").component("web") is None
    assert WEB.with_traits(three).without_trait("scaler").trait("scaler") is None


def test_steps_come_one_after_the_other() -> None:
    """``with_steps`` makes the workflow, or goes on with it."""
    made = SHOP.with_steps(WorkflowStep.of("one", "suspend")).with_steps(WorkflowStep.of("two", "deploy", policies=[]))
    assert made.workflow is not None
    assert [step.name for step in made.workflow.steps] == ["one", "two"]
    assert Application.from_dict(made.to_dict()) == made


def test_what_is_written_reads_back(tmp_path: pathlib.Path) -> None:
    """With other manifests before it; several applications in one file are read together."""
    file = tmp_path / "app.yaml"
    write(SHOP, file, objects=[{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}])
    assert read(file) == SHOP
    file.write_text(file.read_text(encoding="utf-8") + "---\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_all(file) == [SHOP, SHOP]
    with pytest.raises(InputError, match=r"expected 1 .* found 2"):
        read(file)
    with pytest.raises(InputError, match="does not exist"):
        read(tmp_path / "nothing.yaml")


def test_check_takes_applications_and_manifests() -> None:
    """Both give the same findings, and ``require`` raises them."""
    broken = SHOP.with_components(WEB.with_traits(Trait.of("scaler", replicas="three")))
    found = [(item.code, item.path) for item in check(broken)]
    assert found == [(item.code, item.path) for item in check(broken.to_dict())]
    assert found
    with pytest.raises(CheckError):
        require(broken)
    assert require(SHOP) is SHOP


def test_eight_threads_build_check_and_convert() -> None:
    """Nothing is shared between calls, so the results are those of one thread."""
    project = load(ROOT / "samples" / "shop" / "compose.yaml")
    expected = convert(project).documents

    def work(number: int) -> bool:
        mine = SHOP.with_components(WEB.with_traits(Trait.of("scaler", replicas=number)))
        return convert(project).documents == expected and not [item for item in check(mine) if item.severity == "error"]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(1, 17)))
