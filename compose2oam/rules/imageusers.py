"""The users that well-known images run as, which their Dockerfiles say and a Compose file does not."""

from __future__ import annotations

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


def user_of(image: str) -> int:
    """Return the number of the user that an image runs as, 0 where it is root or is not known."""
    *path, last = image.partition("@")[0].split("/")
    known = [_BY_PATH[part] for part in path if part in _BY_PATH]
    return known[0] if known else _BY_NAME.get(last.partition(":")[0], 0)
