"""Read YAML text through the parser's events, with everything there is to say about it.

The loop sees events, never the parser's own trees: the tree builders crash the process on deep
nesting and let aliases multiply.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

import yaml
from yaml import events as ev

from changeflow.documents.comments import behind, may_be_cut_off, may_be_tight, tight_comments
from changeflow.documents.document import Document, DocumentSource
from changeflow.documents.scalars import (
    CONSTANTS,
    FLOAT,
    INTEGER,
    MAX_INTEGER,
    MAX_SCALAR,
    NOT_FINITE,
    NUMERIC_START,
    OLD_BOOLEANS,
    OLD_NUMBERS,
    TELLING,
)
from changeflow.documents.yaml_messages import (
    LEVELS,
    MAX_REPEATS,
    and_more,
    named,
    short,
    slip,
    syntax_data,
    wide_comma,
)
from changeflow.model.characters import hidden_in
from changeflow.model.findings import Finding, Route

if TYPE_CHECKING:
    from changeflow.documents.positions import Position

try:
    from yaml._yaml import CParser as _EventParser
except ImportError:
    # PyYAML was built without libyaml. Its Python parser yields the same events, ten times slower;
    # the same two methods are used of both.
    from yaml import Loader as _EventParser  # type: ignore[assignment]

MAX_DEPTH: Final = 20
# characters of a whole number, with its sign or the sign of its base
_LONGEST_INTEGER: Final = 20

_KEY_SIGNS: Final = NUMERIC_START | frozenset("<")
_NO_KEY: Final = object()
_Scalar, _MappingStart, _MappingEnd = ev.ScalarEvent, ev.MappingStartEvent, ev.MappingEndEvent
_SequenceStart, _SequenceEnd = ev.SequenceStartEvent, ev.SequenceEndEvent


class _Parser(Protocol):
    def get_event(self) -> Any: ...
    def dispose(self) -> None: ...


# no error: it ends the loop where going on would be pointless or dangerous
class _Stop(Exception):
    pass


class EventReader:
    """The loop's state: the container being filled, its key without a value, and its parents."""

    def __init__(self, source: DocumentSource, many: bool) -> None:
        self.source = source
        self.many = many
        self.documents: list[Document] = []
        self.findings: list[Finding] = []
        self.repeats: dict[str, int] = {}
        self.duplicates: list[tuple[int, Route, Any]] = []
        # the event with which the document began
        self.begins: Any = None
        # Whether the text has characters that few texts have. Without them, no value is searched
        # for them.
        self.escapes = "\\" in source.text
        self.cuts = may_be_cut_off(source.text)
        self.careful = (
            "&" in source.text or "!" in source.text or self.cuts or len(source.text) > MAX_SCALAR
        )
        # how deep the list or mapping in brackets lies that was begun last
        self.flow: int | None = None
        self.index = -1
        # holds the document's one value when it is complete
        self.root: list[Any] = []
        self.container: Any = self.root
        self.key: Any = _NO_KEY
        self.stack: list[tuple[Any, Any]] = []

    def run(self) -> None:
        """Read to the end, or to the first problem after which nothing can be relied on."""
        parser: _Parser = _EventParser(self.source.text)
        try:
            self.loop(parser)
        except _Stop:
            pass
        # ValueError: numbers Python refuses to build, decoding slips of libyaml
        except (yaml.YAMLError, ValueError) as error:
            self.syntax(error)
        finally:
            parser.dispose()
        if may_be_tight(self.source.text) and "yaml-syntax" not in self.repeats:
            self.tight_comments()
        if not self.documents and not self.findings:
            self.finding("yaml-empty", None, case="comments")

    def loop(self, parser: _Parser) -> None:  # noqa: C901, PLR0912 - half the time of a check
        """Build the data.

        The state lives in local names, and is written back before anything unusual is handled.
        """
        get_event, stack = parser.get_event, self.stack
        container, key = self.container, self.key
        careful, escapes = self.careful, self.escapes
        # the start of the stream
        get_event()
        while True:
            event = get_event()
            kind = type(event)
            if kind is _Scalar:
                value = event.value
                if careful or (escapes and event.style == '"'):
                    self.container, self.key = container, key
                    self.unusual(event)
                if key is _NO_KEY and type(container) is dict:
                    if value in container or value in CONSTANTS or value[0] in _KEY_SIGNS:
                        self.container, self.key = container, key
                        self.odd_key(value, event.style, event)
                    key = value
                    continue
                if (not value or value[0] in TELLING) and not event.style:
                    self.container, self.key = container, key
                    value = self.plain(value, event)
            elif kind is _MappingStart or kind is _SequenceStart:
                if (
                    careful
                    or len(stack) >= MAX_DEPTH
                    or (key is _NO_KEY and type(container) is dict)
                ):
                    self.container, self.key = container, key
                    self.step_in(event)
                stack.append((container, key))
                container, key = {} if kind is _MappingStart else [], _NO_KEY
                continue
            elif kind is _MappingEnd or kind is _SequenceEnd:
                value = container
                container, key = stack.pop()
            else:
                self.container, self.key = container, key
                if not self.other(kind, event):
                    return
                container, key = self.container, self.key
                continue
            if key is _NO_KEY:
                container.append(value)
            else:
                # of duplicate keys the first is kept
                container.setdefault(key, value)
                key = _NO_KEY

    def other(self, kind: type, event: Any) -> bool:
        """Handle any event but values.

        Return False at the end of the stream (or of an input libyaml gave up on).
        """
        if kind is ev.DocumentStartEvent:
            self.start_document(event)
        elif kind is ev.DocumentEndEvent:
            self.end_document(event)
        elif kind is ev.AliasEvent:
            self.alias(event)
        return kind is not ev.StreamEndEvent and event is not None

    # -- values --------------------------------------------------------------------------------

    def unusual(self, event: Any) -> None:
        """Check a value that is decorated, very long, or in which an escape may hide something."""
        value = event.value
        if event.tag is not None or event.anchor is not None:
            self.decoration(event)
        if len(value) > MAX_SCALAR:
            size = len(value)
            self.finding("yaml-size", event, case="text", size=size, limit=MAX_SCALAR)
        if self.escapes and event.style == '"' and next(hidden_in(value), None):
            self.hidden_value(event)
        if self.cuts and not event.style:
            self.cut_off(event)

    def cut_off(self, event: Any) -> None:
        """Report a text before a comment that looks like the rest of the text."""
        value = event.value
        in_flow = self.flow is not None and len(self.stack) > self.flow
        rest = behind(self.source.text, event.end_mark.index, in_flow=in_flow)
        if rest is None or value in CONSTANTS or self.is_number(value):
            return
        self.finding("yaml-cut-off", event, value=short(value), rest=short(rest))

    def odd_key(self, key: str, style: str | None, event: Any) -> None:
        """Report a key that stands twice, or may be something else than text."""
        if not style:
            if key in CONSTANTS or self.is_number(key):
                data = {"key": short(key)} if key else {"case": "empty"}
                self.finding("yaml-key", event, **data)
            elif key == "<<":
                self.finding("yaml-merge-key", event)
        if key in self.container:
            self.repeats["yaml-duplicate-key"] = self.repeats.get("yaml-duplicate-key", 0) + 1
            if len(self.duplicates) < MAX_REPEATS:
                self.duplicates.append((self.index, (*self.route(), key), event))

    def plain(self, value: str, event: Any) -> Any:
        """Return the value of a plain scalar that may be something else than text."""
        if value in CONSTANTS:
            return CONSTANTS[value]
        if value[0] in NUMERIC_START:
            return self.number(value, event)
        if value in OLD_BOOLEANS:
            self.ambiguous(event, "truth")
        return value

    @staticmethod
    def is_number(value: str) -> bool:
        """Return whether YAML 1.2 reads a plain scalar as a number."""
        return any(pattern.fullmatch(value) for pattern in (INTEGER, FLOAT, NOT_FINITE))

    def number(self, value: str, event: Any) -> int | float | str:
        """Return a number of the core schema, or the text it stays."""
        if OLD_NUMBERS.fullmatch(value):
            self.ambiguous(event, "number")
            return value
        if INTEGER.fullmatch(value):
            return self.integer(value, event)
        if FLOAT.fullmatch(value) and math.isfinite(float(value)):
            return float(value)
        if FLOAT.fullmatch(value) or NOT_FINITE.fullmatch(value):
            self.finding("yaml-number", event, case="endless", value=short(value))
        return value

    def integer(self, value: str, event: Any) -> int | str:
        """Return an integer of at most 53 bits."""
        base = {"0o": 8, "0x": 16}.get(value[:2], 10)
        # a longer one is not even converted
        if len(value) <= _LONGEST_INTEGER:
            number = int(value.removeprefix("0o").removeprefix("0x"), base)
            if abs(number) <= MAX_INTEGER:
                return number
        self.finding("yaml-number", event, value=short(value))
        return value

    def ambiguous(self, event: Any, other: str) -> None:
        """Report a value that is text here, and something else for a YAML 1.1 tool."""
        self.finding("yaml-ambiguous", event, case=other, value=short(event.value))

    # -- structure -----------------------------------------------------------------------------

    def step_in(self, event: Any) -> None:
        """Check a list or mapping that is decorated, in the place of a key, or too deep."""
        if self.flow is not None and len(self.stack) <= self.flow:
            self.flow = None
        if self.flow is None and event.flow_style:
            self.flow = len(self.stack)
        if event.tag is not None or event.anchor is not None:
            self.decoration(event)
        if self.key is _NO_KEY and type(self.container) is dict:
            self.finding("yaml-key", event, case="structure")
            raise _Stop
        if len(self.stack) >= MAX_DEPTH:
            self.finding("yaml-depth", event, levels=MAX_DEPTH)
            raise _Stop

    def start_document(self, event: Any) -> None:
        """Begin a document."""
        self.index += 1
        self.begins = event
        if event.version is not None or event.tags:
            self.finding("yaml-directive", event)
        if self.index and not self.many:
            self.finding("yaml-documents", event)
            raise _Stop
        self.root = self.container = []

    def end_document(self, event: Any) -> None:  # noqa: ARG002 - as every handler of an event
        """Keep a complete document, or report that it is no mapping."""
        (root,) = self.root
        if isinstance(root, dict):
            self.documents.append(Document(self.source, self.index, root))
            return
        what = "value"
        if root is None:
            what = "nothing"
        elif isinstance(root, list):
            what = "list"
        begins = self.begins.start_mark.line + 1
        known = slip(self.source.text, begins, begins + 1) if isinstance(root, str) else None
        if known is not None:
            self.report("yaml-root", (known.line, known.column), known.data)
            return
        self.finding("yaml-root", self.begins, case=what, number=self.index + 1)

    # -- what is refused -----------------------------------------------------------------------

    def alias(self, event: Any) -> None:
        """Refuse `*name`: its value stands elsewhere, so nothing after it can be judged."""
        self.finding("yaml-anchor", event, case="alias", name=short(event.anchor))
        raise _Stop

    def decoration(self, event: Any) -> None:
        """Report `&name` or `!tag`."""
        if event.anchor is not None:
            self.finding("yaml-anchor", event, name=short(event.anchor))
        if event.tag is not None:
            self.finding("yaml-tag", event, tag=short(event.tag))

    def hidden_characters(self) -> None:
        """Report characters that hide something, in the text as it stands."""
        for place, character in hidden_in(self.source.text):
            data = {"character": named(character)}
            self.report("yaml-character", self.source.line_column(place), data)

    def hidden_value(self, event: Any) -> None:
        """Report characters that hide behind an escape in a double-quoted text."""
        for _, character in hidden_in(event.value):
            self.finding("yaml-character", event, character=named(character))

    def tight_comments(self) -> None:
        """Report comments without a space before them: `value# comment`."""
        # where the loop stopped before the end, the rest may be no YAML
        with contextlib.suppress(yaml.YAMLError):
            for offset in tight_comments(self.source.text):
                place = self.source.line_column(offset)
                self.report("yaml-syntax", place, {"case": "comment"})

    def syntax(self, error: Exception) -> None:
        """Report the place at which the parser gave up, with a hint."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        line, column = 0, 0
        position = getattr(error, "position", None)
        if mark is not None:
            line, column = mark.line + 1, mark.column + 1
        elif isinstance(position, int):
            line, column = self.source.line_column(min(position, len(self.source.text)))
        context = getattr(error, "context", None)
        begun = getattr(error, "context_mark", None)
        since = line - 1
        if begun is not None:
            since = min(begun.line + 1, since)
        known = slip(self.source.text, since, line)
        if known is None and line and "expected ',' or" in problem:
            known = wide_comma(self.source.text, since, line, column)
        if known is not None:
            self.report("yaml-syntax", (known.line, known.column), known.data)
            return
        data = syntax_data(problem, context or "", self.source.line(line))
        self.report("yaml-syntax", (line, column), data)

    # -- findings ------------------------------------------------------------------------------

    def route(self) -> Route:
        """Return the way to the container being filled."""
        parts: list[Any] = []
        for container, key in self.stack[1:]:
            parts.append(len(container) if key is _NO_KEY else key)
        return tuple(parts)

    def here(self) -> Route:
        """Return the way to the value being read."""
        if not self.stack:
            return ()
        if type(self.container) is dict:
            return self.route() if self.key is _NO_KEY else (*self.route(), self.key)
        return (*self.route(), len(self.container))

    def finding(self, rule: str, event: Any, **data: Any) -> None:
        """Report a finding where an event begins."""
        mark = event.start_mark if event is not None else None
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.report(rule, place, data, self.here())

    def report(
        self, rule: str, place: Position, data: Mapping[str, Any], route: Route = ()
    ) -> None:
        """Report a finding, unless enough of its rule were reported in this file."""
        self.repeats[rule] = self.repeats.get(rule, 0) + 1
        if self.repeats[rule] <= MAX_REPEATS:
            self.findings.append(self.source.found(rule, place, data, route, LEVELS[rule]))

    def all_findings(self) -> tuple[Finding, ...]:
        """Return everything found, in the order of the file."""
        self.findings += [self.duplicate(*where) for where in self.duplicates]
        found = sorted(self.findings, key=lambda finding: finding.order)
        for rule, count in self.repeats.items():
            if count > MAX_REPEATS:
                found.append(and_more(self.source.path, rule, count))
        return tuple(found)

    def duplicate(self, index: int, route: Route, event: Any) -> Finding:
        """Return the finding about a key that stands twice, with both places.

        Positions are asked for only now, when the text has been read.
        """
        first = self.source.positions(index).key(route)
        data: dict[str, Any] = {"key": short(str(route[-1]))}
        if first:
            data |= {"case": "seen", "line": first[0], "column": first[1]}
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        return self.source.found("yaml-duplicate-key", place, data, route)
