"""The help of a command in another language than English, or at a narrow terminal.

Names, values and examples are those of the command; texts come from `changeflow.language`, and
where one is missing, the English text stands. Lines are broken by cells, not by characters.
"""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import click

from changeflow.language.command_help import ABOUT, Texts, brief, help_of, joined, words_of
from changeflow.model.languages import LanguageName
from changeflow.render.table import cells, padded, wrapped

# cells: of the narrowest page, of pages on which a text goes below a name that is too long, and of
# the widest names that have their text beside them
_NARROWEST: Final = 38
_NARROW: Final = 60
_NAMES: Final = 28
_GAP: Final = "  "
_INDENT: Final = "  "
# a text below its name, where there is no room beside it
_BELOW: Final = "      "

# the examples at the end of an English text
_EXAMPLES: Final = re.compile(r"\x08\n(Examples?:)\n(.*?)(?:\n\n|\Z)", re.DOTALL)
# what is not broken: a name, an option, a time
_WORD: Final = re.compile(r"[!-~]+")


def help_page(context: click.Context, language: LanguageName) -> str:
    """Return the help of a command in a language."""
    return "\n\n".join(_HelpPage(context, language).parts())


def usage_of(context: click.Context, language: LanguageName) -> list[str]:
    """Return what is typed after the name of a command: `[OPTIONS]`, and each argument."""
    words = words_of(language)
    pieces = context.command.collect_usage_pieces(context)
    return [words.get(piece, piece) for piece in pieces]


def describe(command: click.Command, context: click.Context, language: LanguageName) -> Texts:
    """Put the texts of a command and its subcommands in the place of the English ones.

    Only for the tab key, after which the process ends: click takes the texts from there.
    """
    texts = help_of(language, _path(context))
    command.short_help = brief(texts.get(ABOUT, command.short_help or ""))
    for parameter in command.get_params(context):
        parameter.help = texts.get(name_of(parameter), parameter.help)
    for name, sub in getattr(command, "commands", {}).items():
        describe(sub, click.Context(sub, info_name=name, parent=context), language)
    return texts


