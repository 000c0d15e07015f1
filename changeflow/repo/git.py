"""git as small verbs, and never a checkout.

Answers are NUL-separated. Values from outside are validated or stand behind `--end-of-options`.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.paths import as_bytes, as_path
from changeflow.repo.failures import failure, understanding
from changeflow.repo.git_objects import TOGETHER, GitObject, ObjectReader
from changeflow.repo.run_git import Runner, records

# Most commands store nothing.
if TYPE_CHECKING:
    from changeflow.repo.packing import NewObject

FALLBACK_IDENTITY: Final = {
    "GIT_AUTHOR_NAME": "changeflow",
    "GIT_AUTHOR_EMAIL": "changeflow@localhost",
    "GIT_COMMITTER_NAME": "changeflow",
    "GIT_COMMITTER_EMAIL": "changeflow@localhost",
}

# Answers about object names that are kept, and bytes that one of them has at most.
_KEPT_ANSWERS: Final = 64
_KEPT_SIZE: Final = 4 * 1024 * 1024

# A repository's settings may have git look at less than is there. In a submodule, git would run the
# filters of its configuration.
_LOOKS: Final = (
    "-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "core.untrackedCache=false",
)  # fmt: skip
_STATUS: Final = (
    *_LOOKS,
    "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=dirty",
)  # fmt: skip
_EDITED: Final = (
    *_LOOKS,
    "diff-files", "--name-only", "-z", "--no-renames", "--relative", "--ignore-submodules=dirty",
)  # fmt: skip
_NO_IDENTITY: Final = (b"tell me who you are", b"empty ident", b"auto-detection is disabled")
_ADDRESS: Final = re.compile(r"<([^<>]*)> [0-9]+ [+-][0-9]{4}$", re.MULTILINE)
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


def is_oid(text: str) -> bool:
    """Return whether the text is a full object name, SHA-1 or SHA-256."""
    return _OID.fullmatch(text) is not None


class TreeEntry(NamedTuple):
    """A line of `ls-tree`.

    Attributes:
        mode: such as 100644.
        kind: blob, tree or commit.
        oid: the object's name.
        path: from the top of the listed tree.
    """

    mode: str
    kind: str
    oid: str
    path: str


@dataclass(frozen=True, slots=True)
class GitFacts:
    """What git says about a repository once."""

    common_dir: Path
    index: Path
    prefix: str
    bare: bool
    object_format: str
    shallow: bool


class Git(Runner):
    """A repository, addressed by any folder inside it (or by a bare repository's own folder).

    Args:
        root: the change repository; paths of `ls_tree` are relative to it, also when it is a part
            of a larger repository.
    """

    # -- the repository ------------------------------------------------------------------------

    @cached_property
    def facts(self) -> GitFacts:
        """Return what git says once: shared folder, index, prefix, bare, hash, shallow."""
        lines = self.text(
            "rev-parse", "--git-common-dir", "--git-path", "index", "--show-prefix", "--is-bare-repository",
            "--show-object-format", "--is-shallow-repository",
        ).split("\n")  # fmt: skip
        with understanding("rev-parse"):
            folder, index, prefix, bare, object_format, shallow = lines
        return GitFacts(
            (self.root / folder).resolve(),
            self.root / os.fsdecode(as_bytes(index)),
            prefix,
            bare == "true",
            object_format,
            shallow == "true",
        )

    def git_path(self, name: str) -> Path:
        """Return where git keeps a file of its own, such as the index, for this work tree."""
        return self.root / os.fsdecode(as_bytes(self.text("rev-parse", "--git-path", name)))

    def config(self, name: str) -> str | None:
        """Return the value of a setting in git's spelling of `config --list`, or None."""
        return self.settings.value(name)

    @cached_property
    def _remotes(self) -> tuple[str, ...]:
        return tuple(self.text("remote").split())

    def remotes(self) -> tuple[str, ...]:
        """Return names of the remotes, as they were configured when they were asked for first."""
        return self._remotes

    def remote_address(self, name: str) -> str | None:
        """Return the address a remote is fetched from; None where there is none.

        Git rewrites it by `url.*.insteadOf`. A path on this machine is absolute: git reads it from
        the top of the work tree.
        """
        done = self.run("remote", "get-url", "--", name, accept=(0, 2, 128))
        address = as_path(done.stdout).removesuffix("\n")
        if done.returncode != 0 or not address:
            return None
        from changeflow.model.remotes import relative

        if not relative(address):
            return address
        return os.path.normpath(Path(self.text("rev-parse", "--show-toplevel")) / address)

    # -- what is kept --------------------------------------------------------------------------

    def kept(
        self, *arguments: str, accept: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git once for an answer that object names alone decide: it never changes."""
        found = self._answers.pop(arguments, None) or self.run(*arguments, accept=accept)
        if len(found.stdout) <= _KEPT_SIZE:
            self._answers[arguments] = found
        # The one that was not used for longest goes.
        if len(self._answers) > _KEPT_ANSWERS:
            del self._answers[next(iter(self._answers))]
        return found

    @cached_property
    def _answers(self) -> dict[tuple[str, ...], subprocess.CompletedProcess[bytes]]:
        return {}

    def forget(self) -> None:
        """Ask again what a remote may have changed: it completes a history that was cut off."""
        if "facts" not in vars(self) or self.facts.shallow:
            self._answers.clear()
            vars(self).pop("facts", None)
            # A process of git knows from its start where the history is cut off.
            self._objects.close()

    # -- reading -------------------------------------------------------------------------------

    def resolve(self, rev: str, kind: str = "commit") -> str | None:
        """Return the object name of a revision, peeled to `kind`; None: there is none."""
        if not rev or rev.startswith("-") or _CONTROL.search(rev):
            return None
        found = self._objects.read([f"{rev}^{{{kind}}}"], limit=0)[0]
        if is_oid(rev):
            # No ref says whether an object is here.
            self.looked_for[rev] = found is not None
        return found.oid if found is not None else None

    @cached_property
    def looked_for(self) -> dict[str, bool]:
        """Return the object names that were resolved, and whether the objects are here."""
        return {}

    @cached_property
    def files_looked_for(self) -> dict[str, str]:
        """Return files that no commit and no status tells, and their facts before they were read.

        They are ignored, or lie outside of the repository. Paths are relative to the root.
        """
        return {}

    def are_here(self, oids: Sequence[str]) -> list[bool]:
        """Return which objects are here."""
        found: list[bool] = []
        for start in range(0, len(oids), TOGETHER):
            together = oids[start : start + TOGETHER]
            found += (one is not None for one in self._objects.read(together, limit=0))
        return found

    def rev_parse(self, rev: str, kind: str = "commit") -> str:
        """Return the object name of a revision.

        Raises:
            errors.HostFailed: when git knows no such revision.
        """
        found = self.resolve(rev, kind)
        if found is None:
            zeros = rev and not rev.strip("0")
            raise errors.HostFailed.of("git.no_revision", case="zeros" if zeros else None, rev=rev)
        return found

    def refs(self, *names: str) -> dict[str, str]:
        """Return object names of those of these full ref names that exist."""
        lines = self.text(
            "for-each-ref", "--format=%(refname) %(objectname)", "--", *names
        ).splitlines()
        with understanding("for-each-ref"):
            found = dict(line.split(" ", 1) for line in lines)
        return {name: found[name] for name in names if name in found}

    def ls_tree(self, oid: str, *, full: bool = False) -> Iterator[TreeEntry]:
        """Return every file of a tree or commit, recursively.

        Args:
            oid: the commit or tree.
            full: list from the top of the git repository; otherwise from the change repository's
                folder, relative to it.

        Raises:
            errors.HostFailed: when the object is missing (a shallow or partial clone).
        """
        # At the top of the git repository the two are the same.
        from_the_top = ("--full-tree",) if full and self.facts.prefix else ()
        listing = self.kept("ls-tree", "-r", "-z", *from_the_top, checked(oid)).stdout
        found: list[TreeEntry] = []
        with understanding("ls-tree"):
            for line in records(listing):
                facts, _, path = line.partition(b"\t")
                mode, kind, name = facts.decode("ascii").split(" ")
                found.append(TreeEntry(mode, kind, name, as_path(path)))
        return iter(found)

    def ls_level(self, tree: str) -> tuple[TreeEntry, ...]:
        """Return one level of a tree or commit, from its top."""
        found = self._objects.read([f"{checked(tree)}^{{tree}}"])[0]
        if found is None or found.data is None:
            raise failure("cat-file", f"missing object {tree}")
        with understanding("cat-file"):
            return tuple(_entries_of(found.data, len(tree) // 2))

    def size_of_tree(self, commit: str) -> int:
        """Return how many bytes the top level of a commit takes."""
        found = self._objects.read([f"{checked(commit)}^{{tree}}"], limit=0)[0]
        if found is None:
            raise failure("cat-file", f"missing object {commit}")
        return found.size

    def folder_at(self, commit: str, folder: str) -> tuple[TreeEntry, ...]:
        """Return one level of a folder in a commit, from its top; nothing where it has none."""
        if _CONTROL.search(folder):
            return ()
        found = self._objects.read([f"{checked(commit)}:{folder}"], limit=0)[0]
        return self.ls_level(found.oid) if found is not None and found.kind == "tree" else ()

    def cat_file_batch(self, oids: Iterable[str], limit: int | None = None) -> Iterator[GitObject]:
        """Yield objects by name, in the order asked.

        Args:
            oids: object names.
            limit: bytes above which an object's content is skipped (`data` is None).

        Raises:
            errors.HostFailed: when an object is missing: fetch it.
        """
        names = [checked(oid) for oid in oids]
        for start in range(0, len(names), TOGETHER):
            together = names[start : start + TOGETHER]
            for name, found in zip(together, self._objects.read(together, limit), strict=True):
                if found is None:
                    raise failure("cat-file", f"missing object {name}")
                if found.oid != name:
                    raise failure("cat-file", f"it answered {found.oid} when asked for {name}")
                yield found

    @cached_property
    def _objects(self) -> ObjectReader:
        # It must not refer to this object: its process ends as soon as nothing else does.
        environment = Runner(self.root, self.extra).environment
        return ObjectReader(self.argv("cat-file", "--batch"), self.root, environment)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Return whether `new` contains `old`."""
        asked = ("merge-base", "--is-ancestor", checked(old), checked(new))
        return old == new or self.kept(*asked, accept=(0, 1)).returncode == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor, or None when there is none.

        Raises:
            errors.HostFailed: when a shallow clone hides the answer.
        """
        done = self.kept("merge-base", checked(one), checked(other), accept=(0, 1))
        if done.returncode == 0:
            return done.stdout.decode("ascii", "replace").split("\n", 1)[0]
        if self.facts.shallow:
            raise failure(
                "merge-base", "shallow clone: no common ancestor of the base and the head is here"
            )
        return None

    def log(
        self, *revisions: str, format_: str, paths: Sequence[str] = (), extra: Sequence[str] = ()
    ) -> list[str]:
        """Return commits, newest first, each as `format_` says (git's pretty formats).

        `^` before an object name leaves it out. `paths` are relative to the change repository.
        """
        for name in revisions:
            checked(name.removeprefix("^"))
        # Without revisions, or with `--all`, the answer depends on where branches are now.
        ask = self.kept if revisions and "--all" not in extra else self.run
        done = ask("log", "-z", f"--format={format_}", *extra, *revisions, "--", *paths)
        found = [record for record in done.stdout.decode("utf-8", "replace").split("\0") if record]
        with understanding("log"):
            for record in found:
                _require_shape(record, format_)
        return found

    def status(self) -> tuple[str, ...]:
        """Return lines of `status --porcelain` for the change repository; none if clean."""
        return tuple(map(as_path, records(self.status_listing())))

    def status_listing(self, *paths: str, ignored: bool = False) -> bytes:
        """Return what `status --porcelain -z` prints about the change repository.

        Args:
            paths: the files that are wanted; none: all.
            ignored: list what git ignores, too: folders as a whole.
        """
        more = ("--ignored=matching",) if ignored else ()
        return self.run(*_STATUS, *more, "--", *(paths or ["."])).stdout

    def edited_listing(self) -> bytes:
        """Return paths of files of the index that may be others on disk, each with a zero byte.

        They begin in the change repository. Those that the index is told not to look at are not
        among them.
        """
        return self.run(*_EDITED, "--", ".").stdout

    # -- writing -------------------------------------------------------------------------------

    def hash_object(self, data: bytes, kind: str = "blob") -> str:
        """Store an object and return its name."""
        return checked(self.text("hash-object", "-w", "-t", kind, "--stdin", stdin=data))

    def mktree(self, entries: Iterable[TreeEntry]) -> str:
        """Store one level of a tree; `path` is a plain name there.

        Spelt here, because `git mktree` does not write through to the disk, whatever `core.fsync`
        says; `hash-object` does.
        """
        return self.hash_object(tree_object(entries).data, "tree")

    def name_of(self, one: NewObject) -> str:
        """Return the name that an object has in this repository."""
        return one.name(self.facts.object_format)

    def store(self, objects: Sequence[NewObject]) -> None:
        """Store objects together, each in a file of its own and on the disk when this returns."""
        from changeflow.repo.packing import pack

        self.run("unpack-objects", "-q", stdin=pack(objects, self.facts.object_format))

    def commit_tree(self, tree: str, parents: Sequence[str], message: str) -> str:
        """Store a commit and return its name.

        It is made under the user's identity, or under ours where git has none.
        """
        arguments = ["commit-tree", checked(tree)]
        for parent in parents:
            arguments += ["-p", checked(parent)]
        text = message.encode("utf-8")
        done = self.run(*arguments, stdin=text, accept=(0, 128))
        if done.returncode != 0:
            if not any(phrase in done.stderr for phrase in _NO_IDENTITY):
                raise failure("commit-tree", done.stderr.decode("utf-8", "replace"))
            done = self.run(*arguments, stdin=text, extra=_fallback_identity())
        return checked(done.stdout.decode("ascii", "replace").strip())

    def committer(self) -> str:
        """Return the address that `commit_tree` commits with."""
        done = self.run("var", "GIT_COMMITTER_IDENT", accept=(0, 128))
        if done.returncode == 0:
            found = _ADDRESS.search(done.stdout.decode("utf-8", "replace"))
            if found:
                return found[1]
        return ({**os.environ} | _fallback_identity())["GIT_COMMITTER_EMAIL"]

    def update_ref(self, ref: str, new: str, old: str | None, reason: str = "changeflow") -> None:
        """Move a ref from `old` (None: it must not exist) to `new`, or fail.

        Raises:
            errors.LostRace: when the ref is somewhere else by now.
            errors.HostFailed: for anything else, such as a lock that was left behind.
        """
        expected = checked(old) if old else "0" * len(new)
        done = self.run(
            "update-ref",
            "-m",
            reason,
            "--end-of-options",
            ref,
            checked(new),
            expected,
            accept=range(256),
        )
        if done.returncode == 0:
            return
        if self.resolve(ref) != old:
            raise errors.LostRace.of("git.moved", ref=ref)
        raise failure("update-ref", done.stderr.decode("utf-8", "replace"))


def _fallback_identity() -> dict[str, str]:
    """Return our identity, as far as the environment names no person."""
    return {name: value for name, value in FALLBACK_IDENTITY.items() if not os.environ.get(name)}


def checked(oid: str) -> str:
    """Return the object name itself, once it is known to be one.

    Nothing else reaches a command line as an object.

    Raises:
        errors.HostFailed: when it is not 40 or 64 hexadecimal digits.
    """
    if not is_oid(oid):
        raise errors.HostFailed.of("git.no_object_name", oid=oid)
    return oid


def _require_shape(record: str, format_: str) -> None:
    """Check that a commit is told in the format that was asked for.

    Raises:
        ValueError: when it is not.
    """
    if format_.startswith("%H") and not is_oid(record.split(maxsplit=1)[0]):
        raise ValueError(record)
    if "%x1f" in format_ and "\x1f" not in record:
        raise ValueError(record)


def _entries_of(tree: bytes, size: int) -> Iterator[TreeEntry]:
    """Take a tree object apart: mode, name and `size` bytes of an object name, again and again."""
    kinds = {"040000": "tree", "160000": "commit"}
    at = 0
    while at < len(tree):
        end = tree.find(b"\0", at)
        mode, _, name = tree[at : max(end, at)].partition(b" ")
        at = end + 1 + size
        if end < 0 or at > len(tree) or not name:
            raise ValueError("a tree that is cut short")
        full = mode.decode("ascii").zfill(6)
        yield TreeEntry(full, kinds.get(full, "blob"), tree[end + 1 : at].hex(), as_path(name))


def tree_object(entries: Iterable[TreeEntry]) -> NewObject:
    """Return one level of a tree as git stores it; `path` is a plain name there."""
    from changeflow.repo.packing import NewObject

    return NewObject("tree", b"".join(map(_tree_line, sorted(entries, key=_tree_name))))


def _tree_name(entry: TreeEntry) -> bytes:
    """Return what git sorts by: a folder stands where its name with a slash would."""
    return os.fsencode(entry.path) + (b"/" if entry.kind == "tree" else b"")


def _tree_line(entry: TreeEntry) -> bytes:
    mode = entry.mode.removeprefix("0").encode("ascii")
    return mode + b" " + os.fsencode(entry.path) + b"\0" + bytes.fromhex(checked(entry.oid))
