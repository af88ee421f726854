"""Words of a command, so that Kubernetes runs what Docker would have run."""

from __future__ import annotations

from typing import Any

from compose2oam.model.regex import regex
from compose2oam.rules.context import Context
from compose2oam.rules.hosts import Hosts

# Kubernetes takes `$(` for a reference, and makes one `$` of two (Container v1 core, "command"); others stay.
_DOLLARS = regex(r"\$+(?=\()|\${2,}")


def arguments(words: Any, context: Context) -> list[str]:
    """Return the words with dollars escaped and with host names as the cluster knows them."""
    hosts = Hosts(context)
    return [escaped(hosts.rewrite(str(word))) for word in words]


def escaped(text: str) -> str:
    """Return a text that Kubernetes, which expands ``$(NAME)`` in commands and variables, takes as it stands."""
    return _DOLLARS.sub(lambda found: found[0] * 2, text) if "$" in text else text
