"""A playbook of Ansible as a program with arguments, and the files that it reads by itself."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

PROGRAM: Final = "ansible-playbook"
# It says what would change, and changes nothing.
FORESEEING: Final = ("--check", "--diff")
# What Ansible looks for beside a playbook and an inventory without being told.
_BESIDE: Final = (
    "roles",
    "group_vars",
    "host_vars",
    "tasks",
    "handlers",
    "vars",
    "templates",
    "files",
    "collections",
    "library",
    "module_utils",
    "action_plugins",
    "callback_plugins",
    "connection_plugins",
    "filter_plugins",
    "inventory_plugins",
    "lookup_plugins",
    "test_plugins",
    "vars_plugins",
)
_SETTINGS: Final = "ansible.cfg"
# Its output is read: as text without colours, by the callback that every Ansible has.
READABLE: Final[dict[str, str]] = {
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_FORCE_COLOR": "0",
    "ANSIBLE_STDOUT_CALLBACK": "default",
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
    "ANSIBLE_DISPLAY_OK_HOSTS": "1",
    "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "1",
    "ANSIBLE_SHOW_CUSTOM_STATS": "0",
}


def playbook_words(written: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the program and its arguments.

    Args:
        written: the playbook as a request writes it, of any shape.
    """
    words = [PROGRAM]
    for place in _texts(written.get("inventory")):
        words += ["--inventory", place]
    if written.get("limit"):
        words += ["--limit", str(written["limit"])]
    for option in ("tags", "skip_tags"):
        tags = _texts(written.get(option))
        if tags:
            words += [f"--{option.replace('_', '-')}", ",".join(tags)]
    extra = written.get("extra_vars")
    if isinstance(extra, Mapping) and extra:
        words += ["--extra-vars", json.dumps(dict(extra), sort_keys=True, ensure_ascii=False)]
    return (*words, str(written.get("playbook")))


def plan_words(written: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the program that says what a playbook would change."""
    program, *arguments = playbook_words(written)
    return (program, *FORESEEING, *arguments)


def files_beside(written: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files and folders that a playbook reads without being told, and those it names."""
    found = [_SETTINGS, *_texts(written.get("files"))]
    for place in (written.get("playbook"), *_texts(written.get("inventory"))):
        folder = posixpath.dirname(str(place))
        found += [posixpath.join(folder, name) for name in _BESIDE]
    return tuple(dict.fromkeys(found))


def _texts(value: Any) -> Sequence[str]:
    if not isinstance(value, (list, tuple)):
        return ()
    return [*_only_text(value)]


def _only_text(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
