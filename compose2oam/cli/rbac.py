"""``compose2oam rbac``: the roles that the commands need."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

from compose2oam.cli import options
from compose2oam.cli.declaring import Argument, Option


class Target(str, Enum):
    """What a project is written for."""

    ALL = "all"
    KUBEVELA = "kubevela"
    KUBERNETES = "kubernetes"
    V1ALPHA2 = "oam-v1alpha2"


def rbac(
    commands: Annotated[
        Optional[list[str]],
        Argument(
            metavar="[COMMAND]...",
            help="Commands; all that have to do with a cluster without one.",
            completes="commands_with_rights",
        ),
    ] = None,
    namespace: Annotated[str, Option("-n", "--namespace", metavar="NAME", help="Where the project runs.")] = "default",
    target: Annotated[Target, Option("--target", help="Only what projects of this target need.")] = Target.ALL,
    name: Annotated[str, Option("--name", metavar="NAME", help="What the roles are called.")] = "compose2oam",
    user: Annotated[str, Option("--user", metavar="NAME", help="Bind the roles to a user.")] = "",
    group: Annotated[str, Option("--group", metavar="NAME", help="Bind them to a group.")] = "",
    service_account: Annotated[
        str, Option("--service-account", metavar="[NAMESPACE:]NAME", help="Bind them to a service account.")
    ] = "",
    namespaced: Annotated[
        bool, Option("--namespaced", help="Leave out what is outside of the namespace; up then knows less.")
    ] = False,
    format: Annotated[options.Format, Option("--format", help="How to write it.")] = options.Format.YAML,
) -> None:
    """Print the least roles that let somebody use these commands, as `kubectl apply` takes them.

    Example: compose2oam rbac up ps logs -n shop --user jane
    """
    from compose2oam.cli import results
    from compose2oam.cluster import rights
    from compose2oam.errors import UsageError

    unknown = sorted(set(commands or ()) - set(rights.RIGHTS))
    if unknown:
        raise UsageError(f"no rights are known for {', '.join(unknown)}; there is {', '.join(rights.RIGHTS)}")
    subjects = [_of("User", user), _of("Group", group), _account(service_account, namespace)]
    named = [subject for subject in subjects if subject]
    if len(named) > 1:
        raise UsageError("--user, --group and --service-account: one of them")
    wanted = rights.rights_for(commands or (), "" if target is Target.ALL else target.value, namespaced=namespaced)
    made = list(rights.roles(wanted, name, namespace, named[0] if named else None))
    results.text_to("", results.text_of(made, format))


def _of(kind: str, name: str) -> dict[str, str]:
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name} if name else {}


def _account(written: str, namespace: str) -> dict[str, str]:
    home, _, name = written.rpartition(":")
    return {"kind": "ServiceAccount", "name": name, "namespace": home or namespace} if name else {}
