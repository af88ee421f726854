"""What looks like a secret is not shown, and what does not look like one is."""

from __future__ import annotations

import time
from typing import Any

import pytest

from compose2oam.model.redaction import Redaction, hides, secret_values

NOTHING = Redaction()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://me:hunter2@db/x", "postgres://me:***@db/x"),
        ("redis-server --requirepass hunter2 --port 1", "redis-server --requirepass *** --port 1"),
        ("run --api-key=hunter2", "run --api-key=***"),
        ("mysqladmin ping -uroot -phunter2 -h db", "mysqladmin ping -uroot -p*** -h db"),
        ("http://h/?token=hunter2&a=1", "http://h/?token=***&a=1"),
        ("a ${DB_PASSWORD:-hunter2} b", "a ${DB_PASSWORD:-***} b"),
        ("a ${LEVEL:-debug} b", "a ${LEVEL:-debug} b"),
        ("${URL:-amqp://me:hunter2@h}", "${URL:-amqp://me:***@h}"),
        ("${DB_PASSWORD:?set it}", "${DB_PASSWORD:?set it}"),
        ("AKIAABCDEFGHIJKLMNOP", "***"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ", "***"),
        ("me:$$apr1$$abc$$def", "me:***"),
        ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer ***"),
        ("curl -fsS http://localhost:80/health", "curl -fsS http://localhost:80/health"),
        ("nginx -p /etc/nginx", "nginx -p /etc/nginx"),
    ],
)
def test_free_text(text: str, shown: str) -> None:
    """Addresses, flags, settings and shapes of keys; nothing else is touched."""
    assert NOTHING.known(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("admin_password = hunter2\nlevel = info", "admin_password = ***\nlevel = info"),
        ('{"apiToken": "hunter2"}\n  "secret": "x1",', '{"apiToken": "hunter2"}\n  "secret": ***'),
        ("# - DB_PASSWORD=hunter2", "# - DB_PASSWORD=***"),
        ("postgres://me:hunter2@db/x", "postgres://me:***@db/x"),
        ("URL=postgres://me:hunter2@db/x", "URL=postgres://me:***@db/x"),
        ("A_TOKEN=${B:-hunter2}", "A_TOKEN=${B:-***}"),
        ("export AUTH=hunter2", "export AUTH=***"),
        ("MY_KEY: ${MY_KEY}", "MY_KEY: ${MY_KEY}"),
        ("ALLOW_EMPTY_PASSWORD=yes", "ALLOW_EMPTY_PASSWORD=yes"),
        ("PASSWORD_FILE=/run/secrets/db", "PASSWORD_FILE=/run/secrets/db"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n  def\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\n***\n  ***\n-----END RSA PRIVATE KEY-----",
        ),
    ],
)
def test_lines_of_settings(text: str, shown: str) -> None:
    """One setting a line, in any of the usual forms; as many lines come out as go in."""
    assert NOTHING.text(text) == shown


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("DB_PASSWORD", True),
        ("API_KEY", True),
        ("ssl-key", True),
        ("MYSQL_PASS", True),
        ("AUTH", True),
        ("traefik.http.middlewares.a.basicauth.users", True),
        ("traefik.http.middlewares.auth.forwardauth.address", False),
        ("key", False),
        ("secrets", False),
        ("secretName", False),
        ("secretKeyRef", False),
        ("imagePullSecrets", False),
        ("tokenExpirationSeconds", False),
        ("DB_PASSWORD_FILE", False),
        ("PATH", False),
        ("MONKEY", False),
    ],
)
def test_names_that_sound_secret(name: str, hidden: bool) -> None:
    """Of variables, labels and options; a key of Kubernetes that only names a secret does not."""
    assert hides(name) is hidden


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        ({"env": [{"name": "DB_PASSWORD", "value": "a1"}]}, {"env": [{"name": "DB_PASSWORD", "value": "***"}]}),
        ({"env": [{"name": "LEVEL", "value": "a1"}]}, {"env": [{"name": "LEVEL", "value": "a1"}]}),
        ({"environment": ["DB_PASSWORD=a1", "LEVEL=a1"]}, {"environment": ["DB_PASSWORD=***", "LEVEL=a1"]}),
        ({"command": ["x", "--password", "a1"]}, {"command": ["x", "--password", "***"]}),
        ({"PIN_TOKEN": 1234, "port": 1234}, {"PIN_TOKEN": "***", "port": 1234}),
        ({"password": {"value": "a1"}}, {"password": {"value": "a1"}}),
        ({"kind": "Secret", "data": {"a": "YQ=="}}, {"kind": "Secret", "data": {"a": "***"}}),
        ({"kind": "Secret", "stringData": {"a": "b"}}, {"kind": "Secret", "stringData": {"a": "***"}}),
        ({"secret": [{"name": "s", "data": {"a": "b"}}]}, {"secret": [{"name": "s", "data": {"a": "***"}}]}),
        ({"kind": "ConfigMap", "data": {"a": "b"}}, {"kind": "ConfigMap", "data": {"a": "b"}}),
        ({"ssh": ["default", "k=/a1"]}, {"ssh": ["default", "k=***"]}),
        ({"ssh": {"default": "default", "k": "/a1"}}, {"ssh": {"default": "default", "k": "***"}}),
        ({"ssh": "k=/a1"}, {"ssh": "k=***"}),
        ({"ssh": "default"}, {"ssh": "default"}),
        (
            {"op": "add", "path": "/metadata/annotations/api-token", "value": "a1"},
            {"op": "add", "path": "/metadata/annotations/api-token", "value": "***"},
        ),
    ],
)
def test_plain_data(tree: Any, shown: Any) -> None:
    """Values go, keys stay."""
    assert NOTHING.tree(tree) == shown


def test_a_known_value_is_hidden_wherever_it_stands() -> None:
    """But for a short one, and one that is part of a name that everybody may know."""
    redaction = Redaction(["correct horse", "abc", "postgres", "line-one\nline-two"], ["image: postgres:16"])
    assert redaction.text("say correct horse, abc, postgres, line-two") == "say ***, abc, postgres, ***"


def test_values_are_found_by_their_names() -> None:
    """In mappings, in lists of settings, in pairs, and the passwords of addresses."""
    tree = {
        "environment": {"A_TOKEN": "one", "LEVEL": "info", "B_TOKEN": "${B_TOKEN}"},
        "labels": ["x.api-key=two"],
        "env": [{"name": "C_SECRET", "value": "three"}],
        "url": "amqp://u:four@h",
    }
    assert list(secret_values(tree)) == ["one", "two", "three", "four"]


@pytest.mark.parametrize("text", ["mysql " * 20_000, "${A_TOKEN:-" * 20_000, "token " * 20_000, "://a" * 20_000])
def test_no_text_takes_long(text: str) -> None:
    """A hostile line costs what its length does."""
    begun = time.process_time()
    NOTHING.text(text)
    assert time.process_time() - begun < 5