class _HelpPage:
    """The help of one command while it is put together."""

    def __init__(self, context: click.Context, language: LanguageName) -> None:
        self.context, self.command = context, context.command
        self.language = language
        self.path = _path(context)
        self.english = inspect.cleandoc(self.command.help or "")
        self.texts = help_of(language, self.path)
        self.words = words_of(language)
        columns = context.terminal_width or shutil.get_terminal_size().columns
        most = context.max_content_width or columns
        self.width = max(min(columns, most) - 2, _NARROWEST)

    def parts(self) -> Iterator[str]:
        """Yield the parts of the page."""
        yield "\n".join(self._usage())
        yield from self._about()
        yield from self._examples()
        yield from self._parameters()
        if isinstance(self.command, click.Group):
            yield from self._commands(self.command)
        if self.command.epilog:
            yield "\n".join(_indented(self._kept_lines(self._said("epilog", self.command.epilog))))

    def _usage(self) -> list[str]:
        pieces = usage_of(self.context, self.language)
        lead = f"{self.words['Usage']}{self.context.command_path} "
        if self.width - cells(lead) >= max(map(cells, pieces)):
            return _beside(lead, " ".join(pieces), self.width)
        return [lead.rstrip(), *_indented(wrapped(" ".join(pieces), self.width - 4), "    ")]

    def _about(self) -> Iterator[str]:
        written = self._said(ABOUT, _EXAMPLES.sub("", self.english))
        for paragraph in written.strip().split("\n\n"):
            if paragraph.startswith("\b\n"):
                yield "\n".join(_indented(self._kept_lines(paragraph)))
            else:
                yield "\n".join(_indented(wrapped(joined(paragraph), self.width - len(_INDENT))))

    def _kept_lines(self, block: str) -> list[str]:
        """Return lines that stay lines; one that is too long goes on below its last column.

        Code stays one line, to be copied.
        """
        lines = []
        for line in block.removeprefix("\b\n").rstrip().splitlines():
            lead = _lead_of(line)
            if line.isascii() and not lead.strip():
                lead = line
            lines += _beside(lead, line[len(lead) :], self.width - len(_INDENT))
        return lines

    def _examples(self) -> Iterator[str]:
        """Yield the examples: commands as they are in English, with their explanations."""
        found = _EXAMPLES.search(self.english)
        if found is None:
            return
        heading, block = found.groups()
        lines = [self.words.get("Examples", heading)]
        for line in block.splitlines():
            command = line.strip()
            if command.startswith("#"):
                said = self._said(command, command).removeprefix("# ")
                lines += _indented(_beside("# ", said, self.width - 2 * len(_INDENT)))
            else:
                # a line that is too long stays one, to be copied
                lines.append(line)
        yield "\n".join(_indented(lines))

    def _parameters(self) -> Iterator[str]:
        arguments, options = [], []
        for parameter in self.command.get_params(self.context):
            if isinstance(parameter, click.Argument):
                arguments.append(
                    (parameter.make_metavar(self.context), self._about_argument(parameter))
                )
            elif isinstance(parameter, click.Option) and not parameter.hidden:
                record = parameter.get_help_record(self.context)
                spec = record[0] if record else ""
                options.append((spec, self._about_option(parameter)))
        yield from self._section("Arguments", arguments)
        yield from self._section("Options", options)

    def _about_argument(self, argument: click.Argument) -> str:
        return self._said(name_of(argument), argument.help or "")

    def _about_option(self, option: click.Option) -> str:
        said = self._said(name_of(option), option.help or "")
        notes = self._notes(option.get_help_extra(self.context))
        if not notes:
            return said
        noted, more = self.words["notes"], self.words["and"]
        end = noted.partition("{}")[2]
        if said.endswith(end):
            # a text that has a note already
            return said.removesuffix(end) + more + more.join(notes) + end
        return said + noted.format(more.join(notes))

    def _notes(self, extra: Mapping[str, Any]) -> list[str]:
        """Return what click knows of an option, in words."""
        notes = []
        if "envvars" in extra:
            notes.append(self.words["env var"].format(", ".join(extra["envvars"])))
        if "default" in extra:
            notes.append(self.words["default"].format(extra["default"]))
        if "required" in extra:
            notes.append(self.words["required"])
        return notes

    def _commands(self, group: click.Group) -> Iterator[str]:
        sections = getattr(group, "sections", None)
        if sections is None:
            rows = []
            for name in group.list_commands(self.context):
                rows.append((name, self._brief(group, name)))
            yield from self._section("Commands", rows)
            return
        for heading, commands in sections().items():
            rows = [(name, self._said(name, english)) for name, english in commands]
            yield from self._section(heading, rows)

    def _brief(self, group: click.Group, name: str) -> str:
        """Return the first sentence of a subcommand's help."""
        texts = help_of(self.language, f"{self.path} {name}".strip())
        command = group.get_command(self.context, name)
        english = command.get_short_help_str() if command else ""
        return brief(texts.get(ABOUT, english))

    def _section(self, heading: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
        if rows:
            said = self.words["heading"].format(self.words.get(heading, heading))
            yield "\n".join([said, *_indented(_table(rows, self.width - len(_INDENT)))])

    def _said(self, key: str, english: str) -> str:
        return self.texts.get(key) or english


def name_of(parameter: click.Parameter) -> str:
    """Return the name under which a parameter has its text.

    It is the first long name of an option, and what stands for an argument.
    """
    if isinstance(parameter, click.Argument):
        return parameter.human_readable_name.strip("[].")
    return next((name for name in parameter.opts if name.startswith("--")), parameter.opts[0])


def _path(context: click.Context) -> str:
    """Return the command as it is typed, without the program."""
    names: list[str] = []
    while context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(names)


def _indented(lines: Sequence[str], indent: str = _INDENT) -> list[str]:
    return [(indent + line).rstrip() for line in lines]


def _lead_of(line: str) -> str:
    """Return the name that a line of a list begins with, and the space around it."""
    found = re.match(r"( *\S+ {2,})(?=\S)| *", line)
    return found[0] if found else ""


def _beside(lead: str, said: str, width: int) -> list[str]:
    """Return a text beside what stands before it, in lines that begin below each other."""
    first, *rest = wrapped(said, width - cells(lead)) or [""]
    return [(lead + first).rstrip(), *_indented(rest, " " * cells(lead))]


def _table(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return names with their texts beside them, or below names that are too long."""
    most = min(_NAMES, width * 3 // 8)
    first = max((cells(name) for name, _ in rows if cells(name) <= most), default=most)
    column = first + len(_GAP)
    indent = _BELOW if width < _NARROW else " " * column
    lines: list[str] = []
    for name, said in rows:
        words = _WORD.findall(said)
        if cells(name) <= first and max(map(len, words), default=0) <= width - column:
            lines += _beside(padded(name, column), said, width)
        else:
            lines += _broken_name(name, width)
            lines += _indented(wrapped(said, width - len(indent)), indent)
    return lines


def _broken_name(name: str, width: int) -> list[str]:
    """Return a name in lines: one that is too long is broken between the values it lists."""
    if cells(name) <= width:
        return [name]
    lines = [""]
    for piece in re.findall(r"[^|\s]+[|\s]?", name):
        if lines[-1] and cells(lines[-1] + piece.rstrip()) > width:
            lines.append(_BELOW)
        lines[-1] += piece
    return [line.rstrip() for line in lines]
