"""Bind mounts: a folder of the developer's machine, and what it can be on a cluster.

=========================================  =====================================================================
what is mounted                            what it becomes
=========================================  =====================================================================
a path of the machine (a socket, /proc)    the same path of the node, with a warning
a text file or folder of the project       a ConfigMap, as it is at the conversion; a Secret if it looks like one
an absent or empty folder of the project   a volume claim, which starts empty
the source code that the image is built of nothing: the image has it
a folder of a Windows machine              a volume claim, which starts empty
anything else                              nothing, with a warning
=========================================  =====================================================================

That is what the setting ``bind`` calls ``auto``; its other words make one thing of all of them.
"""

from __future__ import annotations

import base64
import os
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from compose2oam.model.dataclass import dataclass
from compose2oam.model.namedtuple import NamedTuple
from compose2oam.model.outcome import Outcome
from compose2oam.model.regex import regex
from compose2oam.rules.context import Context
from compose2oam.rules.hosts import Hosts
from compose2oam.rules.names import object_name
from compose2oam.rules.resources import claim_spec, secret_group
from compose2oam.source.files import exists, is_file, is_folder, read_bytes
from compose2oam.source.record import was_listed

# What the API server takes for one object is 1 MiB after encoding; names and the rest need room too.
MOST_BYTES = 900 * 1024
MOST_FILES = 300
_FILE_MODE = 0o644
_PROGRAM_MODE = 0o755
# Kubernetes takes no other characters in a key of a ConfigMap or a Secret.
_KEY = regex(r"[^-._a-zA-Z0-9]")
_PRIVATE = regex(
    r"(\.(key|pem|p12|pfx|jks|keystore)|(^|[._-])(id_rsa|id_ed25519|htpasswd|passwords?|secrets?|token)([._-].*)?"
    r"|(^|/)[^/]*\.env(\.(?!(example|sample|dist|template|defaults?)\Z)[^/]+)?)\Z",
    re.I,
)
_CONFIGURATION = regex(r"/(etc|config|conf|docker-entrypoint-initdb\.d|usr/share|provisioning)(/|\Z)|\.d(/|\Z)")
_SYSTEM = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/log",
    "/var/run",
    "/var/lib/docker",
)
# What a version control keeps beside the files: no program reads it, and it would fill any ConfigMap.
_OF_VERSIONS = frozenset([".git", ".hg", ".svn"])
# What only keeps an empty folder in a repository.
_PLACEHOLDERS = frozenset([".gitkeep", ".keep", ".gitignore", ".placeholder", ".DS_Store"])
# Where programs write: a folder of data by its name, or a file that is a database or a log.
_WRITTEN = regex(
    r"/(data|db|database|storage|uploads?|cache|logs?|backups?|media|var/lib/[^/]+)/?\Z|\.(db|sqlite3?|log)\Z|/acme\.json\Z"
)
_NOTHING: dict[str, Any] = {}
# Docker Compose takes these for absolute wherever it runs; no other system does.
_WINDOWS = regex(r"[A-Za-z]:[\\/]|\\\\")
_RUNTIME = regex(r"(docker|podman|containerd)\.sock\Z")


class Remark(NamedTuple):
    """What to say about a bind mount."""

    outcome: Outcome
    say: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Bind:
    """What a bind mount becomes.

    Attributes:
        mount: the mount, without its target; ``None`` if it is left out.
        group: where the manifest belongs.
        manifest: the object that the mount needs.
        notes: what to say about it.
    """

    mount: dict[str, Any] | None = None
    group: str = ""
    manifest: dict[str, Any] | None = None
    notes: tuple[Remark, ...] = ()


def classify(volume: Any, context: Context) -> Bind:
    """Work out what a bind mount of a service becomes: once for all services that mount the same in the same way."""
    built_from = (context.entity.get("build") or _NOTHING).get("context")
    key = ("bind mount", volume.get("source"), volume.get("target"), volume.get("read_only"), built_from)
    return context.once(key, lambda: _KINDS[str(context.settings.bind)](volume, context))


