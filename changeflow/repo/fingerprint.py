"""What an answer about a whole repository may depend on, as one text: equal texts, equal answers.

It is told without parsing a document: where all refs stand, what is checked out, edited and staged,
git's configuration, what was seen of the ledger, the program and its environment. Git names the
content of commits by their hashes. Which files of the work tree are not as the index has them, git
tells by its own rule; those are read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from changeflow.model.paths import as_bytes
from changeflow.repo.git import Git
from changeflow.repo.git_listing import shows_all
from changeflow.repo.index_store import program
from changeflow.repo.run_git import records
from changeflow.repo.source import file_facts

_REFS: Final = "--format=%(objectname) %(refname) %(symref)"
# files of the shared git folder, beside refs and objects, that an answer may depend on
_GIT_FILES: Final = ("shallow", "info/grafts")
# of those, the files by which git reads the work tree
_FILES_OF_SETTINGS: Final = ("info/exclude", "info/attributes")
_SEEN: Final = "seen-*.json"
# environment variables that an answer may depend on, by name or by their beginnings
_VARIABLES: Final = frozenset(
    {"EMAIL", "HOME", "HOSTNAME", "LANG", "LOGNAME", "PATH", "TZ", "USER", "XDG_CONFIG_HOME"}
)
_BEGINNINGS: Final = ("CHANGEFLOW_", "GIT_", "LC_", "PYTHON")
# of an option that fixes the time, of which an answer says for itself how long it holds
_TIME: Final = "_NOW"
_SYSTEM_ATTRIBUTES: Final = Path("/etc/gitattributes")
_OF_GIT: Final = ("core.excludesfile", "core.attributesfile")
# bytes of edited files that are read, each counted as so many more; others are told by their facts
_ROOM: Final = 32 * 1024 * 1024
_EACH: Final = 16 * 1024
_IGNORED: Final = b"!! "
# of a file at which git looks
_TAG: Final = b"H "


class Fingerprint(NamedTuple):
    """What stands for everything that an answer may depend on, but the time.

    Attributes:
        content: the repository, the program and its environment.
        seen: what was seen of ledgers here. Reading one may write that down.
    """

    content: str
    seen: str


def fingerprint(git: Git) -> Fingerprint:
    """Return what stands for everything that an answer may depend on, but the time.

    Raises:
        errors.HostFailed: when git fails.
    """
    content = (*_of_refs(git), *settings_of(git), *_of_work_tree(git), *_of_program())
    return Fingerprint(digest_of_parts(content), digest_of_parts(_of_traces(git)))


def fingerprint_of_commits(git: Git) -> Fingerprint:
    """Return the same for an answer about what is committed: the work tree does not count.

    Raises:
        errors.HostFailed: when git fails.
    """
    content = (*_of_refs(git), *settings_of(git), *_of_program())
    return Fingerprint(digest_of_parts(content), digest_of_parts(_of_traces(git)))


def digest_of_parts(parts: Iterable[bytes]) -> str:
    """Return what stands for some bytes in their order."""
    found = blake2b(digest_size=32)
    for part in parts:
        # each with its length: two parts never read as one
        found.update(b"%d:" % len(part))
        found.update(part)
    return found.hexdigest()


def _of_traces(git: Git) -> Iterator[bytes]:
    for path in sorted((git.facts.common_dir / "changeflow").glob(_SEEN)):
        yield os.fsencode(path.name)
        yield content_on_disk(path)


def _of_refs(git: Git) -> Iterator[bytes]:
    folder, own = git.facts.common_dir, git.facts.index.parent
    yield git.run("for-each-ref", _REFS).stdout
    yield content_on_disk(own / "HEAD")
    yield from (_setting(folder / name) for name in _GIT_FILES)
    yield _setting(own / "info" / "sparse-checkout")


def settings_of(git: Git) -> Iterator[bytes]:
    """Yield what git reads files by: its configuration, and attributes and ignored files of the user.

    Raises:
        errors.HostFailed: when git fails.
    """
    yield repr((git.facts, git.root, git.settings.listed)).encode("utf-8", "surrogateescape")
    yield from (_setting(git.facts.common_dir / name) for name in _FILES_OF_SETTINGS)
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path(os.environ.get("HOME", "/")) / ".config")
    yield from (_setting(home / "git" / name) for name in ("attributes", "ignore"))
    yield _setting(_SYSTEM_ATTRIBUTES)
    for name in _OF_GIT:
        value = git.settings.value(name)
        if value is not None:
            # Relative to the top of the work tree.
            yield _setting(git.root / ("../" * _depth(git)) / os.path.expanduser(value))  # noqa: PTH111
    if not git.facts.bare:
        yield from _of_attributes_above(git)


def _of_work_tree(git: Git) -> Iterator[bytes]:
    """Yield what is staged, and what the work tree has otherwise."""
    if git.facts.bare:
        return
    index = listing_of_index(git)
    status = git.status_listing(ignored=True)
    yield index
    yield status
    prefix = as_bytes(git.facts.prefix)
    for line in records(status):
        if line.startswith(_IGNORED):
            yield _facts(git.root, line.removeprefix(_IGNORED).removeprefix(prefix))
    room = _ROOM
    for path in sorted(edited_files(index, status, prefix)):
        file = git.root / os.fsdecode(path)
        yield path
        needed = _room_of(file)
        if needed > room:
            yield _facts(git.root, path)
            continue
        room -= needed
        yield content_on_disk(file)


def listing_of_index(git: Git, *paths: str) -> bytes:
    """Return git's listing of its index, with the files at which it is told not to look."""
    return git.run("ls-files", "-z", "--stage", "-v", "--", *paths).stdout


