"""Judge a merge group: by its members, and by whether it holds anything else (attack A68)."""

from __future__ import annotations

from collections.abc import Sequence

from changeflow import errors
from changeflow.bot.bot import Bot
from changeflow.bot.pulls import refuse
from changeflow.bot.sweep import judge_members
from changeflow.hosts.target import Group
from changeflow.model.publication import Publication
from changeflow.model.pull_results import PullState
from changeflow.repo.git import Git, checked


def judge_group(bot: Bot, group: Group) -> None:
    """Judge a merge group.

    It opens only when every pull request in it does, judged now, and it holds nothing else.
    """
    try:
        outcome, summary = _outcome(bot, group)
    except errors.ChangeflowError as error:
        bot.report.failed.append(f"merge group: {error.message}")
        refuse(bot, group.head, error, "merge group")
        return
    verdict = Publication(
        head=group.head, outcome=outcome, title=f"Merge group: {outcome}", summary=summary
    )
    done = bot.connection.place(verdict)
    written = ", ".join(done.written) or "nothing"
    bot.report.lines.append(f"merge group: {outcome}; written: {written}")


def _outcome(bot: Bot, group: Group) -> tuple[PullState, str]:
    if bot.connection.merge_queue is None:
        raise errors.HostFailed.of("bot.no_queue")
    members = bot.connection.merge_queue.members(group)
    judge_members(bot, members)
    told: list[str] = []
    all_open = bool(members)
    for one in members:
        state = bot.report.states.get(one.number, "error")
        told.append(f"#{one.number} {state}")
        all_open = all_open and state == "open"
    bot.connection.fetch_commits([group.head], "merge group")
    base = bot.bases.get(group.branch)
    # None of the members was open, or could be read.
    if base is None:
        return "shut", f"Members: {', '.join(told)}"
    heads = [bot.heads.get(one.number, one.head_oid) for one in members]
    strange = foreign_content(bot.git, base, group.head, heads)
    if strange is not None:
        bot.report.failed.append(f"merge group: {strange}")
        told.append(f"not what its members make it: {strange}")
    summary = f"Members: {', '.join(told)}"
    if all_open and strange is None and not bot.report.failed:
        return "open", summary
    return "shut", summary


def foreign_content(git: Git, base: str, head: str, members: Sequence[str]) -> str | None:
    """Tell why the head of a group is not what its members make it, None when it is.

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
            return f"{member[:12]} does not merge cleanly, so a conflict was resolved by hand"
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
        raise errors.HostFailed.of("bot.no_answer")
    return tree
