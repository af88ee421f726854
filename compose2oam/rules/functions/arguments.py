"""Words of a command, so that Kubernetes runs what Docker would have run."""

from __future__ import annotations

from typing import Any

from compose2oam.rules.context import Context
from compose2oam.rules.hosts import Hosts


def arguments(words: Any, context: Context) -> list[str]:
    """Return the words with ``$(`` escaped and with host names as the cluster knows them.

    Kubernetes expands ``$(NAME)`` in ``command`` and ``args`` (Container v1 core); Compose does not.
    """
    hosts = Hosts(context)
    return [hosts.rewrite(str(word)).replace("$(", "$$(") for word in words]
