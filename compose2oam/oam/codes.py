"""Every finding of the check: its code, how much it matters, and what it means in general.

The tens group them: 10 shape, 11 names, 12 references, 13 definitions, 14 parameters, 15 traits, 16 values.
"""

from __future__ import annotations

from compose2oam.diagnostics import Severity
from compose2oam.model.namedtuple import NamedTuple


class Finding(NamedTuple):
    """A row of the table."""

    severity: Severity
    meaning: str


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: dict[str, Finding] = {
    "OAM-101": Finding(
        _ERROR, "The document is not an Application of core.oam.dev/v1beta1, and none of v1alpha2 that is known."
    ),
    "OAM-102": Finding(_ERROR, "A document has no such key; the runtime would drop it without a word."),
    "OAM-103": Finding(_ERROR, "A part of a document is of the wrong type."),
    "OAM-104": Finding(_ERROR, "A part that every document of its kind needs is missing."),
    "OAM-105": Finding(_ERROR, "A part of a document has a value that is not allowed."),
    "OAM-111": Finding(_ERROR, "A name is not one that Kubernetes takes."),
    "OAM-112": Finding(_ERROR, "A name is too long for what is made from it."),
    "OAM-113": Finding(_ERROR, "Two parts have the same name."),
    "OAM-114": Finding(_ERROR, "A label or an annotation is not one that Kubernetes takes."),
    "OAM-121": Finding(_ERROR, "Something is waited for that does not exist."),
    "OAM-122": Finding(_ERROR, "An input takes a value that no output gives."),
    "OAM-123": Finding(_ERROR, "Parts wait for one another in a circle."),
    "OAM-124": Finding(_ERROR, "A workflow step applies a component that does not exist."),
    "OAM-125": Finding(_WARNING, "A workflow step names a policy that this application does not hold."),
    "OAM-126": Finding(_WARNING, "A policy names a component that does not exist."),
    "OAM-127": Finding(_WARNING, "A document of v1alpha2 names another one that is not beside it."),
    "OAM-131": Finding(_WARNING, "The catalogue has no such definition; only the cluster knows."),
    "OAM-132": Finding(_WARNING, "The definition is deprecated."),
    "OAM-133": Finding(_WARNING, "It works only where something is installed that KubeVela does not bring along."),
    "OAM-134": Finding(_INFO, "It works only where the cluster has a controller for it, as many clusters do."),
    "OAM-141": Finding(_ERROR, "The definition has no such parameter; the runtime would drop it without a word."),
    "OAM-142": Finding(_ERROR, "A parameter has a value of the wrong type."),
    "OAM-143": Finding(_ERROR, "A parameter that the definition needs is missing."),
    "OAM-144": Finding(_ERROR, "A parameter has a value that the definition does not allow."),
    "OAM-145": Finding(_ERROR, "Parameters stand together of which the definition takes one or the other."),
    "OAM-146": Finding(_WARNING, "The definition takes the parameter and does nothing with it."),
    "OAM-147": Finding(_WARNING, "The parameter works, though the definition does not declare it."),
    "OAM-151": Finding(_ERROR, "The trait does not apply to the workload of the component."),
    "OAM-152": Finding(_ERROR, "A component has two traits of one type."),
    "OAM-153": Finding(_ERROR, "Two traits of a component write the same thing."),
    "OAM-154": Finding(_ERROR, "An environment variable is set in two ways that Kubernetes refuses together."),
    "OAM-155": Finding(_ERROR, "Two parts write the Service that has the name of the component."),
    "OAM-161": Finding(_ERROR, "The target kind of the trait is not the workload that the component makes."),
    "OAM-162": Finding(_ERROR, "The least number is greater than the greatest."),
    "OAM-163": Finding(
        _ERROR, "Settings stand together that Kubernetes, or the controller behind a trait, refuses together."
    ),
    "OAM-164": Finding(_ERROR, "Two ports of a container or a Service have the same name."),
    "OAM-165": Finding(_ERROR, "A setting needs another one."),
    "OAM-166": Finding(_ERROR, "Two things are mounted at one place of a container."),
}