class _Source(NamedTuple):
    """What is mounted, as it is on this machine."""

    path: pathlib.Path
    name: str
    is_near: bool
    is_file: bool
    is_folder: bool
    is_odd: bool


def _look(volume: Any, context: Context) -> _Source:
    """Look at what is mounted: once for all services that mount it, as asking the file system takes its time."""
    given = volume.get("source") or "/"

    def look() -> _Source:
        # As Docker does; Kubernetes refuses a path of the node that goes up.
        path = pathlib.Path(os.path.normpath(given))
        near = _is_near(path, context.project.directory)
        file, folder = near and is_file(path), near and is_folder(path)
        name = _object_name(path, context) if near else ""
        return _Source(path, name, near, file, folder, near and not file and not folder and exists(path))

    return context.once(("bind", given), look)


def _classify(volume: Any, context: Context) -> Bind:
    if _WINDOWS.match(str(volume.get("source") or "")):
        return _of_windows(pathlib.Path(volume["source"]), volume, context)
    source, name, near, file, folder, odd = _look(volume, context)
    if not near:
        return _of_home(source, volume, context) if _is_personal(source) else _of_node(source)
    if file:
        return _of_files(name, source, {source.name: source}, volume, context)
    if odd:
        return _left_out(source, "is neither a file nor a folder")
    if not folder and source.suffix not in ("", ".d") and not volume["target"].endswith("/"):
        return _left_out(source, "does not exist, so its content cannot be taken along")
    files = context.once(("files below", source), lambda: dict(_files(source)))
    if all(path.name in _PLACEHOLDERS for path in files.values()):
        if volume.get("read_only") and folder:
            return _left_out(source, "is an empty folder")
        return _of_claim(name, source, context)
    is_configuration = volume.get("read_only") or _CONFIGURATION.search(volume["target"])
    if _is_built_from(source, context) and not is_configuration:
        say = f"{_shown_path(source, context)} is source code: the image brings its own"
        return Bind(notes=(Remark(Outcome.NOT_NEEDED, say),))
    return _of_files(name, source, files, volume, context)


def _is_near(source: pathlib.Path, directory: pathlib.Path) -> bool:
    """Whether a path belongs to the project rather than to the machine."""
    if _is_system(source) and not _is_system(directory):
        return False
    shared = pathlib.Path(os.path.commonpath([source, directory]))
    return shared == directory or (len(shared.parts) > 2 and shared != directory.home())


def _is_system(path: pathlib.Path) -> bool:
    return any(str(path) == root or str(path).startswith(root + "/") for root in _SYSTEM)


def _is_personal(source: pathlib.Path) -> bool:
    home = pathlib.Path.home()
    return home != pathlib.Path("/") and source.is_relative_to(home)


def _of_home(source: pathlib.Path, volume: Any, context: Context) -> Bind:
    """A folder of the user's home: what is in it stays there, for it may hold keys."""
    if volume.get("read_only") or is_file(source):
        say = f"{source.name} is a personal file or folder of this machine; it is not mounted"
        return Bind(notes=(Remark(Outcome.DROPPED, say, "make it a config or a secret"),))
    return _of_claim(f"{context.facts['application']}-{source.name}", source, context)


def _of_windows(source: pathlib.Path, volume: Any, context: Context) -> Bind:
    """A path of Windows: nothing of it can be read here, and no node of Linux has it."""
    there = pathlib.PureWindowsPath(source)
    if volume.get("read_only") or there.suffix or str(there).startswith("\\\\"):
        say = f"{source} is a path of Windows, whose content cannot be taken along; it is not mounted"
        return Bind(notes=(Remark(Outcome.DROPPED, say, "write it relative to the Compose file"),))
    return _of_claim(f"{context.facts['application']}-{there.name}", source, context)


def _of_host(volume: Any, context: Context) -> Bind:
    return _of_node(pathlib.Path(os.path.normpath(volume.get("source") or "/")))


def _of_content(volume: Any, context: Context) -> Bind:
    """A file or folder, wherever it is, as it is now; what has no content that could be taken along is left out."""
    source = pathlib.Path(volume.get("source") or "/")
    files = {source.name: source} if is_file(source) else dict(_files(source)) if is_folder(source) else {}
    if not files or (_is_system(source) and not _is_system(context.project.directory)):
        return _left_out(source, "has no content that a ConfigMap could hold")
    return _of_files(_object_name(source, context), source, files, volume, context)


