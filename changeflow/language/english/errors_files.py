"""Files and documents that cannot be read."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "file.unwritten": (
        "`{path}` cannot be written: {why:system}",
        "choose another file; what was there is as it was",
    ),
    "file.not_utf8_text": ("this text is not UTF-8: `{around}`", "write it as UTF-8"),
    "file.not_utf8_name": (
        "`{path}`: the name of this file is not UTF-8",
        "rename it (`git mv`), then commit",
    ),
    "file.ignored_program": (
        (
            "`{path}` would be run by a step, and git ignores it: no commit holds what would be "
            "approved"
        ),
        "take it out of .gitignore and commit it, or install it where PATH finds it",
    ),
    "file.link_on_the_way": (
        "`{path}` leads through `{link}`, a symbolic link",
        "name the file itself: links are never followed",
    ),
    "file.no_such_place": "`{path}` is not a path inside the change repository",
    "file.missing": "`{path}` does not exist in {place}",
    "file.not_plain:link": (
        "`{path}` is a symbolic link, not a file",
        "only plain files are read; links are never followed",
    ),
    "file.not_plain:submodule": (
        "`{path}` is a submodule, not a file",
        "only plain files are read; links are never followed",
    ),
    "file.not_plain:directory": (
        "`{path}` is a folder, not a file",
        "only plain files are read; links are never followed",
    ),
    "file.not_plain:special": (
        "`{path}` is a special file, not a file",
        "only plain files are read; links are never followed",
    ),
    "file.too_large": "`{path}` has {size} bytes; more than {most} are never read",
    "file.unreadable": "`{path}` cannot be read: {why:system}",
    "file.unlisted": "`{path}` cannot be listed: {why:system}",
    # -- documents
    "file.no_kind": (
        "{path}: `{kind}` is not a kind of document",
        "`changeflow schema list` names the kinds",
    ),
    "file.no_record": (
        "{path}:{line}:{column}: `{name}`: {problem}",
        "`changeflow check` explains every problem",
    ),
    "file.not_a": "{path}: not a {kind}",
    "file.first_lines": "the first lines are `apiVersion: changeflow/v1`, `kind: {kind}`",
    "file.any_item": (
        "{path:code} cannot be read, so that it may change any item: {why:sentences}",
        "mend the file, or name the items with `--ci`",
    ),
    "file.problems": "{problems:paragraph 20}",
    "file.problem": "{path}:{line}:{column}: {what:sentence}",
    "file.check": "`changeflow check` explains every problem",
    "file.other_id": (
        "{path}: its id is `{id}`, its folder says `{folder}`",
        "the folder name is the id",
    ),
    "file.calendar": "a calendar cannot be read: {why:sentence}",
    "file.calendar:on": "a calendar on {place} cannot be read: {why:sentence}",
    "file.edit:syntax": (
        "the document cannot be edited: {problem}",
        "`changeflow check` shows where",
    ),
    "file.edit:no_mapping": (
        "the document cannot be edited: it is not a mapping",
        "`changeflow check` shows where",
    ),
    "file.edit_route": "an edit needs a route to a value",
    "file.edit_misfit": "the edit of `{route}` does not fit the document",
}
