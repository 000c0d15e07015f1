"""What a merge group holds: the base and its members merged in order, and nothing else (attack A68)."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow import errors
from changeflow.repo.git import Git, checked


def foreign_content(git: Git, base: str, head: str, members: Sequence[str]) -> str | None:
    """Why the head of a group is not what its members make it, None when it is.

    The members are merged again, here, on the commit of the base that the group was built on.
    Whatever way the queue merges (merge, squash or rebase), the files must come out the same.

    Args:
        git: the clone, with every commit fetched.
        base: tip of the branch the queue is for.
        head: of the group.
        members: heads of the pull requests, in the order of the queue.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    start = git.merge_base(base, head)
    if start is None:
        return "it has no common history with the base"
    together = start
    for member in members:
        tree = _merged_tree(git, together, member)
        if tree is None:
            return f"{member[:12]} does not merge cleanly, so somebody resolved a conflict by hand"
        together = git.commit_tree(tree, [together, member], "member of a merge group")
    if git.rev_parse(together, "tree") != git.rev_parse(head, "tree"):
        return "its files are not those of the base and its members together"
    return None


def _merged_tree(git: Git, one: str, other: str) -> str | None:
    done = git.run(
        "merge-tree", "--write-tree", "--no-messages", checked(one), checked(other), accept=(0, 1)
    )
    if done.returncode != 0:
        return None
    tree = done.stdout.decode("ascii").strip()
    if not tree:
        raise errors.HostFailed("git says nothing about a merge")
    return tree