def _dropped(volume: Any, context: Context) -> Bind:
    say = "bind mounts are left out, as the settings say"
    return Bind(notes=(Remark(Outcome.DROPPED, say, "use a named volume, a config or a secret"),))


def _refused(volume: Any, context: Context) -> Bind:
    say = "no bind mount is allowed, as the settings say"
    return Bind(notes=(Remark(Outcome.REFUSED, say, "use a named volume, a config or a secret"),))


def _object_name(source: pathlib.Path, context: Context) -> str:
    return f"{context.facts['application']}-{_shown(source, context.project.directory)}"


def _of_node(source: pathlib.Path) -> Bind:
    if _RUNTIME.search(source.name):
        say = f"{source} gives the service the container runtime of its node, if the node has one there"
        hint = "few clusters allow it, and Kubernetes does not run its containers through Docker"
    else:
        say = f"{source} is a path of the machine: on a cluster it is the path of the node that the pod runs on"
        hint = "use a named volume, a config or a secret unless every node has it"
    mount = {"kind": "hostPath", "volume": object_name(f"host-{source}"), "source": str(source)}
    return Bind(mount, notes=(Remark(Outcome.APPROXIMATED, say, hint),))


def _of_claim(name: str, source: pathlib.Path, context: Context) -> Bind:
    claim = context.facts["project"].register.name("PersistentVolumeClaim", name, str(source))
    manifest = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": claim},
        "spec": claim_spec(context, str(source), str(context.settings.volume_size), {}),
    }
    say = f"the folder {_shown_path(source, context)} becomes a volume of its own, which starts empty"
    note = Remark(Outcome.APPROXIMATED, say, "name a volume for it in the Compose file to choose its size and class")
    return Bind({"kind": "pvc", "volume": claim, "source": claim}, "volumes", manifest, (note,))


def _of_files(name: str, source: pathlib.Path, files: dict[str, pathlib.Path], volume: Any, context: Context) -> Bind:
    """What has content that is taken along: read once, and one object, however many services mount it."""
    bind = context.once(("content", source), lambda: _with_content(name, source, files, context))
    if bind.mount is None or volume.get("read_only") or not _WRITTEN.search(volume["target"]):
        return bind
    say = (
        f"{volume['target']} is likely to be written to, and on the cluster {_shown_path(source, context)} is read-only"
    )
    hint = "mount a named volume there; `x-oam: {prepopulate: true}` fills it from the image"
    return Bind(bind.mount, bind.group, bind.manifest, (*bind.notes, Remark(Outcome.APPROXIMATED, say, hint)))


def _with_content(name: str, source: pathlib.Path, files: dict[str, pathlib.Path], context: Context) -> Bind:
    shown = _shown_path(source, context)
    try:
        size = sum(path.stat().st_size for path in files.values())
        if size > MOST_BYTES or len(files) > MOST_FILES:
            say = f"{shown} is too large for a ConfigMap ({size} bytes in {len(files)} files)"
            return Bind(notes=(Remark(Outcome.DROPPED, say, "put it into the image, or into a named volume"),))
        content = {relative: read_bytes(path) for relative, path in files.items()}
    except OSError as error:
        return _left_out(source, f"cannot be read ({error.strerror or error})")
    private = any(_PRIVATE.search(relative) for relative in files)
    name = context.facts["project"].register.name("Secret" if private else "ConfigMap", name, str(source))
    keys = _keys(list(files))
    modes = {relative: _mode(path) for relative, path in files.items()}
    mount: dict[str, Any] = {"volume": name, "source": name, "mode": _FILE_MODE}
    if not is_folder(source):
        mount.update(subPath=keys[source.name], mode=modes[source.name])
    elif keys != {key: key for key in keys} or set(modes.values()) != {_FILE_MODE}:
        mount["items"] = [{"key": key, "path": name, "mode": modes[name]} for name, key in keys.items()]
    data = {keys[relative]: text for relative, text in content.items()}
    notes = [
        Remark(Outcome.APPROXIMATED, f"{relative}: {say}", "write the name that the cluster knows")
        for relative, text in content.items()
        for say in Hosts(context).left_in(text)
    ]
    if private:
        mount["kind"] = "secret"
        say = f"{shown} becomes a Secret, as it is now, because it looks like one"
        manifest = secret_manifest(name, data)
        manifest["metadata"]["labels"] = {"compose2oam.io/project": context.project.name}
        group = secret_group(context)
        return Bind(mount, group, manifest, (Remark(Outcome.INFERRED, say), *notes) if group else tuple(notes))
    mount["kind"] = "configMap"
    say = f"{shown} becomes a ConfigMap, read-only and as it is now: what changes later needs another conversion"
    return Bind(mount, "configs", config_manifest(name, data), (Remark(Outcome.INFERRED, say), *notes))


