"""Volumes, configs and secrets: those of a service, and what they are made of."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from compose2oam.importer import writing
from compose2oam.importer.inventory import Inventory
from compose2oam.importer.mounts import Mount, mounts_of
from compose2oam.importer.process import Keys
from compose2oam.importer.rendered import Rendered

# What the conversion gives a volume that says nothing of its size, and a file that says nothing of its mode.
_SIZE = "1Gi"
_ACCESS = ["ReadWriteOnce"]
_FILE_MODE = 0o644
_PROGRAM_MODE = 0o755
_CONFIG_MODE = 0o444
# The conversion mounts an empty folder of the volume here, since a new disk is not empty.
_EMPTY_AT_FIRST = ("/var/lib/postgresql/data", "/var/lib/mysql")
_NESTED = "data"
_SHARED_MEMORY = ["", "dev", "shm"]
_PROPAGATION = {"Bidirectional": "rshared", "HostToContainer": "rslave"}
_BASES = {"configs": "/", "secrets": "/run/secrets/"}


class Storage:
    """Collects the ``volumes``, ``configs`` and ``secrets`` of a project while its services are written.

    Args:
        inventory: the application.
        project: the project's name.
        with_files: whether configuration may go to files beside the Compose file, by the names of the ConfigMaps.

    Attributes:
        files: the files beside the Compose file, by their paths; executable if the flag says so.
        secret_names: the Secret of each of the secrets.
    """

    def __init__(self, inventory: Inventory, project: str, with_files: bool) -> None:
        self._inventory = inventory
        self._project = project
        self._with_files = with_files
        self.volumes: dict[str, Keys] = {}
        self.configs: dict[str, Keys] = {}
        self.secrets: dict[str, Keys] = {}
        self.files: dict[str, tuple[bytes, bool]] = {}
        self.secret_names: dict[str, str] = {}
        self._nested = {
            mount.source.get("claimName")
            for component in inventory.services
            for mount in _claims_of(component.properties)
            if mount.path.rstrip("/") in _EMPTY_AT_FIRST and str(mount.options.get("subPath", "")).startswith(_NESTED)
        }
        self._keys = _keys(inventory)
        self._in_memory = _in_memory(inventory) - set(self._keys.values()) - set(inventory.claims)
        # The volumes stand in the order of the claims, as the conversion lists them.
        self._order = [self._keys.get(name, name) for name in inventory.claims]

    def of_service(self, made: Rendered) -> Keys:
        """Return ``volumes``, ``tmpfs``, ``configs``, ``secrets`` and ``shm_size`` of a service."""
        keys: Keys = {}
        numbered: list[tuple[int, str]] = []
        for mount in mounts_of(made.pod):
            section, value = self._mount(mount)
            if section == "shm_size":
                keys[section] = value
            elif section == "anonymous":
                numbered.append((_number(mount.volume), value))
            elif section:
                keys.setdefault(section, []).append(value)
        for index, value in sorted(numbered):
            # The conversion names an anonymous volume by its place in the list.
            keys.setdefault("volumes", []).insert(index, value)
        return keys

    def sections(self) -> dict[str, Keys]:
        """Return the top-level sections, those that hold something."""
        objects = list(self._inventory.configs)
        names = {
            title: (part.get("x-oam") or {}).get("name", f"{self._project}-{title}")
            for title, part in self.configs.items()
        }
        titles = [title for name in objects for title in names if writing.object_name(names[title]) == name]
        found = {
            "volumes": _in_order(self.volumes, self._order),
            "configs": _in_order(self.configs, titles),
            "secrets": self.secrets,
        }
        return {name: section for name, section in found.items() if section}

    def _mount(self, mount: Mount) -> tuple[str, Any]:
        """Return the section of a service that a mount belongs to, and what to write there; nothing if none does."""
        maker = {
            "persistentVolumeClaim": self._claim,
            "configMap": self._config,
            "secret": self._secret,
            "emptyDir": self._scratch,
            "hostPath": self._node,
            "image": self._image,
        }.get(mount.kind)
        return maker(mount) if maker else ("", None)

    def _claim(self, mount: Mount) -> tuple[str, Any]:
        name = mount.source["claimName"]
        key = self._declare(name)
        sub_path = str(mount.options.get("subPath") or "")
        if name in self._nested and sub_path == _NESTED:
            sub_path = ""
        elif name in self._nested and sub_path.startswith(f"{_NESTED}/"):
            sub_path = sub_path[len(_NESTED) + 1 :]
        if not sub_path:
            return "volumes", _short(key, mount)
        long: Keys = {"type": "volume", "source": key, "target": mount.path}
        if mount.options.get("readOnly"):
            long["read_only"] = True
        return "volumes", {**long, "volume": {"subpath": sub_path}}

    def _declare(self, name: str) -> str:
        """Declare the volume for a claim, and return its key."""
        key = self._keys.get(name, name)
        claim = self._inventory.claims.get(name)
        if claim is None:
            self.volumes[key] = {"name": name, "external": True}
            return key
        spec = claim.get("spec") or {}
        size = ((spec.get("resources") or {}).get("requests") or {}).get("storage", _SIZE)
        extension: Keys = {"size": str(size)} if str(size) != _SIZE else {}
        volume: Keys = {"name": name} if key != name else {}
        server = self._inventory.persistent.get(spec.get("volumeName", ""))
        if server is not None:
            nfs = server["spec"]["nfs"]
            options = ",".join([f"addr={nfs['server']}", *(server["spec"].get("mountOptions") or ())])
            volume["driver_opts"] = {"type": "nfs", "o": options, "device": f":{nfs['path']}"}
        else:
            if spec.get("storageClassName"):
                extension["storageClass"] = spec["storageClassName"]
            if list(spec.get("accessModes") or _ACCESS) != _ACCESS:
                extension["accessModes"] = list(spec["accessModes"])
        annotations = claim["metadata"].get("annotations")
        if annotations:
            volume["labels"] = dict(annotations)
        self.volumes[key] = {**volume, "x-oam": extension} if extension else volume
        return key

    def _scratch(self, mount: Mount) -> tuple[str, Any]:
        size = writing.memory(mount.source.get("sizeLimit", ""))
        if mount.source.get("medium") != "Memory":
            return "anonymous", mount.path
        if mount.path.split("/") == _SHARED_MEMORY and size:
            return "shm_size", size
        if mount.volume == writing.object_name(f"tmpfs-{mount.path}"):
            long: Keys = {"type": "tmpfs", "target": mount.path}
            if mount.options.get("readOnly"):
                long["read_only"] = True
            return "volumes", {**long, "tmpfs": {"size": size}} if size else long
        if mount.volume in self._in_memory:
            options = {"type": "tmpfs", "device": "tmpfs", **({"o": f"size={size.lower()}"} if size else {})}
            self.volumes[mount.volume] = {"driver_opts": options}
            return "volumes", _short(mount.volume, mount)
        return "tmpfs", f"{mount.path}:size={size}" if size else mount.path

    def _node(self, mount: Mount) -> tuple[str, Any]:
        path = str(mount.source.get("path"))
        propagation = _PROPAGATION.get(str(mount.options.get("mountPropagation")))
        if not propagation:
            return "volumes", _short(path, mount)
        long: Keys = {"type": "bind", "source": path, "target": mount.path}
        if mount.options.get("readOnly"):
            long["read_only"] = True
        return "volumes", {**long, "bind": {"propagation": propagation}}

    def _image(self, mount: Mount) -> tuple[str, Any]:
        long: Keys = {"type": "image", "source": mount.source.get("reference"), "target": mount.path}
        sub_path = mount.options.get("subPath")
        return "volumes", {**long, "image": {"subpath": sub_path}} if sub_path else long

    def _config(self, mount: Mount) -> tuple[str, Any]:
        name = mount.source["name"]
        data = data_of(self._inventory.configs.get(name))
        if data is None:
            return self._file(mount, "configs", name, {"external": True, "name": name})
        try:
            texts = {key: content.decode() for key, content in data.items()}
        except UnicodeDecodeError:
            return "", None
        if self._with_files and not mount.volume.startswith("config-"):
            path = self._paths(mount, name, data)
            if path:
                return "volumes", _short(f"./{path}", mount)
        key = str(mount.options.get("subPath") or "")
        if not key and len(data) == 1:
            # A folder with one file is that file.
            key = next(iter(data))
            mount = mount._replace(path=f"{mount.path.rstrip('/')}/{key}", options={"subPath": key})
        if key not in data:
            return "", None
        text = texts[key]
        annotations = self._inventory.configs[name]["metadata"].get("annotations")
        return self._file(mount, "configs", name, {"content": text, **({"labels": annotations} if annotations else {})})

    def _secret(self, mount: Mount) -> tuple[str, Any]:
        key = mount.options.get("subPath")
        return self._file(mount, "secrets", mount.source["secretName"], {"file": f"./secrets/{key}"})

    def _file(self, mount: Mount, section: str, name: str, made_of: Keys) -> tuple[str, Any]:
        """Mount one file of a ConfigMap or a Secret as a config or a secret."""
        key = str(mount.options.get("subPath") or "")
        if not key or "/" in key or not _is_inside(key):
            return "", None
        title = self._title(mount, section, name, key)
        extension = {}
        if writing.object_name(f"{self._project}-{title}") != name and not made_of.get("external"):
            extension["name"] = name
        if title != key:
            extension["key"] = key
        declared = {**made_of, "x-oam": extension} if extension else made_of
        getattr(self, section)[title] = declared
        if section == "secrets":
            self.secret_names[title] = name
        mode = mount.source.get("defaultMode", _FILE_MODE)
        usual_place = mount.path == f"{_BASES[section]}{title}"
        if usual_place and mode == _CONFIG_MODE:
            return section, title
        long: Keys = {"source": title}
        if not usual_place:
            base = _BASES["secrets"] if section == "secrets" else ""
            long["target"] = mount.path[len(base) :] if base and mount.path.startswith(base) else mount.path
        if mode != _CONFIG_MODE:
            long["mode"] = writing.mode(mode)
        return section, long

    def _title(self, mount: Mount, section: str, name: str, key: str) -> str:
        """Return a key of a section: the file's name, if that gives the same names of volume and object again."""
        prefix = f"{section[:-1]}-"
        title = key
        if mount.volume.startswith(prefix) and writing.object_name(key) != mount.volume[len(prefix) :]:
            title = mount.volume[len(prefix) :]
        present = getattr(self, section)
        known = present.get(title)
        is_other = known is not None and (known.get("x-oam") or {}).get("name", name) != name
        return f"{name}-{key}" if is_other else title

    def _paths(self, mount: Mount, name: str, data: Mapping[str, bytes]) -> str:
        """Write the files of a ConfigMap, and return the path whose name gives the ConfigMap's again; empty if none."""
        application = self._inventory.application.name
        rest = name[len(application) + 1 :] if name.startswith(f"{application}-") else ""
        key = mount.options.get("subPath")
        if not rest or (key and (set(data) != {key} or mount.source.get("items"))):
            return ""
        mode = mount.source.get("defaultMode", _FILE_MODE)
        if key:
            ending = writing.object_name(key)
            folder = rest[: -len(ending)].rstrip("-") if rest.endswith(ending) else ""
            path = f"{folder}/{key}" if folder else key
            is_same = writing.object_name(f"{application}-{path}") == name
            if not is_same or mode not in (_FILE_MODE, _PROGRAM_MODE) or not _is_inside(path):
                return ""
            self.files[path] = (data[key], mode == _PROGRAM_MODE)
            return path
        items = mount.source.get("items") or [{"key": key, "path": key, "mode": mode} for key in data]
        if {item["key"] for item in items} != set(data) or not all(_is_inside(item["path"]) for item in items):
            return ""
        for item in items:
            self.files[f"{rest}/{item['path']}"] = (data[item["key"]], item.get("mode", 0) == _PROGRAM_MODE)
        return rest


