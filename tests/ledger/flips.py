"""Random bit flips over the objects and refs of a ledger: `python -m tests.ledger.flips [COUNT] [SEED]` prints how many were found.

What is flipped: the content of a blob, tree or commit with its name kept (a disk that lies), the content with the name of the new object and the branch
moved to it (a person who writes history anew), a ref, and the checkpoint of a witness. A flip is found by `ledger verify` with the checkpoint or by `git fsck`.
"""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from changeflow.cli.main import run
from tests.hosts.office import Office
from tests.ledger.tampering import ID, Ledger
from tests.repositories import BRANCH, Keys, make_keys


class Flip(NamedTuple):
    """A bit of a file."""

    what: str
    file: Path
    bit: int


class BitFlips:
    """A ledger as loose objects, whose bits are turned one at a time and turned back."""

    def __init__(self, folder: Path, keys: Keys, ledger: Ledger) -> None:
        self.office = Office(folder / "flips", keys, repository=ID)
        self.repo = self.office.repo
        ledger.write(self.repo)
        self.note = folder / "seen.note"
        self.note.write_bytes(ledger.note)
        self.key = ledger.key
        self._unpack()
        self.targets = list(self._targets())
        assert self.verdict() == (0, ""), "the ledger is sound before"

    def _unpack(self) -> None:
        """Let every object be a file of its own."""
        store = self.repo.path / ".git" / "objects"
        for pack in store.glob("pack/*.pack"):
            moved = store.parent / pack.name
            pack.rename(moved)
            for rest in store.glob(f"pack/{pack.stem}.*"):
                rest.unlink()
            self.repo("unpack-objects", "-q", stdin=moved.read_bytes())
            moved.unlink()

    def _targets(self) -> Iterator[tuple[str, Path]]:
        git = self.repo.path / ".git"
        listed = self.repo("rev-list", "--objects", "--no-object-names", BRANCH).split()
        kinds = self.repo("cat-file", "--batch-check=%(objecttype)", stdin="\n".join(listed).encode()).split()
        for name, kind in zip(listed, kinds, strict=True):
            yield kind, git / "objects" / name[:2] / name[2:]
        yield "ref", git / "refs" / "heads" / BRANCH
        yield "checkpoint", self.note

    def some(self, dice: random.Random, count: int) -> Iterator[Flip]:
        kinds = sorted({what for what, _ in self.targets})
        for number in range(count):
            what = kinds[number % len(kinds)]
            file = dice.choice([one for kind, one in self.targets if kind == what])
            size = len(self._plain(what, file.read_bytes()))
            bit = dice.randrange(size * 8)
            if what == "ref":
                # bit 5 of a letter makes it a capital, which git reads as the same name
                bit = bit // 8 * 8 + dice.choice((0, 1, 2, 3, 4, 6, 7))
            yield Flip(what, file, bit)

    @staticmethod
    def _plain(what: str, data: bytes) -> bytes:
        return data if what in ("ref", "checkpoint") else zlib.decompress(data)

    def is_found(self, flip: Flip) -> bool:
        """Turn a bit, ask, and turn it back."""
        before = flip.file.read_bytes()
        plain = bytearray(self._plain(flip.what, before))
        plain[flip.bit // 8] ^= 1 << flip.bit % 8
        flip.file.chmod(0o644)
        flip.file.write_bytes(bytes(plain) if flip.what in ("ref", "checkpoint") else zlib.compress(bytes(plain)))
        try:
            return self.verdict()[0] != 0
        finally:
            flip.file.write_bytes(before)

    def verdict(self) -> tuple[int, str]:
        """The exit code of `ledger verify` with the checkpoint, and where that is 0, of `git fsck`."""
        shutil.rmtree(self.repo.path / ".git" / "changeflow", ignore_errors=True)
        with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()):
            code = run(["--repo", str(self.repo.path), "ledger", "verify", "--checkpoint", str(self.note), "--witness-key", self.key])
        if code:
            return code, said.getvalue()
        done = subprocess.run(["git", "-C", str(self.repo.path), "fsck", "--strict", "--no-dangling", "--no-progress"], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr


def main(count: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = make_keys(folder, ("carol", "dave", "erin"))
        flips = BitFlips(folder, keys, Ledger.honest(keys))
        found, missed = Counter[str](), list[Flip]()
        for flip in flips.some(random.Random(seed), count):  # noqa: S311 - chance for a test
            if flips.is_found(flip):
                found[flip.what] += 1
            else:
                missed.append(flip)
        sys.stdout.write(f"bit flips: {count} tried (seed {seed}), {found.total()} found: {', '.join(f'{number} of {what}' for what, number in sorted(found.items()))}\n")
        for flip in missed:
            sys.stdout.write(f"  missed: bit {flip.bit} of a {flip.what}, {flip.file.name}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, [*sys.argv[1:], "1000", "1"][:2])))
