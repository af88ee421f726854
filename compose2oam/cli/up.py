"""``compose2oam up``: a Compose project in, a running application out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from compose2oam.cli import options, place
from compose2oam.cli.progress import Progress, Style, progress

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.cli.console import Console
    from compose2oam.cluster.client import Cluster
    from compose2oam.deploy import Plan, Seen
    from compose2oam.model.compose import Project


class DryRun(str, Enum):
    """What a dry run asks."""

    NONE = "none"
    CLIENT = "client"
    SERVER = "server"


@options.with_choices
def up(
    services: place.Services = None,
    files: options.FileOptions = None,
    project_name: options.ProjectName = None,
    namespace: options.Namespace = None,
    context: place.Context = "",
    kubeconfig: place.Kubeconfig = "",
    profile: options.Profiles = None,
    env_file: options.EnvFiles = None,
    project_directory: options.ProjectDirectory = None,
    oam: options.SideFile = None,
    env: options.Environments = None,
    mappings: options.Mappings = None,
    scale: Annotated[
        Optional[list[str]], typer.Option("--scale", metavar="SERVICE=NUM", help="Run so many replicas of a service.")
    ] = None,
    detach: Annotated[bool, typer.Option("-d", "--detach", help="The same as --no-wait.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until all is well, or only apply.")] = True,
    timeout: place.Timeout = "5m",
    dry_run: Annotated[
        DryRun, typer.Option("--dry-run", help="Change nothing: say what would be sent, or let the server try it.")
    ] = DryRun.NONE,
    remove_orphans: Annotated[
        bool,
        typer.Option("--remove-orphans", "--prune", help="Remove ConfigMaps and Secrets that the project has no more."),
    ] = False,
    publish_version: Annotated[
        str, typer.Option("--publish-version", metavar="NAME", help="Roll out under the name of a version.")
    ] = "",
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="Take over fields that somebody else set.")
    ] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Take over objects that are there and are not ours.")] = False,
    style: Annotated[Style, typer.Option("--progress", help="How to show what happens.")] = Style.AUTO,
    strict: Annotated[bool, typer.Option("--strict", help="Send nothing if something of the project is lost.")] = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    **choices: Any,
) -> None:
    """Convert a Compose project, check it against a cluster, send it there, and wait until it is well.

    Applying the same again changes nothing. What left the project is removed, but never a volume.

    Example: compose2oam up --context prod -n shop
    """
    from compose2oam import api, deploy
    from compose2oam.cli.console import Console
    from compose2oam.errors import LossRefused

    console = Console(quiet, verbose)
    patience = place.seconds(timeout)
    counts = place.counts_of(scale or [], "--scale")
    settings = options.settings_of(choices, namespace, env)
    given = options.load_options(None, files, project_name, profile, env_file, project_directory, oam)
    project = deploy.scaled(api.load(*given.pop("files"), **given), counts)
    there = None if dry_run is DryRun.CLIENT else place.cluster(context, kubeconfig)
    with place.interruptible("nothing was sent"):
        catalogue = None if there is None else _catalogue(there, settings.namespace, project, console)
        made = api.convert(project, mappings=mappings or (), settings=settings, catalogue=catalogue)
    if strict and made.losses:
        raise LossRefused.of(made.losses)
    _tell(made, console)
    plan = deploy.plan(project, made, services=services or (), publish_version=publish_version)
    shown = progress(style, plan.name, quiet=quiet)
    if there is None:
        _say(plan, shown)
        return
    trial = dry_run is DryRun.SERVER
    note = f"what was sent stays; the same command goes on, and compose2oam down{_at(plan)} undoes it"
    fates = set()
    with place.interruptible(note):
        for item in deploy.send(plan, there, adopt=adopt, force=force_conflicts, dry_run=trial):
            shown.applied(item, trial)
            fates.add(item.fate)
        for item in deploy.prune(plan, there, dry_run=trial) if remove_orphans else ():
            shown.applied(item, trial)
            fates.add(item.fate)
    if fates == {"unchanged"}:
        console.note(f"nothing to change: {plan.name} is in {plan.namespace} as it should be")
    if trial or detach or not wait or not patience:
        return
    with place.interruptible(f"{plan.name} goes on coming up; look with compose2oam ps{_at(plan)}"):
        seen = _follow(plan, there, patience, shown)
    _end(plan, there, seen, console)


def _catalogue(there: Cluster, namespace: str | None, project: Project, console: Console) -> Any:
    """Read what the cluster knows; definitions in the namespace of the application count too."""
    from compose2oam.capabilities import catalogue_from
    from compose2oam.cluster.client import Refused
    from compose2oam.cluster.definitions import read_definitions
    from compose2oam.errors import ClusterError

    extension = project.tree.get("x-oam")
    written = extension.get("namespace") if isinstance(extension, Mapping) else None
    try:
        snapshot = read_definitions(
            there, [str(namespace or written or project.name.replace("_", "-"))], everywhere=False
        )
    except Refused as error:
        if error.status != 403:
            raise
        why = error.said or error.message
        console.note(
            f"checked against the definitions that ship with compose2oam, as the cluster's may not be read: {why}"
        )
        return None
    if not snapshot.runtime.startswith("KubeVela"):
        raise ClusterError(
            f"the cluster of the context {snapshot.context} has {snapshot.runtime}, and up needs KubeVela; "
            "convert --target oam-v1alpha2 writes what kubectl apply can send there"
        )
    if console.verbose:
        console.note(f"context {snapshot.context}: {snapshot.runtime}, Kubernetes {snapshot.kubernetes}")
    return catalogue_from(snapshot)


def _tell(made: Conversion, console: Console) -> None:
    """Say in one line what became of the keys, and more to who asks: `convert` and `check` say all of it."""
    from compose2oam.emitter.report import text

    if console.verbose:
        console.findings(made.diagnostics, made.entries)
        console.note(text.render(made.report).rstrip())
        return
    lost = len(made.losses)
    if lost:
        console.note(f"{'one key is' if lost == 1 else f'{lost} keys are'} lost on a cluster; -v says which and why")


def _say(plan: Plan, shown: Progress) -> None:
    """Say what would be sent."""
    from compose2oam.cluster.objects import Applied

    for item in ({"kind": "Namespace", "metadata": {"name": plan.namespace}}, *plan.documents):
        shown.applied(Applied(item["kind"], item["metadata"]["name"], "would be applied"))


def _follow(plan: Plan, there: Cluster, patience: float, shown: Progress) -> Seen:
    from compose2oam import deploy

    try:
        return deploy.follow(
            there, plan.namespace, plan.name, components=plan.components, timeout=patience, show=shown.seen
        )
    finally:
        shown.end()


def _end(plan: Plan, there: Cluster, seen: Seen, console: Console) -> None:
    """Say how it ended.

    Raises:
        Unhealthy: not well.
    """
    from compose2oam import deploy
    from compose2oam.errors import Unhealthy

    if seen.ended == "healthy":
        console.note(f"{plan.name} is well")
        return
    if seen.ended == "suspended":
        from compose2oam.cluster.state import suspended

        where = suspended(seen.running) if seen.running else ""
        console.note(f"{plan.name}: the workflow waits {where}; vela workflow resume {plan.name} -n {plan.namespace}")
        return
    _details(plan, there, seen, console)
    raise Unhealthy.of(deploy.findings(plan, seen))


def _details(plan: Plan, there: Cluster, seen: Seen, console: Console) -> None:
    """Show what the cluster knows of the services that failed: events, and the last lines of their logs."""
    from compose2oam.cluster.diagnosis import diagnose
    from compose2oam.emitter.report.plain import plain

    for item in seen.services:
        trouble = item.trouble
        if trouble is None or not (seen.ended == "late" or item.component in seen.troubles):
            continue
        known = diagnose(there, plan.namespace, trouble)
        for event in known.events:
            if trouble.message and trouble.message in event:
                continue
            console.line(f"{item.service} | event of {trouble.pod}: {plain(event)}")
        for line in known.log:
            console.line(f"{item.service} | {plain(line)}")


def _at(plan: Plan) -> str:
    """Return the options by which other commands find the application."""
    project, usual = plan.project.name, plan.project.name.replace("_", "-")
    return f" -p {project}" if plan.namespace == usual else f" -p {project} -n {plan.namespace}"
