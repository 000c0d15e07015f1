"""The files that a configuration source has to name, by its format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# formats whose items and dependencies may lie in two files
TWO_FILES: Final = ("csv", "edges", "servicenow", "itop")


def files_problem(
    format_: str, named: Sequence[str | None], *, one_digest: bool, mapped: bool
) -> str | None:
    """Return what is wrong with the files that a source names, as a case of the rule about it.

    Args:
        format_: of the source.
        named: its `path`, `nodes` and `edges`.
        one_digest: whether its `sha256` is one digest.
        mapped: whether it has a `mapping`.
    """
    path, nodes, edges = named
    apart = nodes or edges
    if path and apart:
        return "both"
    if not path and not apart:
        return "none"
    if apart and format_ not in TWO_FILES:
        return "path"
    if nodes and edges and one_digest:
        return "digest"
    if mapped and format_ != "csv":
        return "mapping"
    return None
