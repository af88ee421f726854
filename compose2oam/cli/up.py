"""``compose2oam up``: a Compose project in, a running application out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Optional

from compose2oam.cli import building, options, place, watching
from compose2oam.cli.declaring import Option
from compose2oam.cli.progress import Progress, Style, progress, style_of

if TYPE_CHECKING:
    from compose2oam.api import Conversion
    from compose2oam.cli.console import Console
    from compose2oam.cluster.client import Cluster
    from compose2oam.deploy import Plan, Seen
    from compose2oam.model.compose import Project
    from compose2oam.rules.rulebook import Rulebook


class DryRun(str, Enum):
    """What a dry run asks."""

    NONE = "none"
    CLIENT = "client"
    SERVER = "server"


@watching.watchable
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
    target: Annotated[
        Optional[str],
        Option("--target", metavar="NAME", help="The runtime to write for; by default what the cluster has."),
    ] = None,
    scale: Annotated[
        Optional[list[str]], Option("--scale", metavar="SERVICE=NUM", help="Run so many replicas of a service.")
    ] = None,
    build: building.First = False,
    push: building.Push = False,
    pin_digests: building.PinDigests = False,
    build_with: building.With = "",
    watched: Optional[watching.Session] = None,
    detach: Annotated[bool, Option("-d", "--detach", help="The same as --no-wait.")] = False,
    wait: Annotated[bool, Option("--wait/--no-wait", help="Wait until all is well, or only apply.")] = True,
    timeout: place.Timeout = "5m",
    dry_run: Annotated[
        DryRun, Option("--dry-run", help="Change nothing: say what would be sent, or let the server try it.")
    ] = DryRun.NONE,
    remove_orphans: Annotated[
        bool,
        Option("--remove-orphans", "--prune", help="Remove what is there of the project, and it has no more."),
    ] = False,
    publish_version: Annotated[
        str, Option("--publish-version", metavar="NAME", help="Roll out under the name of a version.")
    ] = "",
    force_conflicts: Annotated[
        bool, Option("--force-conflicts", help="Take over fields that somebody else set.")
    ] = False,
    adopt: Annotated[bool, Option("--adopt", help="Take over objects that are there and are not ours.")] = False,
    style: Annotated[Style, Option("--progress", help="How to show what happens.")] = Style.AUTO,
    format: options.LinesOfJson = options.TextFormat.TEXT,
    strict: Annotated[bool, Option("--strict", help="Send nothing if something of the project is lost.")] = False,
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

    style = style_of(style, format)
    console = Console(quiet, verbose)
    patience = place.seconds(timeout)
    counts = place.counts_of(scale or [], "--scale")
    settings = options.settings_of(choices, namespace, env)
    given = options.load_options(None, files, project_name, profile, env_file, project_directory, oam)
    project = deploy.scaled(api.load(*given.pop("files"), **given), counts)
    if watched is not None:
        watched.require_files(project)
    there = None if dry_run is DryRun.CLIENT else place.cluster(context, kubeconfig, "up")
    with place.interruptible("nothing was sent"):
        rules = _rules(there, target, mappings, console)
        has_types = there is not None and rules.target.writes == "application"
        catalogue = _catalogue(there, settings.namespace, project, console) if there and has_types else None
        made = api.convert(project, rulebook=rules, settings=settings, catalogue=catalogue)
    if strict and made.losses:
        raise LossRefused.of(made.losses)
    _tell(made, console)
    if build or push or pin_digests:
        if watched is not None:
            watched.sources(project, console)
        with place.interruptible("nothing was sent"):
            loaded, project = (
                project,
                building.first(
                    project,
                    settings,
                    services,
                    console,
                    push=push or pin_digests,
                    pin_digests=pin_digests,
                    tool=build_with,
                    dry_run=dry_run is not DryRun.NONE,
                ),
            )
            if project is not loaded:
                made = api.convert(project, rulebook=rules, settings=settings, catalogue=catalogue)
    plan = deploy.plan(project, made, services=services or (), publish_version=publish_version)
    shown = progress(style, plan.name, quiet=quiet)
    if there is None:
        _say(plan, shown)
        return
    trial = dry_run is DryRun.SERVER
    note = f"what was sent stays; the same command goes on, and compose2oam down{plan.at} undoes it"
    fates = set()
    with place.interruptible(note):
        for item in deploy.send(plan, there, adopt=adopt, force=force_conflicts, dry_run=trial):
            shown.applied(item, trial)
            fates.add(item.fate)
        for item in deploy.prune(plan, there, dry_run=trial) if remove_orphans else ():
            shown.applied(item, trial)
            fates.add(item.fate)
        if not remove_orphans:
            _note_orphans(plan, there, console)
    if fates == {"unchanged"}:
        console.note(f"nothing to change: {plan.name} is in {plan.namespace} as it should be")
        if push and not pin_digests:
            console.note("a tag that is pushed again is no change for a cluster: --pin-digests makes it one")
    if watched is not None:
        watched.at = plan.at
        watched.observe = lambda: _observe(plan, there, style, quiet, watched)
    if trial or detach or not wait or not patience:
        return
    with place.interruptible(f"{plan.name} goes on coming up; look with compose2oam ps{plan.at}"):
        seen = _follow(plan, there, patience, shown, watched)
    _end(plan, there, seen, console)


def _rules(there: Cluster | None, target: str | None, mappings: list[str] | None, console: Console) -> Rulebook:
    """Load the rules of a target: the one that is named, else that of the runtime that the cluster has.

    Raises:
        ClusterError: the cluster has not the runtime that it takes.
    """
    from compose2oam.cluster import runtimes
    from compose2oam.rules.rulebook import load_rulebook

    name = target or (runtimes.target_for(there) if there else options.USUAL_TARGET)
    rules = load_rulebook(name, mappings or ())
    if there is not None and target:
        runtimes.require(there, runtimes.OF_WRITTEN[rules.target.writes])
    if name != (target or options.USUAL_TARGET):
        console.note(f"the cluster has no KubeVela: up --target {name}")
    return rules


def _catalogue(there: Cluster, namespace: str | None, project: Project, console: Console) -> Any:
    """Read what the cluster knows; definitions in the namespace of the application count too."""
    from compose2oam.capabilities import catalogue_from
    from compose2oam.cluster.client import Refused
    from compose2oam.cluster.definitions import read_definitions

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


def _note_orphans(plan: Plan, there: Cluster, console: Console) -> None:
    """Say what still runs of services that left the project; a runtime takes those down by itself."""
    from compose2oam import deploy

    if plan.target != "kubernetes" or plan.components is not None:
        return
    left = [f"{item['kind']} {item['metadata']['name']}" for item in deploy.orphans(plan, there)]
    if left:
        console.note(f"no more in the project: {', '.join(left)}; --remove-orphans removes them")


def _say(plan: Plan, shown: Progress) -> None:
    """Say what would be sent."""
    from compose2oam import deploy
    from compose2oam.cluster.objects import Applied

    head = {"kind": "Namespace", "metadata": {"name": plan.namespace}}
    for item in (head, *plan.definitions, *deploy.wanted(plan, plan.documents)):
        shown.applied(Applied(item["kind"], item["metadata"]["name"], "would be applied"))


def _follow(
    plan: Plan, there: Cluster, patience: float, shown: Progress, watched: watching.Session | None = None
) -> Seen:
    from compose2oam import deploy

    def show(seen: Seen) -> None:
        shown.seen(seen)
        if watched is not None:
            watched.seen = seen
            if not seen.ended:
                watched.tick()

    try:
        return deploy.follow(there, plan, timeout=patience, show=show, freed=shown.freed)
    finally:
        shown.end()


def _observe(plan: Plan, there: Cluster, style: Style, quiet: bool, watched: watching.Session) -> None:
    """Tell of services that are no longer as they were last seen, line by line, until a file changes."""
    from compose2oam import deploy
    from compose2oam.cli.progress import Changes

    plain = not quiet and style not in (Style.JSON, Style.QUIET)
    lines = Changes(plan.name, watched.seen) if plain else progress(style, plan.name, quiet=quiet)

    def show(seen: Seen) -> None:
        lines.seen(seen)
        watched.seen = seen
        watched.tick()

    deploy.follow(there, plan, timeout=math.inf, show=show, forever=True)


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
        console.note(f"{plan.name}: the workflow waits {where}; compose2oam resume{plan.at} lets it go on")
        return
    _details(plan, there, seen, console)
    raise Unhealthy.of(deploy.findings(plan, seen))


def _details(plan: Plan, there: Cluster, seen: Seen, console: Console) -> None:
    """Show what the cluster knows of the services that failed: events, and the last lines of their logs."""
    from compose2oam.cluster.diagnosis import diagnose
    from compose2oam.cluster.state import WELL, Trouble
    from compose2oam.emitter.report.plain import plain

    late = seen.ended == "late"
    for item in seen.services:
        trouble = item.trouble
        if trouble is None and late and item.unready and item.phase not in WELL:
            # A volume that cannot be mounted, or a probe that fails, is told by events alone.
            trouble = Trouble("", pod=item.unready)
        if trouble is None or not (late or item.component in seen.troubles):
            continue
        known = diagnose(there, plan.namespace, trouble)
        for event in known.events:
            if trouble.message and trouble.message in event:
                continue
            console.line(f"{item.service} | event of {trouble.pod}: {plain(event)}")
        for line in known.log:
            console.line(f"{item.service} | {plain(line)}")