def _is_inside(path: Any) -> bool:
    """Whether a path that a manifest gives stays in the folder of the project, on any system."""
    parts = str(path).split("/")
    return all(part not in ("", ".", "..") and not set(part) & set("\\:\0\n") for part in parts)


def _keys(inventory: Inventory) -> dict[str, str]:
    """Return the keys that the volumes had before a conversion: pods keep them as the names of their volumes."""
    found: dict[str, set[str]] = {}
    if "compose2oam.io/project" not in inventory.application.annotations:
        return {}
    for component in inventory.services:
        for mount in _claims_of(component.properties):
            found.setdefault(mount.source["claimName"], set()).add(mount.volume)
    owners = [key for keys in found.values() for key in keys]
    return {
        claim: next(iter(keys))
        for claim, keys in found.items()
        if len(keys) == 1 and owners.count(next(iter(keys))) == 1
    }


def _in_order(section: dict[str, Keys], order: list[str]) -> dict[str, Keys]:
    places = {name: index for index, name in reversed(list(enumerate(order)))}
    return {name: section[name] for name in sorted(section, key=lambda name: places.get(name, len(places)))}


def _in_memory(inventory: Inventory) -> set[str]:
    """Return the names of volumes in memory that belong to one component, and are none that the conversion names."""
    found = [
        str(item.get("name"))
        for component in inventory.services
        for item in _mounts_in(component.properties, "emptyDir")
        if item.get("medium") == "Memory"
    ]
    return {name for name in found if found.count(name) == 1 and not name.startswith("tmpfs-") and name != "dshm"}


