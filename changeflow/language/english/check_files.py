"""What `check` finds in files, and in several documents."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "file-not-regular": (
        "this is {what:word}, not a file",
        "only plain files are read; put the document itself here",
    ),
    "file-name": (
        "the name of this file is not portable: {problem}",
        "rename it: the gate refuses it, too, and other systems read or write the name another way",
    ),
    "file-lfs-pointer": (
        "this is a Git LFS pointer; the document itself is not here",
        "take it out of LFS: `git lfs untrack`, then add it again",
    ),
    "layout-place": (
        "no document is read here; {what_now:sentences}",
        "documents live at {homes:list}",
    ),
    "layout-kind": ("a {kind} is not read here; here lives {kinds:either}", "move it to {home}"),
    "duplicate-id": (
        "the {kind} {id:code} is defined already, in {path}, line {line}",
        "give it another id, or remove one of them",
    ),
    "duplicate-kind": (
        "a second {kind}; the first is in {path}, line {line}",
        "a repository has one: merge them",
    ),
    "file-unreadable": ("{why:sentences}", "{what_now:sentences}"),
}
