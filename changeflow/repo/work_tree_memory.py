"""What git said of a large work tree, for as long as its index and its folders are what they were.

To tell which files were edited, git asks the system about each file that it has, reads all folders
for files that it does not have, and lists its index. The first cannot be saved. The others say the
same again until another index is written, other files are ignored, or a file is added, removed or
renamed. The times of the index and of folders tell that, if they were older than a tick of
the clock of files when git was asked. It is a memory and never evidence, and where anything is
unusual, all is asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from changeflow.model.paths import as_bytes, as_path
from changeflow.repo.checkout import Checkout
from changeflow.repo.folder_facts import Facts, facts_of, folders_tell, is_settled, walked
from changeflow.repo.git_listing import shows_all
from changeflow.repo.run_git import records
from changeflow.repo.snapshot_store import SnapshotStore

_WHAT: Final = "listings"
_SPACE: Final = "work tree"
# of a repository within this one, in a listing
_GITLINK: Final = b"H 160000 "
# begins the status of a file that is in the index as in the last commit
_AS_COMMITTED: Final = b" "
_RENAMED: Final = (b"R", b"C")
# of so many files of the index there may be a folder, and a file that is not as committed
_SHARE: Final = 10
# of so many files one may seem to be edited; where more do, times in the index are of other files
_COPIED: Final = 20
_FEW: Final = 20
# of so many work trees something is kept, at places that their paths choose: git does not say here which are gone
_PLACES: Final = 256
# names in folders, beside files of the index
_BESIDE: Final = 10_000


class SeenWorkTree(NamedTuple):
    """What git says of a work tree.

    Attributes:
        listing: of its index, where git looks at each file.
        edited: paths of files that are not as listed, or not listed.
        index_facts: of the index that is listed.
    """

    listing: bytes
    edited: frozenset[bytes]
    index_facts: Facts


class Start(NamedTuple):
    """What was before git was asked.

    Attributes:
        index_facts: of its index.
        time: by the clock of files, in nanoseconds.
    """

    index_facts: Facts
    time: int


class WorkTreeMemory:
    """The memory of one work tree.

    Args:
        checkout: the work tree.
        store: keeps listings.
        how_read: what stands for how git reads files.
    """

    def __init__(self, checkout: Checkout, store: SnapshotStore, how_read: bytes) -> None:
        self._checkout, self._git, self._store = checkout, checkout.git, store
        self._how_read = blake2b(how_read, digest_size=16).hexdigest()
        self._name = str(self._git.facts.index)
        digest = blake2b(as_bytes(self._name), digest_size=4).digest()
        self._place = str(int.from_bytes(digest) % _PLACES)
        record = store.index.get(_SPACE, self._place)
        kept: dict[str, Any] = json.loads(record) if record is not None else {}
        # Another work tree may have the same place.
        self._kept = kept if kept.get("name") == self._name else {}

    @classmethod
    def of(cls, checkout: Checkout, how_read: bytes) -> WorkTreeMemory | None:
        """Return the memory of a work tree; None where git is asked each time."""
        git = checkout.git
        if git.settings.switch("core.sparsecheckout", default=False):
            # What git lists depends on what is on disk.
            return None
        store = SnapshotStore.of(git.facts.common_dir, _WHAT)
        return cls(checkout, store, how_read) if store is not None else None

    def recall(self) -> SeenWorkTree | None:
        """Return what git says, which is asked about the files of its index alone.

        None where it has to be asked all.

        Raises:
            errors.HostFailed: when git fails.
        """
        kept, root, index = self._kept, f"{self._git.root}/", self._index()
        if not self._is_known(index) or kept["is_copied"]:
            return None
        if any(facts_of(root + path) != facts for path, facts in kept["folders"].items()):
            return None
        data = self._store.get(kept["listing"])
        if data is None:
            return None
        edited = frozenset(records(self._git.edited_listing()))
        if not self._is_known(self._index()):
            return None
        if len(edited) > max(_FEW, kept["files"] // _COPIED):
            self._put(kept | {"is_copied": True})
            return None
        edited = edited.union(map(as_bytes, kept["others"]))
        return SeenWorkTree(bytes(memoryview(data)), edited, index)

    def start(self) -> Start | None:
        """Return what is before git is asked; None where that cannot be told."""
        time = self._store.file_time()
        return Start(self._index(), time) if time is not None else None

    def keep(self, start: Start, listing: bytes, status: bytes) -> None:
        """Keep what git said, if it will show whether it still says so.

        Args:
            start: what was before.
            listing: of the index.
            status: of all files.
        """
        if not is_settled(start.index_facts, start.time) or self._index() != start.index_facts:
            return
        if self._is_known(start.index_facts) and self._kept["is_copied"]:
            return
        files = listing.count(b"\0")
        prefix = as_bytes(self._git.facts.prefix)
        others = sorted(path.removeprefix(prefix) for path in _not_as_committed(status))
        if len(others) * _SHARE > files or not _is_plain(listing, others):
            return
        folders = self._folders(start, files)
        if folders is None:
            return
        self._put(
            {
                "name": self._name,
                "how_read": self._how_read,
                "index": start.index_facts,
                "is_copied": False,
                "folders": folders,
                "listing": self._kept_listing(start, listing),
                "files": files,
                "others": list(map(as_path, others)),
            }
        )

    def _is_known(self, index: Facts) -> bool:
        """Return whether git's answers were kept that it gave with an index."""
        kept = self._kept
        return bool(kept) and kept["how_read"] == self._how_read and kept["index"] == index

    def _index(self) -> Facts:
        return facts_of(self._git.facts.index)

    def _folders(self, start: Start, files: int) -> dict[str, Facts] | None:
        """Return the facts of all folders; None where they would not show each change."""
        root = self._git.root
        if not folders_tell(self._store.folder, root):
            return None
        found = walked(
            root,
            self._kept.get("folders", {}),
            is_top=not self._git.facts.prefix,
            folders=files // _SHARE,
            names=files + _BESIDE,
        )
        if found is None or not all(is_settled(facts, start.time) for facts in found.values()):
            return None
        device = found[""][-1]
        return found if all(facts[-1] == device for facts in found.values()) else None

    def _kept_listing(self, start: Start, listing: bytes) -> str:
        """Return under which key a listing is kept."""
        said = repr((self._name, self._how_read, start.index_facts))
        key = blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        if self._store.get(key) is None:
            self._store.put(key, [listing])
        return key

    def _put(self, told: dict[str, Any]) -> None:
        self._kept = told
        self._store.index.put(_SPACE, self._place, json.dumps(told).encode("ascii"))


def _is_plain(listing: bytes, others: list[bytes]) -> bool:
    """Return whether git looks at every file, and no repository is within this one."""
    if _GITLINK in listing or any(path.endswith(b"/") for path in others):
        return False
    return shows_all(listing)


def _not_as_committed(status: bytes) -> Iterator[bytes]:
    """Yield the paths of a status that are told of for more than an edit on disk."""
    lines = records(status)
    for line in lines:
        paths = [line[3:]]
        if line.startswith(_RENAMED) or line[1:2] in _RENAMED:
            # A renamed file has a second record that is its old path alone.
            paths.append(next(lines, b""))
        if not line.startswith(_AS_COMMITTED):
            yield from paths
