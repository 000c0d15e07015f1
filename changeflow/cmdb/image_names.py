"""Names of container images, written the one way: registry, path, and no tag or digest."""

from __future__ import annotations

import re
from typing import Final

_DEFAULT_REGISTRY: Final = "docker.io"
_SAME_REGISTRY: Final = ("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_DEFAULT_PORT: Final = ":443"
_OFFICIAL: Final = "library"
_NAME: Final = re.compile(r"[a-zA-Z0-9*?][a-zA-Z0-9._*?-]*(?::[0-9]+)?(?:/[a-zA-Z0-9._*?-]+)*")


def image_name(reference: str) -> str | None:
    """Return the name in a reference such as `postgres:17`; None where it names no image.

    `postgres` is `docker.io/library/postgres`. A tag may be a variable, a name may not.
    """
    name, _, _ = reference.strip().partition("@")
    folder, slash, last = name.rpartition("/")
    name = f"{folder}{slash}{last.partition(':')[0]}"
    if not _NAME.fullmatch(name):
        return None
    registry, slash, path = name.partition("/")
    if not slash or not _is_registry(registry):
        registry, path = "", name
    # a name of a host is the same in capital letters, with a dot at its end, and with that port
    registry = registry.lower().removesuffix(_DEFAULT_PORT).rstrip(".")
    if registry and registry not in (_DEFAULT_REGISTRY, *_SAME_REGISTRY):
        return f"{registry}/{path}"
    if "/" not in path:
        path = f"{_OFFICIAL}/{path}"
    return f"{_DEFAULT_REGISTRY}/{path}"


def _is_registry(part: str) -> bool:
    """Return whether what stands before the first slash is a registry, as container tools do.

    A wildcard may stand for one.
    """
    return "." in part or ":" in part or "*" in part or part == "localhost"
