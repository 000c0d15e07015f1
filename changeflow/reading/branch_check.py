"""The branch in a check: what it touches beside what its requests declare.

A check reads files and what git says of them, and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow import errors
from changeflow.checks.any_shape import text
from changeflow.documents.document import Document, found_in_file
from changeflow.model.branches import MAIN_BRANCH
from changeflow.model.document_paths import CONFIG
from changeflow.model.findings import Finding
from changeflow.model.phrases import Told, told
from changeflow.reading.documents import Excerpts, excerpts
from changeflow.repo.repository_kind import common_folder, marker_of

# Most repositories have no item that says what belongs to it.
if TYPE_CHECKING:
    from changeflow.reading.view import View
    from changeflow.scope.changed_files import BranchFiles

_MAINS: Final = ("refs/remotes/origin/HEAD",)
_MAPS: Final = r"(^|[{,[:space:]])maps:"


class BranchChecked(NamedTuple):
    """The findings about a branch, with the lines they are about."""

    findings: tuple[Finding, ...]
    excerpts: Excerpts


NOTHING_FOUND: Final = BranchChecked((), {})


def may_be_judged(root: Path, documents: Iterable[Document], rev: str | None) -> bool:
    """Return whether items say what belongs to them: those that are there, or were on the base.

    Args:
        root: the change repository.
        documents: its items, among others.
        rev: the revision that is checked; None for the work tree.
    """
    if marker_of(root) is None and rev is None:
        return False
    main = MAIN_BRANCH
    for document in documents:
        if document.kind == "ConfigurationItem" and document.spec.get("maps"):
            return True
        if document.kind == "Config":
            main = text(document.spec.get("main_branch")) or main
    return _took_maps_away(root, rev, main)


def _took_maps_away(root: Path, rev: str | None, main_branch: str) -> bool:
    """Return whether a branch without any `maps` differs in them from the main branch."""
    if rev is None and _on_branch(root, main_branch):
        return False
    from changeflow.repo.git import Git

    git = Git(root)
    names = [*_MAINS, f"refs/remotes/origin/{main_branch}", f"refs/heads/{main_branch}"]
    main = next(iter(git.refs(*dict.fromkeys(names)).values()), None)
    tip = git.resolve(rev or "HEAD")
    if main is None or tip is None or main == tip:
        return False
    asked = ("diff", "--quiet", "--no-ext-diff", "--no-textconv", "-G", _MAPS)
    done = git.run(*asked, f"{main}...{tip}", "--", "cmdb", accept=(0, 1, 128))
    return done.returncode == 1


def _on_branch(root: Path, name: str) -> bool:
    """Return whether a branch is checked out, without asking git."""
    folder = common_folder(root)
    if folder is None:
        return False
    try:
        return (folder / "HEAD").read_text("utf-8").strip() == f"ref: refs/heads/{name}"
    except (OSError, ValueError):
        return False


def check_branch(root: Path, rev: str | None) -> BranchChecked:
    """Compare what a branch touches with what its requests declare.

    Args:
        root: the change repository.
        rev: the revision that is checked; None for the work tree.
    """
    from changeflow.reading.view import locate
    from changeflow.repo.git import Git

    try:
        if rev is None and Git(root).resolve("HEAD") is None:
            # nothing was committed yet
            return NOTHING_FOUND
        return _checked(locate(root, None, rev))
    except (errors.HostFailed, errors.Unreadable) as error:
        return _unknown(error.told)


def _unknown(why: str | Told) -> BranchChecked:
    found = found_in_file("scope-unknown", CONFIG, level="warning", why=[why])
    return BranchChecked((found,), {})


def _checked(view: View) -> BranchChecked:
    from changeflow.checks.branches import branch_findings
    from changeflow.reading.branch_scope import branch_scope, changed_documents, requests_in

    base, git = view.base.require_readable(), view.git
    tip = view.head.commit or git.resolve("HEAD")
    if tip is None or base.commit is None:
        return NOTHING_FOUND
    start = git.merge_base(base.commit, tip)
    if start is None:
        return _unknown(told("unread.history"))
    if view.head.commit is not None and start == tip:
        return NOTHING_FOUND
    files, prefix = _files(view, base.commit, start), git.facts.prefix
    scope = branch_scope(base, files, view.head, prefix)
    requests = requests_in(view.head, changed_documents(files, prefix))
    found = tuple(branch_findings(scope, requests, prefix, base.config.main_branch))
    return BranchChecked(found, _lines(requests, found))


def _files(view: View, base: str, start: str) -> BranchFiles:
    from changeflow.reading.branch_files import CommittedFiles, UncommittedFiles

    tip = view.head.commit
    if tip is None:
        return UncommittedFiles(view.git, start)
    return CommittedFiles(view.git, view.store.content(base, tip), tip)


def _lines(requests: Mapping[str, Document], found: Iterable[Finding]) -> Excerpts:
    return excerpts((document.source for document in requests.values()), found)
