"""The effective content of a pull request: every path that differs from the merge base.

Requests are reduced to their material fields.

Read from git objects by id, never from a checkout. Two commits with the same effective content have
the same digest, however they came about: that is what an approval is bound to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cached_property

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.canonical import digest
from changeflow.model.change import material
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.paths import OUTSIDE
from changeflow.model.pull_results import PathChange
from changeflow.reading.change import parse_change
from changeflow.repo.git import Git, TreeEntry

# bytes; a larger file is no request and counts by its content
RFC_LIMIT = 256 * 1024


@dataclass(frozen=True)
class PullContent:
    """Changed paths of a head against its merge base, relative to the change repository.

    `entries` are the changed files as trees list them, at the merge base and at the head; their
    paths are from the top of the git repository.
    """

    base: str
    head: str
    merge_base: str
    changes: tuple[PathChange, ...]
    entries: tuple[tuple[TreeEntry | None, TreeEntry | None], ...] = field(default=(), repr=False)

    @cached_property
    def digest(self) -> str:
        """Return `sha256:` of every changed path, mode and content.

        Paths count by their bytes: two spellings of a name are two.
        """
        rows = []
        for item in self.changes:
            path = item.path.encode("utf-8", "surrogateescape").hex()
            rows.append([path, item.mode, item.content])
        return digest(rows)


def content_of(git: Git, base: str, head: str) -> PullContent:
    """Return the effective content of a head.

    Raises:
        errors.HostFailed: when commits are missing here, or base and head have no common history.
    """
    start = git.merge_base(base, head)
    if start is None:
        raise errors.HostFailed.of("git.no_common_history")
    old, new = _tree(git, start), _tree(git, head)
    both = old.keys() | new.keys()
    paths = sorted(path for path in both if _differs(old.get(path), new.get(path)))
    spelt = _requests(git, [new[path] for path in paths if path in new and change_of_rfc(path)])
    changes = tuple(_change(path, new.get(path), spelt) for path in paths)
    entries = tuple((old.get(path), new.get(path)) for path in paths)
    return PullContent(base, head, start, changes, entries)


def digests(git: Git, base: str, commits: Iterable[str]) -> Mapping[str, str]:
    """Commit -> digest of the effective content there, for those commits that are here."""
    found = {}
    for commit in sorted(set(commits)):
        if git.resolve(commit) is None:
            continue
        try:
            found[commit] = content_of(git, base, commit).digest
        except errors.HostFailed:
            # A commit without common history, or with parts that are gone: an opinion about it
            # cannot be tied to content.
            continue
    return found


def repository_path(git: Git, path: str) -> str:
    """Return a path from the top of git as one of the change repository.

    A path outside of its folder begins with `:/`, as git writes it.
    """
    prefix = git.facts.prefix
    if not path.startswith(prefix):
        return f"{OUTSIDE}{path}"
    own = path[len(prefix) :]
    # A folder that is named `:` must not be taken for the outside; with `./` in front the path is
    # refused as not canonical.
    return f"./{own}" if own.startswith(OUTSIDE) else own


def _tree(git: Git, commit: str) -> dict[str, TreeEntry]:
    return {repository_path(git, entry.path): entry for entry in git.ls_tree(commit, full=True)}


def _differs(old: TreeEntry | None, new: TreeEntry | None) -> bool:
    return old is None or new is None or (old.mode, old.oid) != (new.mode, new.oid)


def _requests(git: Git, entries: list[TreeEntry]) -> dict[str, str]:
    """Blob -> digest of its material fields, for those that are readable requests."""
    oids = sorted({entry.oid for entry in entries if entry.mode in ("100644", "100755")})
    spelt = {}
    for blob in git.cat_file_batch(oids, RFC_LIMIT):
        try:
            spelt[blob.oid] = digest(material(parse_change(blob.data or b"", "rfc.yaml")))
        except errors.Unreadable:
            # what cannot be read counts by its bytes; the decision says that it cannot be read
            continue
    return spelt


def _change(path: str, new: TreeEntry | None, spelt: Mapping[str, str]) -> PathChange:
    if new is None:
        return PathChange(path=path, mode=None, content=None)
    return PathChange(path=path, mode=new.mode, content=spelt.get(new.oid, new.oid))