def edited_files(index: bytes, status: bytes, prefix: bytes) -> set[bytes]:
    """Return the files that are not as the index has them, or at which git does not look."""
    found: set[bytes] = set(_hidden(index))
    for line in records(status):
        if not line.startswith(_IGNORED):
            # A renamed file has a second record that is its old path alone.
            found.update(path.removeprefix(prefix) for path in (line, line[3:]))
    return found


def _of_attributes_above(git: Git) -> Iterator[bytes]:
    """Yield what the folders around the change repository say about the files in it."""
    above = ["../" * (steps + 1) for steps in range(_depth(git))]
    if not above:
        return
    files = [folder + name for folder in above for name in (".gitattributes", ".gitignore")]
    # Where a file is not checked out, git reads it from its index.
    yield listing_of_index(git, *files)
    yield from (content_on_disk(git.root / name) for name in files)


def _depth(git: Git) -> int:
    """Return how many folders below the top of the work tree the change repository is."""
    return git.facts.prefix.count("/")


def _facts(root: Path, path: bytes) -> bytes:
    return file_facts(os.fsencode(root / os.fsdecode(path))).encode("ascii")


def _room_of(path: Path) -> int:
    try:
        return path.lstat().st_size + _EACH
    except (OSError, ValueError):
        return _EACH


def _hidden(index: bytes) -> Iterator[bytes]:
    """Yield the files at which git is told not to look: their edits are in no status."""
    if shows_all(index):
        return
    for line in records(index):
        if not line.startswith(_TAG):
            yield line.partition(b"\t")[2]


def _setting(path: Path) -> bytes:
    """Return the content of a file of settings: git follows its links."""
    return content_on_disk(Path(os.path.realpath(path)))


def content_on_disk(path: Path) -> bytes:
    """Return kind, mode and content of a file, or what is there in its place."""
    try:
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            return b"link " + os.fsencode(path.readlink())
        if not stat.S_ISREG(facts.st_mode):
            return b"%o" % facts.st_mode
        return b"%o " % facts.st_mode + path.read_bytes()
    except (OSError, ValueError) as error:
        return b"none " + type(error).__name__.encode("ascii")


def _of_program() -> Iterator[bytes]:
    """Yield what stands for this program, and for what it is told by its environment."""
    yield program().encode("ascii")
    yield repr(sorted(_told_by(os.environ).items())).encode("utf-8", "surrogateescape")
    yield repr(os.geteuid()).encode("ascii")


def _told_by(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if _is_read(name)}


def _is_read(name: str) -> bool:
    return name in _VARIABLES or (name.startswith(_BEGINNINGS) and not name.endswith(_TIME))
