"""The tags of a repository, each with the commit that it is at and what it states."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple

from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.repo.git import Git, is_oid

_FIELD: Final = "\x1f"
_ADDRESS: Final = re.compile(r"<([^<>]*)>\s*$")
_FORMAT: Final = _FIELD.join(
    (
        "%(objecttype)", "%(objectname)", "%(*objecttype)", "%(*objectname)",
        "%(creatordate:unix)", "%(taggeremail)", "%(refname:lstrip=2)", "%(contents:subject)",
    )
)  # fmt: skip


class Tag(NamedTuple):
    """A tag at a commit.

    Attributes:
        name: without `refs/tags/`.
        commit: that it is at.
        stated: the date of its tagger, or of the commit where it has none; it may be anything.
        tagger: their address; empty where it has none.
        title: the first line of what it says.
    """

    name: str
    commit: str
    stated: datetime
    tagger: str
    title: str


def tags_of(git: Git) -> tuple[Tag, ...]:
    """Return the tags that are at commits, by name.

    Raises:
        errors.HostFailed: when git fails.
    """
    found = []
    told = git.run("for-each-ref", f"--format={_FORMAT}%00", "--", "refs/tags").stdout
    for record in told.decode("utf-8", "replace").split("\0"):
        parts = record.removeprefix("\n").split(_FIELD, 7)
        if len(parts) == 8:  # noqa: PLR2004 - the fields of the format
            tag = _tag(git, parts)
            if tag is not None:
                found.append(tag)
    return tuple(found)


def _tag(git: Git, parts: list[str]) -> Tag | None:
    kind, oid, inner_kind, inner, seconds, email, name, title = parts
    if kind == "tag":
        kind, oid = inner_kind, inner
        if kind == "tag":
            # a tag of a tag
            kind, oid = "commit", git.resolve(f"refs/tags/{name}") or ""
    if kind != "commit" or not is_oid(oid):
        return None
    address = _ADDRESS.search(email)
    stated = commit_time(seconds, END_OF_TIME)
    return Tag(name, oid, stated, address[1] if address else "", title)
