"""Branches of witnesses: a cosigned checkpoint is a file in a commit on a branch of its witness.

Anybody fetches them with the ledger. Only the witness's own process writes its branch here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.ledger.checkpoint import NOTE_LIMIT
from changeflow.repo.git import Git, TreeEntry, tree_object
from changeflow.repo.packing import NewObject

PREFIX: Final = "changeflow/witness/"
_SUFFIX: Final = ".note"


def branch_of(name: str) -> str:
    """Return the branch of a witness."""
    return PREFIX + name


def notes_in(git: Git) -> Iterator[tuple[str, bytes]]:
    """Yield place and bytes of each checkpoint on the branches of witnesses, here and as fetched.

    The same file on several branches is yielded once.
    """
    known: set[str] = set()
    for ref, tip in sorted(_tips(git).items()):
        for file in git.ls_tree(tip, full=True):
            if file.kind == "blob" and file.path.endswith(_SUFFIX) and file.oid not in known:
                known.add(file.oid)
                yield from _note(git, f"{ref}:{file.path}", file.oid)


def notes_of(git: Git, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield place and bytes of each checkpoint on the branch of one witness, here."""
    ref = f"refs/heads/{branch_of(name)}"
    for tip in git.refs(ref).values():
        for file in git.ls_tree(tip, full=True):
            if file.kind == "blob":
                yield from _note(git, f"{ref}:{file.path}", file.oid)


def _note(git: Git, place: str, oid: str) -> Iterator[tuple[str, bytes]]:
    for blob in git.cat_file_batch((oid,), NOTE_LIMIT):
        yield place, blob.data or b""


def _tips(git: Git) -> dict[str, str]:
    lines = git.text(
        "for-each-ref", "--format=%(refname) %(objectname)", "--", "refs/heads/" + PREFIX,
        "refs/remotes/*/" + PREFIX + "**",
    ).splitlines()  # fmt: skip
    return dict(line.split(" ", 1) for line in lines)


def store(git: Git, name: str, size: int, data: bytes) -> str:
    """Add a checkpoint to the branch of a witness; return the full name of the branch.

    Args:
        git: the repository, bare or not.
        name: of the witness.
        size: of the ledger that it saw.
        data: the note.

    Raises:
        errors.LostRace: when another process of the same witness was first.
        errors.HostFailed: when git fails.
    """
    ref = f"refs/heads/{branch_of(name)}"
    tip = git.refs(ref).get(ref)
    blob = NewObject("blob", data)
    file = TreeEntry("100644", "blob", git.name_of(blob), f"{size:09d}{_SUFFIX}")
    beside = [one for one in (git.ls_level(tip) if tip else ()) if one.path != file.path]
    whole = tree_object((*beside, file))
    git.store((blob, whole))
    message = f"{name} saw {size} entries of the ledger\n"
    commit = git.commit_tree(git.name_of(whole), (tip,) if tip else (), message)
    git.update_ref(ref, commit, tip, "changeflow: witness the ledger")
    return ref
