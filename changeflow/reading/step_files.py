"""Files of the repository that the words of a step name.

An approval covers what will run, so a file counts however a word spells it: alone, behind an option
(`--file=x`, `-fx`, `@x`), in a line for a shell, as a module of Python (`-m tools.deploy`), or as
the folder it lies in. Taking one file too many only asks for an approval again; taking one too few
would let something run that was not approved. What a program reads without being told is not seen
here.
"""

from __future__ import annotations

import bisect
import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from changeflow import errors
from changeflow.repo.source import SYMLINK, Entry

_BETWEEN: Final = re.compile(r"""[\s=@,:;|&<>(){}"'`$]+""")
# what a shell ends a name with, and a file's name may hold
_MORE: Final = re.compile(r"""[\s=@,:;|&<>(){}"'`$!#%~^]+""")
_GLOB: Final = re.compile(r"[*?\[]")
# Programs that run a script they are told of, straight or by another of these (`sudo sh x`).
INTERPRETER: Final = re.compile(
    r"(?:ba|da|z|k|fi|c|tc|a)?sh|busybox|bun|deno|doas|env|lua|nice|node|nohup|perl|php|pwsh"
    r"|python[0-9.]*|Rscript|ruby|setsid|stdbuf|sudo|tclsh|time|timeout",
    re.ASCII,
)
# which a shell takes out of the middle of a name
_QUOTES: Final = re.compile(r"""[\\"']+""")
_MODULE: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
# characters of a short option with its value attached: `-fvalues.yaml`
_OPTION: Final = 2


def named_files(
    entries: Mapping[str, Entry], words: Iterable[str], paths: Sequence[str] = ()
) -> set[str]:
    """Paths of the files that words name, folders with everything in them.

    The whole repository (`.`) is no name.

    Args:
        entries: the files there are, sorted by path.
        words: programs and arguments of steps.
        paths: of the entries, where they were listed before.

    Raises:
        errors.Unreadable: when a word leads through a symbolic link; what it points to is not what
            was reviewed.
    """
    paths = paths or list(entries)
    found: set[str] = set()
    for piece in set(itertools.chain.from_iterable(map(pieces, words))):
        _refuse_links(entries, piece)
        path = posixpath.normpath(piece)
        found.update([path] if path in entries else below(paths, path))
        # An absolute path, or one behind a variable: the repository's own part of it is at its end.
        found.update(tail for tail in _tails(path) if tail in entries and entries[tail].regular)
    return found


@lru_cache(maxsize=4_096)
def pieces(word: str) -> tuple[str, ...]:
    """Return every part of a word that may be a path."""
    found: list[str] = []
    bare = _QUOTES.sub("", word)
    split = (word, *_BETWEEN.split(word), *_MORE.split(word), *_BETWEEN.split(bare))
    for piece in dict.fromkeys(split):
        glob = _GLOB.search(piece)
        folder = piece[: glob.start()].rpartition("/")[0] if glob else ""
        for part in (piece, folder):
            found.append(part)
            if part.startswith("-"):
                found.append(part[_OPTION:])
        if _MODULE.fullmatch(piece):
            found += _of_module(piece.split("."))
    return tuple(found)


def _of_module(names: Sequence[str]) -> Iterator[str]:
    """Yield the files that `python3 -m tools.deploy` runs.

    They are the module or its folder, and the `__init__.py` of each package around it.
    """
    path = "/".join(names)
    yield f"{path}.py"
    yield path
    for depth in range(1, len(names)):
        yield "/".join((*names[:depth], "__init__.py"))


def _refuse_links(entries: Mapping[str, Entry], piece: str) -> None:
    """Refuse a path that leads through a symbolic link.

    It is followed as the system would, `..` included: `link/..` is beside the link's target.
    """
    at = ""
    for part in piece.split("/"):
        if part in ("", "."):
            continue
        at = f"{at}/{part}" if at else part
        if part == "..":
            at = posixpath.normpath(at)
        if at == ".":
            at = ""
        if at in entries and entries[at].mode == SYMLINK:
            raise errors.Unreadable.of("file.link_on_the_way", path=piece, link=at)


def below(paths: Sequence[str], folder: str) -> Sequence[str]:
    """Return the files below a folder; none when there is no such folder.

    Args:
        paths: sorted.
        folder: without a slash at its end.
    """
    first = bisect.bisect_left(paths, f"{folder}/")
    # `0` follows `/`
    last = bisect.bisect_left(paths, f"{folder}0")
    return paths[first:last]


def _tails(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.partition("/")[2]
        yield path
