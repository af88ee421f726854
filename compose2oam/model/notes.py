"""The labels and annotations by which a project is found again in a cluster, without its Compose files."""

from __future__ import annotations

#: The name of the Compose project: an annotation of an application, a label of all other objects.
PROJECT = "compose2oam.io/project"
#: Annotation: the Compose files, with commas between them.
FILES = "compose2oam.io/files"
#: Annotation: the profiles that were enabled, with commas between them.
PROFILES = "compose2oam.io/profiles"
#: Annotation: the services whose components are called otherwise, in JSON.
SERVICES = "compose2oam.io/services"
#: Annotation: the components that run in the pods of another, in JSON.
PODS = "compose2oam.io/pods"
#: Labels that every runtime of OAM gives to what it makes, pods too: the application, and the component.
APPLICATION, COMPONENT = "app.oam.dev/name", "app.oam.dev/component"

_LENGTH = 63


def project_label(project: str) -> str:
    """Return the name of a project as the value of a label (Kubernetes, "Labels and Selectors", syntax)."""
    return project[:_LENGTH].strip("-_.")
