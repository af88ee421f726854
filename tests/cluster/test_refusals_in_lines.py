"""What KubeVela's webhook refuses, by the place of the Application and in few words."""

from __future__ import annotations

from typing import Any

from compose2oam.cluster.refusals import Refused, in_brief
from compose2oam.deploy.refusals import places_of

COMPILED = (
    'admission webhook "validating.core.oam.dev.v1beta1.applications" denied the request: 1) "schematic": cannot '
    "create the validation process context of app=demo in namespace=demo: evaluate base template app=demo in "
    "namespace=demo: failed to compile workload mail after merge parameter and context: function call error for "
    "_rendered: failed to fetch chart: no such host "
    '(value: #do: "render" $params: { password: "hunter2" } (and more)) (requestUID=1-2)'
)


def _refused(message: str) -> Refused:
    answer = {"kind": "Status", "reason": "Forbidden", "message": message}
    return Refused("PATCH", "/apis/core.oam.dev/v1beta1/namespaces/demo/applications/demo", "test", 403, "", answer)


def test_a_component_that_cannot_be_rendered_is_named() -> None:
    """Its reason is told, not all that was tried before and not the definition."""
    manifest: dict[str, Any] = {
        "kind": "Application",
        "spec": {"components": [{"name": "web", "type": "webservice"}, {"name": "mail", "type": "helmchart"}]},
    }
    ((path, said),) = places_of(manifest, _refused(COMPILED))
    assert path == ("spec", "components", 1, "type")
    assert said == "mail: function call error for _rendered: failed to fetch chart: no such host"


def test_the_definition_is_left_out_of_any_message() -> None:
    """It is long, and may hold what nobody else is to see."""
    assert "hunter2" not in _refused(COMPILED).message
    assert in_brief("a\n  b (value: {x}) ") == "a b"
    assert in_brief(None) == ""
