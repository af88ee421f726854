"""Looking at all that a project needs to come up, here and on a cluster: one small check for each thing.

:mod:`local <compose2oam.doctor.local>` and :mod:`remote <compose2oam.doctor.remote>` have the checks. A check returns
what it found, or raises: an error of this library is a check that fails, and anything else one that broke. Neither
stops the others, but what rests on it is skipped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from compose2oam.doctor import local, remote
from compose2oam.doctor.scene import SET_BY, Asked, Check, Found, Result, Scene, State, findings
from compose2oam.errors import ClusterError, Compose2OamError

__all__ = ["CHECKS", "Asked", "Result", "State", "examine"]

CHECKS: Sequence[Check] = (*local.FIRST, *remote.FIRST, *local.TRANSLATION, *remote.REST)
"""All checks, each after those that it rests on."""

PATIENCE = 20.0
"""How many seconds a check that speaks with a cluster may take."""


def examine(asked: Asked, checks: Sequence[Check] = CHECKS, patience: float = PATIENCE) -> Iterator[Result]:
    """Run checks, one after the other, and yield each result as soon as it is there; raises nothing.

    Args:
        asked: what to look at.
        checks: in order.
        patience: seconds for each that speaks with a cluster.
    """
    scene = Scene(asked)
    for check in checks:
        if check.remote and asked.offline:
            yield Result(check, Found(State.SKIP, "not looked at: --offline"))
            continue
        lacking = [SET_BY[name] for name in check.needs if not hasattr(scene, name)]
        if lacking:
            yield Result(check, Found(State.SKIP, f"not looked at, because of: {lacking[0]}"))
            continue
        begin = time.monotonic()
        found = _in_time(check, scene, patience) if check.remote else _found(check, scene)
        yield Result(check, found, time.monotonic() - begin)


def _in_time(check: Check, scene: Scene, patience: float) -> Found:
    """Run a check in a thread that is left behind when it takes too long."""
    answers: list[Found] = []
    thread = threading.Thread(target=lambda: answers.append(_found(check, scene)), daemon=True)
    thread.start()
    thread.join(patience)
    if answers:
        return answers[0]
    say = f"no answer within {patience:g} seconds"
    return Found(State.FAIL, say, "look whether the cluster is well, and the way there", ClusterError.exit_code)


def _found(check: Check, scene: Scene) -> Found:
    try:
        return check.look(scene)
    except Compose2OamError as error:
        said = findings(error.diagnostics) or error.message
        return Found(State.FAIL, said, error.diagnostics[0].hint if error.diagnostics else "", error.exit_code)
    except Exception as error:  # one that breaks must not stop the others
        say = f"this check broke: {type(error).__name__}: {error}"
        return Found(State.FAIL, say, "please report it: it is a defect of compose2oam", Compose2OamError.exit_code)