def _claims_of(properties: Any) -> list[Mount]:
    """Return the mounts of claims among the properties of a component, those that have the shape of one."""
    found = _mounts_in(properties, "pvc", "claimName")
    return [Mount("persistentVolumeClaim", item["name"], item, item["mountPath"], item) for item in found]


def _mounts_in(properties: Any, kind: str, *keys: str) -> list[Mapping[str, Any]]:
    given = properties.get("volumeMounts")
    found = given.get(kind) if isinstance(given, Mapping) else None
    wanted = {"name", "mountPath", *keys}
    shaped = [item for item in found or () if isinstance(item, Mapping) and wanted <= set(item)]
    return [item for item in shaped if all(isinstance(item[key], str) for key in wanted)]


def _short(source: str, mount: Mount) -> str:
    return f"{source}:{mount.path}{':ro' if mount.options.get('readOnly') else ''}"


def _number(name: str) -> int:
    last = name.rpartition("-")[2]
    return int(last) if last.isdigit() else 10**6


def data_of(manifest: Mapping[str, Any] | None) -> dict[str, bytes] | None:
    """Return the files of a ConfigMap or a Secret; ``None`` without one."""
    if manifest is None:
        return None
    is_secret = manifest.get("kind") == "Secret"
    made = {key: str(text).encode() for key, text in (manifest.get("stringData") or {}).items()}
    encoded = dict(manifest.get("binaryData") or {})
    if is_secret:
        encoded.update(manifest.get("data") or {})
    else:
        made.update({key: str(text).encode() for key, text in (manifest.get("data") or {}).items()})
    for key, text in encoded.items():
        try:
            made[key] = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError, TypeError):
            made[key] = str(text).encode()
    return made
