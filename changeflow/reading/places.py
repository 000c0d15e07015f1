"""The places where requests for change lie: the main branch, and branches with what they bring.

A branch brings the requests that it adds or alters since it left the main branch. What the main
branch has, or once had, in the same words is brought by no branch any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.document_paths import change_folder, change_of, review_path, rfc_path
from changeflow.reading.change import change_ids
from changeflow.reading.pull_content import repository_path
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.repo.git import Git
from changeflow.repo.refs import tracking_ref

# what the main branch is called in answers, whatever its name is
MAIN: Final = "main"
# what a work tree is called that is on no branch
DETACHED: Final = "HEAD"
_HEADS: Final = "refs/heads/"
_REMOTES: Final = "refs/remotes/"
_FIELDS: Final = "--format=%(objectname) %(committerdate:unix) %(refname) %(symref)"


@dataclass(frozen=True)
class Place:
    """A place with requests for change.

    Attributes:
        label: `main` for the main branch, or else the branch.
        view: the repository with this place as the head.
        changes: ids of the requests that are told of from here.
        forgotten: whether no branch has it any more, so that nothing in it can be decided.
    """

    label: str
    view: View
    changes: tuple[str, ...]
    forgotten: bool = False

    @property
    def state(self) -> State:
        """Return the files there."""
        return self.view.head

    @property
    def revision(self) -> str:
        """Return what `--head` calls the place; of the work tree it is the folder."""
        return self.state.label.removeprefix(_HEADS).removeprefix(_REMOTES)


@dataclass(frozen=True)
class _Tip:
    """A branch that has commits which the main branch has not."""

    label: str
    commit: str
    date: int
    is_local: bool


def places(view: View, *, everywhere: bool) -> tuple[Place, ...]:
    """Return the main branch, and the branches that bring requests. Each request has one branch.

    Args:
        view: base and head; what the head brings is told of from there first.
        everywhere: look at all local and remote branches, too.

    Raises:
        errors.HostFailed: when git fails.
    """
    main = Place(MAIN, view.of_base(), change_ids(view.base))
    found = [one for one in _of_head(view) if one.changes]
    if everywhere and view.base.commit is not None:
        found += _of_branches(view, view.base.commit)
    return (main, *_each_once(found))


def brought_by_head(view: View) -> tuple[str, tuple[str, ...]]:
    """Return what the head is called, and the requests that it brings to the main branch.

    Raises:
        errors.HostFailed: when git fails.
    """
    for place in _of_head(view):
        return place.label, place.changes
    return view.head.label, ()


def _each_once(found: Sequence[Place]) -> Iterator[Place]:
    """Yield the places, each request left to the first one that brings it."""
    told: set[str] = set()
    for place in found:
        own = tuple(name for name in place.changes if name not in told)
        told.update(own)
        if own:
            yield Place(place.label, place.view, own)


# -- the head --------------------------------------------------------------------------------------


def _of_head(view: View) -> Iterator[Place]:
    """Yield the head, if it is not the base itself."""
    base, head = view.base, view.head
    if head.commit is not None and head.commit == base.commit:
        return
    tip = head.commit or view.git.resolve("HEAD")
    touched: set[str] = set()
    if tip is not None and base.commit is not None:
        touched.update(_brought(view.git, base.commit, tip))
    label = head.label
    if head.commit is None:
        label = _checked_out(view.git)
        touched.update(_uncommitted(view.git))
    names = tuple(_proposed(view, head, touched))
    if label == base.config.main_branch:
        # An edit on the main branch itself that is not committed is proposed nowhere yet.
        label = MAIN
        names = tuple(name for name in names if not base.exists(rfc_path(name)))
    yield Place(label, view, names)


def _checked_out(git: Git) -> str:
    """Return the name of the branch that is checked out."""
    done = git.run("symbolic-ref", "--short", "-q", "HEAD", accept=(0, 1))
    return done.stdout.decode("utf-8", "replace").strip() or DETACHED


def _uncommitted(git: Git) -> Iterator[str]:
    """Yield the changes with files that differ from the commit that is checked out."""
    for record in git.status():
        # A renamed file has a second record that is its old path alone.
        for path in (record[3:], record):
            name = _change_with(repository_path(git, path))
            if name is not None:
                yield name


# -- the branches ----------------------------------------------------------------------------------


def _of_branches(view: View, main: str) -> list[Place]:
    """Return the branches that bring requests: first those that bring fewest, then the newest.

    A branch that stands on another one has the requests of that one, too.
    """
    found: list[tuple[tuple[bool, int, int, str], Place]] = []
    for tip in _tips(view, main):
        state = view.store.named(tip.label, tip.commit)
        touched = set(_brought(view.git, main, tip.commit))
        names = tuple(_proposed(view, state, touched))
        if names:
            there = View(view.store, view.base, state, view.ledger, main=view.main, told=view.told)
            order = (not tip.is_local, len(names), -tip.date, tip.label)
            found.append((order, Place(tip.label, there, names)))
    return [place for _, place in sorted(found, key=lambda one: one[0])]


def _tips(view: View, main: str) -> Iterator[_Tip]:
    """Yield the branches that are not merged, each commit once: a local name goes first."""
    git, config = view.git, view.base.config
    ledger = config.ledger.branch
    others = {
        f"{_HEADS}{ledger}",
        tracking_ref(config.ledger.remote or "origin", ledger),
    }
    listing = git.text("for-each-ref", f"--no-merged={main}", _FIELDS, _HEADS, _REMOTES)
    seen: set[str] = set()
    for line in listing.splitlines():
        commit, date, ref, *symbolic = line.split(" ")
        if commit in seen or ref in others or any(symbolic):
            continue
        seen.add(commit)
        label = ref.removeprefix(_HEADS).removeprefix(_REMOTES)
        # The main branch here, where that of a remote is the one that governs.
        if label in (config.main_branch, MAIN):
            label = ref
        yield _Tip(label, commit, int(date or 0), ref.startswith(_HEADS))


def _brought(git: Git, main: str, tip: str) -> Iterator[str]:
    """Yield the changes whose folder a commit has otherwise than where it left the main branch."""
    start = git.merge_base(main, tip)
    if start is None or start == tip:
        return
    done = git.kept(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--relative", start, tip,
        "--", "changes",
    )  # fmt: skip
    for path in done.stdout.decode("utf-8", "surrogateescape").split("\0"):
        name = _change_with(path)
        if name is not None:
            yield name


def _change_with(path: str) -> str | None:
    """Return the change that a file belongs to; None for a review, which comes afterwards."""
    name = change_of(path)
    if name is None or path == review_path(name):
        return None
    return name


def _proposed(view: View, state: State, touched: Iterable[str]) -> Iterator[str]:
    """Yield the requests of a place that the main branch does not know in these words."""
    for name in sorted(touched):
        if not state.exists(rfc_path(name)):
            continue
        if not view.base.exists(rfc_path(name)) or not _was_on_main(view, name, state):
            yield name


def _was_on_main(view: View, name: str, state: State) -> bool:
    """Return whether the main branch has, or had, a request word for word, with its files."""
    base, path = view.base, rfc_path(name)
    if base.read(path) == state.read(path):
        return _beside(base, name) == _beside(state, name)
    entry = state.entries()[path]
    if entry.oid is None or base.commit is None:
        return False
    done = view.git.kept(
        "log", "--format=", "--raw", "--no-abbrev", "--no-renames", base.commit, "--", path
    )
    return entry.oid in done.stdout.decode("ascii", "replace")


def _beside(state: State, name: str) -> dict[str, bytes]:
    """Return the files that lie beside a request, but for its review."""
    documents = (rfc_path(name), review_path(name))
    wanted = []
    for path, entry in state.entries().items():
        if path.startswith(change_folder(name)) and path not in documents and entry.regular:
            wanted.append(path)
    return dict(state.read_many(wanted, problems=[]))
