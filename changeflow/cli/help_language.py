"""The language of help: that of the reader, else that of the change repository here.

Help is shown before anything is read, and has to be quick. So the configuration is parsed only
where it may name another language than English.
"""

from __future__ import annotations

import os
import re
from typing import Final

import click

from changeflow.model.languages import ENGLISH, LANGUAGES, LanguageName

_NARROW: Final = 60
# another language, outside of comments
_OTHERS: Final = "|".join(name for name in LANGUAGES if name != ENGLISH)
_NAMED: Final = re.compile(rf"^(?:[^#\n]|(?<=\S)#)*\b(?:{_OTHERS})\b".encode(), re.MULTILINE)


class HelpContext(click.Context):
    """What a command is called with; its help is in the language of the reader."""

    def get_help(self) -> str:
        """Return the help of the command."""
        import shutil

        language = language_of_help(self)
        # click writes English, for terminals that are not too narrow for its columns
        if language == ENGLISH and shutil.get_terminal_size().columns >= _NARROW:
            return super().get_help()
        from changeflow.cli.help_page import help_page

        return help_page(self, language)


def language_of_help(context: click.Context) -> LanguageName:
    """Return the language of help: `--lang`, CHANGEFLOW_LANG, or that of the repository here.

    It is English where there is no repository, or its configuration cannot be read: help is never
    refused.
    """
    given = context.find_root().params
    # the program's options may not be read yet: `--help` comes first
    named = given.get("language") or os.environ.get("CHANGEFLOW_LANG")
    if named:
        return named if named in LANGUAGES else ENGLISH
    repo = given.get("repo") or os.environ.get("CHANGEFLOW_REPO")
    try:
        folder = repo or repository_above(os.getcwd())
        return ENGLISH if folder is None else _written(folder)
    except OSError:
        return ENGLISH


def repository_above(folder: str) -> str | None:
    """Return the nearest folder with `changeflow.yaml`, from a folder upwards."""
    from changeflow.model.document_paths import CONFIG

    while not os.path.isfile(os.path.join(folder, CONFIG)):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _written(folder: str) -> LanguageName:
    """Return the language that a change repository's configuration names.

    It is not checked: a slip elsewhere in it does not change the language of help.

    Raises:
        OSError: when there is no configuration, or it cannot be read.
    """
    from changeflow.model.document_paths import CONFIG

    with open(os.path.join(folder, CONFIG), "rb") as file:
        data = file.read()
    if not _NAMED.search(data):
        return ENGLISH
    from changeflow.documents.loader import load

    for document in load(data, CONFIG).documents:
        spec = document.data.get("spec") if isinstance(document.data, dict) else None
        for language in LANGUAGES:
            if isinstance(spec, dict) and spec.get("language") == language:
                return language
    return ENGLISH
