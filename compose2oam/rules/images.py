"""What the name of an image tells, and what an image is called that a service builds and does not name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compose2oam.model.namedtuple import NamedTuple
from compose2oam.rules.settings import Settings

# The users that well-known images run as, which their Dockerfiles say and a Compose file does not.
# By the last part of the name; images that begin as root and hand over to another user by themselves are not here.
_BY_NAME = {
    "alertmanager": 65534,
    "azure-sql-edge": 10001,
    "cp-kafka": 1000,
    "cp-schema-registry": 1000,
    "cp-server": 1000,
    "cp-zookeeper": 1000,
    "elasticsearch": 1000,
    "grafana": 472,
    "jenkins": 1000,
    "kafka": 1000,
    "keycloak": 1000,
    "kibana": 1000,
    "logstash": 1000,
    "loki": 10001,
    "mattermost-enterprise-edition": 2000,
    "mattermost-team-edition": 2000,
    "n8n": 1000,
    "nexus3": 200,
    "node-red": 1000,
    "opensearch": 1000,
    "pgadmin4": 5050,
    "prometheus": 65534,
    "rocket.chat": 65533,
    "solr": 8983,
    "sonarqube": 1000,
    "tempo": 10001,
    "verdaccio": 10001,
}
# All images of some publishers, and images whose last part says too little.
_BY_PATH = {"bitnami": 1001, "bitnamilegacy": 1001, "linuxserver": 0, "mssql": 10001}


class Image(NamedTuple):
    """The name of an image, without its digest.

    Attributes:
        path: what stands before its last part: ``registry:5000``, ``bitnami``.
        name: its last part: ``postgres``.
        tag: ``16``, empty where it has none.
    """

    path: tuple[str, ...]
    name: str
    tag: str


def image_of(reference: Any) -> Image:
    """Return the parts of ``registry:5000/team/postgres:16@sha256:...``; empty ones of what is no image."""
    *path, last = str(reference or "").partition("@")[0].split("/")
    name, _, tag = last.partition(":")
    return Image(tuple(path), name, tag)


def user_of(image: Any) -> int:
    """Return the number of the user that an image runs as, 0 where it is root or is not known."""
    path, name, _ = image_of(image)
    known = [_BY_PATH[part] for part in path if part in _BY_PATH]
    return known[0] if known else _BY_NAME.get(name, 0)


def built_name(project: str, service: str, build: Mapping[str, Any], settings: Settings) -> str:
    """Return the name of an image that ``build`` makes (Compose Build Specification).

    Args:
        project: the project's name.
        service: the service's name.
        build: its ``build``.
        settings: the choices that hold; ``registry`` and ``tag`` count.

    Returns:
        the first of ``build.tags``, or else Docker Compose's name for it, in the registry of the settings.
    """
    tags = build.get("tags") or ()
    if tags:
        return str(tags[0])
    image = f"{project}-{service}"
    if settings.registry:
        image = f"{settings.registry}/{image}"
    return f"{image}:{settings.tag}" if settings.tag else image
