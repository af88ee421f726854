"""The short forms that need parsing: ports, mounts and devices (Compose specification, "Short syntax").

What the text says carries the mark of the text; what the loader adds (``mode: ingress``) carries none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from compose2oam.loader.values import clean_path
from compose2oam.source.position import Position
from compose2oam.source.tree import Map

_PROTOCOLS: Final = ("tcp", "udp", "sctp")
_PROPAGATION: Final = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_SELINUX: Final = ("z", "Z")


def ports(spec: str, mark: Position | None) -> list[Map]:
    """Parse ``[[HOST_IP:]HOST_PORT:]CONTAINER_PORT[/PROTOCOL]``; a range gives one port each.

    Raises:
        ValueError: the text is not a port.
    """
    *front, container = spec.split(":")
    host = front.pop() if front else ""
    address = ":".join(front)
    container, slash, protocol = container.partition("/")
    if not container:
        raise ValueError(f"no container port in `{spec}`")
    protocol = protocol.lower() or "tcp"
    if protocol not in _PROTOCOLS:
        raise ValueError(f"unknown protocol `{protocol}` in `{spec}`; use tcp, udp or sctp")
    address = _address(address, spec)
    first, last = _range(container, spec)
    if first == 0:
        raise ValueError(f"the container port in `{spec}` cannot be 0")
    host_first, host_last = _range(host, spec) if host else (0, 0)
    if host and first != last and last - first != host_last - host_first:
        raise ValueError(f"the ranges in `{spec}` are not equally long")
    made = []
    for target in sorted(range(first, last + 1), key=lambda number: f"{number}/"):
        port = Map(mark=mark)
        port.put("mode", "ingress", None)
        if address:
            port.put("host_ip", address, mark)
        port.put("target", target, mark)
        if host:
            published = str(host_first + target - first)
            if first == last and host_first != host_last:
                published = f"{host_first}-{host_last}"
            port.put("published", published, mark)
        port.put("protocol", protocol, mark if slash else None)
        made.append(port)
    return made


def _address(written: str, spec: str) -> str:
    bare = written
    if written.startswith("["):
        if not written.endswith("]"):
            raise ValueError(f"invalid IP address `{written}` in `{spec}`")
        bare = written[1:-1]
    if bare and not is_address(bare):
        raise ValueError(f"invalid IP address `{written}` in `{spec}`")
    return bare


def is_address(word: str) -> bool:
    """Tell whether a text is an IPv4 or IPv6 address, without zone."""
    import ipaddress

    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return "%" not in word


def _range(written: str, spec: str) -> tuple[int, int]:
    first, dash, last = written.partition("-")
    start = _port(first, spec)
    end = _port(last, spec) if dash else start
    if end < start:
        raise ValueError(f"the range `{written}` in `{spec}` runs backwards")
    return start, end


def _port(written: str, spec: str) -> int:
    digits = written[1:] if written[:1] in ("+", "-") else written
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"`{written}` in `{spec}` is not a port number")
    if not 0 <= int(written) <= 65535:
        raise ValueError(f"the port {written} in `{spec}` is not between 0 and 65535")
    return int(written)


def mount(spec: str, mark: Position | None) -> Map:
    """Parse ``[SOURCE:]TARGET[:OPTIONS]``.

    Raises:
        ValueError: the text is not a mount.
    """
    made = Map((), mark)
    for key, value, is_written in _mount(spec):
        place = mark if is_written else None
        if isinstance(value, tuple):
            inner = Map((), mark if key == "bind" else place)
            for option, chosen in value:
                inner.put(option, chosen, mark)
            made.put(key, inner, place)
        else:
            made.put(key, value, place)
    return made


def target_of(spec: str) -> str:
    """Return where a mount in the short form is mounted.

    Raises:
        ValueError: the text is not a mount.
    """
    target: str = next(value for key, value, _ in _mount(spec) if key == "target")
    return target


@lru_cache(maxsize=4096)
def _mount(spec: str) -> tuple[tuple[str, Any, bool], ...]:
    """Parse a mount to its entries: each with its value, as pairs where that is a mapping, and whether it is written.

    A mount is asked for twice at least: by its target, to find those that another file replaces, and as a whole.
    """
    if not spec:
        raise ValueError("a mount cannot be empty")
    if len(spec.encode()) <= 2:
        return ("type", "volume", False), ("target", clean_path(spec), True)
    parts = _fields(spec)
    if any(not part for part in parts):
        raise ValueError(f"an empty part between the colons of `{spec}`")
    if len(parts) > 3:
        raise ValueError(f"too many colons in `{spec}`")
    source, target = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
    kind = "bind" if _is_path(source) else "volume"
    made: dict[str, tuple[Any, bool]] = {"type": (kind, False)}
    if source:
        made["source"] = source, True
    made["target"] = clean_path(target), True
    options: dict[str, str] = {}
    for option in parts[2].split(",") if len(parts) > 2 else ():
        if option in ("ro", "rw"):
            made["read_only"] = option == "ro", True
        elif option == "nocopy":
            made["volume"] = (("nocopy", True),), True
        elif option in _PROPAGATION:
            options["propagation"] = option
        elif option in _SELINUX:
            options["selinux"] = option
    if options or kind == "bind":
        made["bind"] = tuple(options.items()), bool(options)
    if kind == "volume" and "volume" not in made:
        made["volume"] = (), False
    return tuple((key, value, is_written) for key, (value, is_written) in made.items())


def _fields(spec: str) -> list[str]:
    """Split at colons, but not within ``${...}`` nor after a drive letter."""
    if "$" not in spec:
        simple = spec.split(":")
        if all(len(part) != 1 for part in simple):
            return simple
    parts, part, depth = [], "", 0
    for index, char in enumerate(spec):
        if char == "$" and spec[index + 1 : index + 2] == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == ":" and not depth and not (len(part) == 1 and part.isalpha()):
            parts.append(part)
            part = ""
            continue
        part += char
    return [*parts, part]


def _is_path(source: str) -> bool:
    """Tell a path on the host from the name of a volume."""
    drive = len(source) > 1 and source[0].isalpha() and source[1] == ":"
    return source.startswith((".", "/", "~", "\\\\")) or drive


def device(spec: str, mark: Position | None) -> Map:
    """Parse ``SOURCE[:TARGET[:PERMISSIONS]]``.

    Raises:
        ValueError: the text is not a device.
    """
    source, *rest = spec.split(":")
    if len(rest) > 2:
        raise ValueError(f"too many colons in the device `{spec}`")
    made = Map(mark=mark)
    made.put("source", source, mark)
    made.put("target", rest[0] if rest and rest[0] else source, mark if rest and rest[0] else None)
    made.put("permissions", rest[1] if len(rest) > 1 else "rwm", mark if len(rest) > 1 else None)
    return made