def _mode(path: pathlib.Path) -> int:
    """Return the mode of a file: a script that can be run stays one."""
    return _PROGRAM_MODE if path.stat().st_mode & 0o100 else _FILE_MODE


def config_manifest(name: str, data: dict[str, bytes]) -> dict[str, Any]:
    """Return a ConfigMap; what is no text goes to ``binaryData``, and so does a byte order mark, which CUE refuses."""
    texts: dict[str, str] = {}
    others: dict[str, str] = {}
    for key, content in data.items():
        text = _text_of(content)
        if text is None:
            others[key] = base64.b64encode(content).decode()
        else:
            texts[key] = text
    manifest: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    if texts:
        manifest["data"] = texts
    if others:
        manifest["binaryData"] = others
    return manifest


def _text_of(content: bytes) -> str | None:
    """Return a content as the text that a runtime can pass on, ``None`` if it is none.

    KubeVela makes CUE of an application, in which a byte order mark is an error wherever it stands (the CUE language
    specification, "Source code representation").
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\ufeff" in text else text


def secret_manifest(name: str, data: dict[str, bytes]) -> dict[str, Any]:
    """Return an opaque Secret."""
    encoded = {key: base64.b64encode(content).decode() for key, content in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": "Opaque", "data": encoded}


def _left_out(source: pathlib.Path, why: str) -> Bind:
    return Bind(notes=(Remark(Outcome.DROPPED, f"{source.name} {why}; it is not mounted"),))


def _files(folder: pathlib.Path) -> Iterator[tuple[str, pathlib.Path]]:
    """Yield the files below a folder by their relative paths, in order; no more than can be used."""
    count = 0
    for here, folders, names in os.walk(folder):
        was_listed(here)
        folders[:] = sorted(name for name in folders if name not in _OF_VERSIONS)
        for name in sorted(names):
            path = pathlib.Path(here, name)
            if is_file(path):
                yield path.relative_to(folder).as_posix(), path
                count += 1
                if count > MOST_FILES:
                    return


def _keys(relatives: list[str]) -> dict[str, str]:
    """Give each file a key that Kubernetes takes, no two the same."""
    keys: dict[str, str] = {}
    for relative in relatives:
        key = _KEY.sub("-", relative.replace("/", "."))
        while key in keys.values():
            key += "-"
        keys[relative] = key
    return keys


def _is_built_from(source: pathlib.Path, context: Context) -> bool:
    root = str((context.entity.get("build") or {}).get("context") or "")
    return bool(root) and "://" not in root and source.is_relative_to(pathlib.Path(root))


def _shown(source: pathlib.Path, directory: pathlib.Path) -> str:
    return os.path.relpath(source, directory).replace("..", "up") if source != directory else "project"


def _shown_path(source: pathlib.Path, context: Context) -> str:
    if not source.is_absolute():
        return str(source)
    if _is_personal(source):
        return source.name
    shown = os.path.relpath(source, context.project.directory)
    return "the project's folder" if shown == "." else shown


# What becomes of a bind mount, by the word of the setting.
_KINDS = {"auto": _classify, "hostpath": _of_host, "configmap": _of_content, "drop": _dropped, "error": _refused}
