"""What the tab key offers for an option or an argument, from the files of the work tree.

It says nothing when something is wrong: a person who presses the tab key asked no question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from changeflow.model.document_paths import CHANGES, RELEASES, slug_of

# yields names, and what they are called
_Source = Callable[[Path], Iterable[tuple[str, str]]]
# documents that are read for one key
_MOST: Final = 2_000
# what trouble of a change may be (`insight.labels`), with the usual time
_LABELS: Final = (
    "failed", "caused-incident", "incident-within:P7D", "incident-excess:P7D",
    "reverted-within:P7D",
)  # fmt: skip


def completed(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return what an option or an argument may be, where its kind is known."""
    kind = _kind_of(parameter)
    if kind in _PATHS:
        return [CompletionItem(incomplete, type=_PATHS[kind])]
    if kind not in _SOURCES:
        return []
    try:
        root = _root(context)
        found = set(_beginning_with(incomplete, _SOURCES[kind], root))
        if not found and kind in _OF_CHANGES:
            found = set(_beginning_with(incomplete, _slugs, root))
    except Exception:  # noqa: BLE001 - see above
        return []
    return [CompletionItem(name, help=title or None) for name, title in sorted(found)]


def _kind_of(parameter: click.Parameter) -> str:
    """Return the name of the option, if that says what it takes, else the word in its help."""
    longest = max(parameter.opts, key=len)
    if longest in _SOURCES:
        return longest
    return (parameter.metavar or "").strip("[].")


def _root(context: click.Context) -> Path:
    from changeflow.cli.context import Invocation

    return Invocation(context.find_root().params.get("repo")).root()


def _beginning_with(incomplete: str, source: Any, root: Path) -> Iterator[tuple[str, str]]:
    for name, title in source(root):
        if name.startswith(incomplete):
            yield name, title


# -- where names come from -------------------------------------------------------------------------


def _changes(root: Path) -> Iterator[tuple[str, str]]:
    for name in _folders(root / CHANGES, "rfc.yaml"):
        yield name, ""


def _slugs(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the slugs that one change alone has."""
    counts: dict[str, int] = {}
    for name in _folders(root / CHANGES, "rfc.yaml"):
        counts[slug_of(name)] = counts.get(slug_of(name), 0) + 1
    for slug, count in counts.items():
        if count == 1:
            yield slug, ""


def _labels(root: Path) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - they are the same everywhere
    for label in _LABELS:
        yield label, ""


def _releasable(root: Path) -> Iterator[tuple[str, str]]:
    yield from _changes(root)
    for name in _folders(root / RELEASES, "release.yaml"):
        yield name, ""


def _folders(folder: Path, file: str) -> Iterator[str]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if (path / file).is_file():
            yield path.name


def _items(root: Path) -> Iterator[tuple[str, str]]:
    yield from _ids(root, "cmdb", "ConfigurationItem")


def _models(root: Path) -> Iterator[tuple[str, str]]:
    yield from _ids(root, "policies/models", "ChangeModel")


def _ids(root: Path, folder: str, kind: str) -> Iterator[tuple[str, str]]:
    for document in _documents(root, folder):
        if document.get("kind") == kind:
            metadata = document["metadata"]
            yield metadata["id"], str(metadata.get("name") or metadata.get("title") or "")


def _people(root: Path) -> Iterator[tuple[str, str]]:
    for name, facts in _roster(root, "people").items():
        yield name, str((facts or {}).get("name") or "")


def _roles(root: Path) -> Iterator[tuple[str, str]]:
    for name in _roster(root, "roles"):
        yield name, ""


def _roster(root: Path, part: str) -> dict[str, Any]:
    for document in _documents(root, "policies"):
        if document.get("kind") == "Roster":
            found: dict[str, Any] = document["spec"].get(part) or {}
            return found
    return {}


def _rules(root: Path) -> Iterator[tuple[str, str]]:
    for document in _documents(root, "policies"):
        if document.get("kind") != "Policy":
            continue
        yield document["metadata"]["id"], ""
        for rule in document["spec"].get("rules") or ():
            yield rule["id"], str(rule.get("description") or "")


def _documents(root: Path, folder: str) -> Iterator[dict[str, Any]]:
    """Yield plain data of the documents below a folder; what cannot be read is left out."""
    from changeflow.documents.loader import load

    paths = sorted((*(root / folder).rglob("*.yaml"), *(root / folder).rglob("*.yml")))
    for path in paths[:_MOST]:
        if path.is_symlink() or not path.is_file():
            continue
        for document in load(path.read_bytes(), str(path), many=True).documents:
            if isinstance(document.data, dict):
                yield document.data


def _revisions(root: Path) -> Iterator[tuple[str, str]]:
    from changeflow.repo.git import Git

    yield "HEAD", ""
    kinds = ("refs/heads", "refs/remotes", "refs/tags")
    listing = Git(root).text("for-each-ref", "--format=%(refname:short)", *kinds)
    for name in listing.splitlines():
        yield name, ""


def _zones(_: Path) -> Iterator[tuple[str, str]]:
    from changeflow.model.zones import zone_names

    for name in zone_names():
        yield name, ""


# by the option's name, or the word for its value
_SOURCES: Final[dict[str, _Source]] = {
    "--ci": _items,
    "--label": _labels,
    "CI": _items,
    "CHANGE": _changes,
    "CHANGE|SEQ": _changes,
    "CHANGE-or-RELEASE": _releasable,
    "PERSON": _people,
    "R": _roles,
    "MODEL": _models,
    "RULE-or-POLICY": _rules,
    "REV": _revisions,
    "ZONE": _zones,
}
_OF_CHANGES: Final = ("CHANGE", "CHANGE|SEQ", "CHANGE-or-RELEASE")
# words for files, which shells complete by themselves
_PATHS: Final = {"FILE": "file", "PATH": "file", "EXPORT": "file", "DIR": "dir"}
