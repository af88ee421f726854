"""What a component renders to: its workload, as KubeVela makes it of properties, traits and patches.

Only what Compose may have a word for is rendered. What is not stays in :attr:`Rendered.properties` and
:attr:`Rendered.traits` as it was written. One table holds the properties, another the traits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from compose2oam.importer.patches import PatchError
from compose2oam.importer.properties import PROPERTIES, settle_resources
from compose2oam.importer.rendered import Rendered, Tree
from compose2oam.importer.traits import TRAITS
from compose2oam.model.oam import Component, Trait


def render(component: Component) -> Rendered:
    """Render a component of one of the types in :data:`KINDS`, or of a type that takes the same properties."""
    template: Tree = {"metadata": {}, "spec": {"containers": [{"name": component.name}]}}
    spec: Tree = {"template": template}
    if component.type == "cron-task":
        spec = {"jobTemplate": {"spec": spec}}
    made = Rendered(component, {"metadata": {}, "spec": spec})
    for key, value in component.properties.items():
        rendered = PROPERTIES.get(key)
        if rendered is None or not _is_rendered(rendered, made, value):
            made.properties[key] = value
    settle_resources(made)
    for trait in component.traits:
        rendered_trait = TRAITS.get(trait.type)
        if rendered_trait is None or not _tried(rendered_trait, made, trait):
            made.traits.append(trait)
    return made


def _is_rendered(rendered: Callable[[Rendered, Any], bool], made: Rendered, value: Any) -> bool:
    """Render a property; one that has not its shape is left as it was written."""
    try:
        return rendered(made, copy.deepcopy(value))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _tried(rendered: Callable[[Rendered, Tree], bool], made: Rendered, trait: Trait) -> bool:
    """Render a trait; one that does not fit what is there is left as it was written."""
    before = copy.deepcopy(made.manifest)
    try:
        done = rendered(made, copy.deepcopy(trait.properties))
    except (PatchError, AttributeError, KeyError, TypeError, ValueError):
        done = False
    if not done:
        made.manifest = before
    return done
