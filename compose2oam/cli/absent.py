"""Commands of Docker Compose that a cluster has another way for: each says which."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from compose2oam.cli.grouping import App

_PODS = "-n NAMESPACE -l app.oam.dev/name=PROJECT"

#: What to do instead, by command.
INSTEAD = {
    "attach": "`compose2oam logs -f SERVICE` shows what it writes, `compose2oam exec SERVICE sh` is beside it",
    "commit": "build an image instead: `compose2oam build`; what is changed in a container goes with it",
    "cp": "`kubectl cp -n NAMESPACE POD:PATH PATH` copies; `compose2oam ps` names the pods",
    "create": "`compose2oam up --no-wait` makes all and waits for nothing; `compose2oam convert` only writes it down",
    "export": "`compose2oam exec -T SERVICE tar c / > FILE` writes out what is in a container",
    "kill": "`compose2oam stop SERVICE` ends its pods, `compose2oam restart SERVICE` puts new ones in their place",
    "pause": "Kubernetes cannot freeze a container; `compose2oam stop SERVICE` ends its pods, `start` brings them back",
    "publish": "`compose2oam convert` writes what there is to hand on",
    "pull": "the nodes of a cluster pull images themselves; `compose2oam restart SERVICE` has a tag looked up again",
    "push": "`compose2oam up --build --push` builds images and pushes them to a registry that the cluster can reach",
    "rm": "`compose2oam down` takes all of it away; what left the project, `compose2oam up --remove-orphans`",
    "run": "`compose2oam exec SERVICE COMMAND` runs it in what is there; a service that ends becomes a job",
    "stats": f"`kubectl top pods {_PODS}`, where the cluster has a metrics server",
    "top": f"`compose2oam exec SERVICE ps`; what pods use says `kubectl top pods {_PODS}`",
    "unpause": "Kubernetes cannot freeze a container; `compose2oam start SERVICE` brings back what `stop` ended",
    "volumes": f"`kubectl get persistentvolumeclaims {_PODS}` lists them",
    "watch": "`compose2oam up --watch` applies what changes",
}


def add_to(app: App) -> None:
    """Give a command line these commands, without showing them in its help."""
    settings = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    for name, text in INSTEAD.items():
        app.command(name, hidden=True, context_settings=settings)(_refusal(name, text))


def _refusal(name: str, text: str) -> Callable[[], None]:
    def refuse() -> NoReturn:
        from compose2oam.errors import UsageError

        raise UsageError(f"there is no {name} on a cluster: {text}")

    return refuse
