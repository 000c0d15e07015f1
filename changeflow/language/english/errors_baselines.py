"""What goes wrong with baselines of the CMDB, and with differences between them."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "baseline.taken": (
        "the name `{name}` is taken: entry {seq} of the ledger, {when:time}",
        "a baseline is never replaced: choose another name",
    ),
    "baseline.revision": (
        "`{name}` is the name of a revision of git already",
        "choose a name that means one thing, such as `cmdb-{name}`",
    ),
    "baseline.not_on_main": (
        "the commit `{rev}` is not on the main branch (`{branch}`)",
        "a baseline is of what was agreed: merge it first",
    ),
    "baseline.name": (
        "{name:shown} cannot be the name of a baseline",
        "a name has letters, digits, `.`, `_` and `-`, at most 100, and begins with a letter or digit",
    ),
    "baseline.no_name": (
        "a baseline needs a name",
        "`changeflow cmdb baseline 2026-q4` records one, `--list` shows those there are",
    ),
    "baseline.no_work_tree": (
        "a bare repository has no work tree",
        "name a baseline or a revision",
    ),
    "baseline.commit_missing": (
        "the commit of the baseline `{name}` is not in this clone: {commit}",
        "fetch the main branch with its history",
    ),
    "baseline.differs": (
        "the CMDB at the commit of the baseline `{name}` is not what the baseline recorded",
        "`changeflow ledger verify` says whether the ledger holds",
    ),
    "baseline.differs:outside": (
        "the CMDB at the commit of the baseline `{name}` is not what the baseline recorded",
        "files outside of the repository were part of it: {paths:most_codes 5}",
    ),
}
