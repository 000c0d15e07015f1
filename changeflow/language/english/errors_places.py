"""Repositories, branches and folders that are missing, or not what they should be."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- the change repository
    "repository.no_folder": (
        "`{folder}` is not a folder",
        "--repo takes the folder with changeflow.yaml",
    ),
    "repository.none": (
        "not inside a change repository: no {config} here or above",
        "`changeflow init` makes one, or name one with --repo DIR",
    ),
    "repository.none:folder": (
        "`{folder}` is not a change repository: no {config}",
        "`changeflow init` makes one",
    ),
    "repository.none:job": (
        "neither here nor in {variable}, `{folder}`, is a change repository: no {config}",
        "check it out in a step before, or name it with --repo DIR or CHANGEFLOW_REPO",
    ),
    "repository.bare": (
        "`{folder}` is a bare repository, and this command needs a work tree",
        (
            "`git clone` makes one; what reads revisions works here, too: `check --rev REV`, list, "
            "show, todo, assess, gate, when, impact, schedule, policy, cmdb, risk, ledger"
        ),
    ),
    "repository.bare_other": (
        "`{folder}` is a bare repository, and there is no {config} on its main branch",
        "name a revision, or another repository with --repo DIR",
    ),
    # -- the main branch
    "main.no_commit": (
        "the main branch `{branch}` has no commit here, and policies are read from it"
    ),
    "main.commit_to": "commit to `{branch}`",
    "main.fetch": "{command:code} brings it, where the remote has it",
    "main.set": "or set spec.main_branch in {config}",
    "main.several": (
        "each of the branches {names:codes} names itself as the main one in {config}",
        "delete the one that is not, or correct spec.main_branch there",
    ),
    "main.not_fetched": (
        "the main branch of the remote `{remote}` is not in this clone, and it judges",
        "{command:code} brings it",
    ),
    "main.not_contained": (
        "the base `{base}` is not contained in `{branch}`: a branch must not choose its judge",
        (
            "nothing was done; leave --base out, or merge first; asking stays possible: "
            "`changeflow gate`, `changeflow assess`"
        ),
    ),
    "main.older": (
        (
            "the base `{base}` is older than `{branch}`, which has another {paths:most_codes 1}: "
            "old rules do not judge"
        ),
        (
            "nothing was done; leave --base out; asking stays possible: `changeflow gate`, "
            "`changeflow assess`"
        ),
    ),
    "main.note_not_fetched": (
        "the main branch of the remote `{remote}` is not in this clone, so the local one judges: "
        "{command:code}"
    ),
    "main.note_unfollowed": (
        "the local `{branch}` judges, which follows no remote and lacks commits of `{theirs}`: "
        "`git branch --set-upstream-to={theirs} {branch}` lets that one judge"
    ),
    "main.note_apart:behind": (
        "judged by `{judged}` as it was fetched last; the local `{branch}` is {behind:plural "
        "commit commits} behind it (`git pull`)"
    ),
    "main.note_apart:ahead": (
        "judged by `{judged}` as it was fetched last; the local `{branch}` is {ahead:plural commit "
        "commits} ahead of it, and what is not pushed does not count"
    ),
    "main.note_apart:both": (
        "judged by `{judged}` as it was fetched last; the local `{branch}` has diverged from it: "
        "{behind:plural commit commits} behind, {ahead:plural commit commits} ahead"
    ),
    # -- folders that are written to
    "site_folder.foreign": (
        "`{folder}` holds files, and no site that changeflow built: there is no `{manifest}`",
        "name a new folder or an empty one",
    ),
    "site_folder.link": (
        "`{path}` is a link, and a site is only written into folders of its own",
        "remove the link, or name another folder",
    ),
    "place.unwritten": ("`{folder}` cannot be written: {why:system}", "choose another place"),
    "place.unwritten:clean": (
        "`{folder}` cannot be written: {why:system}",
        "nothing was left behind",
    ),
    "place.unwritten:to": (
        "`{folder}` cannot be written: {why:system}",
        "choose another folder with --to",
    ),
    "place.no_folder": ("`{folder}` is not a folder", "name a new or an existing folder"),
    "place.taken": (
        "these exist already in `{folder}`, and nothing is overwritten:{paths:lines 20}",
        "nothing was written; move them away, or choose another folder",
    ),
    "place.change_taken": ("`{change}` exists already", "nothing was written; choose another slug"),
    "place.file_taken": ("`{path}` exists already", "nothing was written"),
    "place.not_committed": (
        "{path} is written, but not committed: {why:sentence}",
        "commit it by hand: {command:code}",
    ),
    "place.no_identity": (
        "git does not know who commits",
        "nothing was written; set `git config user.name` and `user.email`, or leave --commit out",
    ),
}
