"""Explain why a document does not fit its schema, for readers who do not know JSON Schema.

Slow and exact: only a document that was refused comes here.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, relevance
from referencing import Registry

from changeflow.documents.document import Document
from changeflow.documents.shipped_schemas import FORMATS, schema
from changeflow.documents.shown import article, shown
from changeflow.model import times
from changeflow.model.findings import Finding, Route
from changeflow.model.kinds import API_VERSION, NAMES
from changeflow.model.phrases import did_you_mean, near_hint

# rule, message, hint
Words = tuple[str, str, str]

_TYPES: Final = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_NAMES: Final = (
    "names are ASCII letters, digits, `.`, `_` and `-`, and begin with a letter or digit"
)
_EXAMPLES: Final = {
    "date": "2026-11-21",
    "date-time": "2026-11-25T22:00:00+08:00",
    "duration": "PT30M, PT2H or P1D",
    "local-date-time": "2026-10-02T20:00:00",
}
_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "date": times.parse_date, "date-time": times.parse_instant, "duration": times.parse_duration,
    "local-date-time": times.parse_local_time,
}  # fmt: skip


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _value(error: ValidationError) -> Any:
    """Return the value of the refusing keyword in the schema."""
    return error.validator_value


def _instance(error: ValidationError) -> Any:
    """Return the value that was refused."""
    return error.instance


def envelope_problems(document: Document) -> list[Finding]:
    """Return the findings about the lines with which a document names its version and kind."""
    found = []
    version = document.data.get("apiVersion")
    if version != API_VERSION:
        wrong = f"`apiVersion` is {shown(version)}, this changeflow reads `{API_VERSION}`"
        what = "`apiVersion` is missing" if version is None else wrong
        found.append(
            document.finding(
                "schema-api-version", ("apiVersion",), what, f"write `apiVersion: {API_VERSION}`"
            )
        )
    if document.kind not in NAMES:
        found.append(_kind_problem(document))
    return found


def _kind_problem(document: Document) -> Finding:
    if "kind" not in document.data:
        return document.finding(
            "schema-kind",
            ("kind",),
            "`kind` is missing",
            f"write `kind: ` and one of {', '.join(NAMES)}",
        )
    wrong = document.data["kind"]
    hint = near_hint(str(wrong), NAMES) or f"kinds are {', '.join(NAMES)}"
    return document.finding(
        "schema-kind", ("kind",), f"{shown(wrong)} is not a kind of document", hint
    )


@functools.cache
def _validator(kind: str) -> Draft202012Validator:
    """Return the validator that explains.

    An empty registry: a reference out of the schema is an error, never a request.
    """
    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(_only_text(check))
    return Draft202012Validator(schema(kind), format_checker=checker, registry=Registry())


def explain(document: Document) -> list[Finding]:
    """Return every problem of a document its schema refuses, most relevant first for one place."""
    flat: list[ValidationError] = []
    for error in _validator(document.kind).iter_errors(document.data):
        flat += _unfold(error)
    found: dict[Finding, None] = {}
    for error in _best_first(flat):
        found.update(dict.fromkeys(_findings(document, error)))
    hint = "`changeflow schema export` writes its schema"
    other = document.finding("schema-refused", (), f"this is no valid {document.kind}", hint)
    return _without_echoes(list(found)) or [other]


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """Leave out a missing key that was misspelt: it is one problem, not two."""
    unknown = [finding for finding in findings if finding.rule == "schema-unknown-key"]
    meant = {(*finding.route[:-1], finding.hint) for finding in unknown}
    kept = []
    for finding in findings:
        if finding.rule == "schema-required":
            hint = did_you_mean(str(finding.route[-1]))
            if (*finding.route[:-1], hint) in meant:
                continue
        kept.append(finding)
    return kept


def _only_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def _unfold(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors inside alternatives: those of the one the author most likely meant."""
    if error.validator not in ("anyOf", "oneOf") or not error.context or _is_choice_of_keys(error):
        yield error
        return
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    best = min(branches.values(), key=lambda errors: (_strangeness(errors), len(errors)))
    for inner in best:
        yield from _unfold(inner)


def _is_choice_of_keys(error: ValidationError) -> bool:
    return all(set(option) == {"required"} for option in _value(error))


def _strangeness(errors: Iterable[ValidationError]) -> int:
    """Return how far a value is from an alternative.

    Another type is furthest, then come unknown keys, then missing keys.
    """
    return sum(_distance(error) for error in errors)


def _distance(error: ValidationError) -> int:
    match error.validator:
        case "type" if not error.relative_path:
            return 100
        case "additionalProperties":
            known = _schema(error).get("properties", {})
            return 10 * sum(name not in known for name in _instance(error))
        case "required":
            return 3
        case _:
            return 1


def _best_first(errors: list[ValidationError]) -> list[ValidationError]:
    """Return the errors by relevance, one per place and keyword.

    A format that repeats its pattern is left out.
    """
    kept: dict[tuple[Any, ...], ValidationError] = {}
    wrong_type = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    for error in sorted(errors, key=relevance, reverse=True):
        if error.validator != "type" and tuple(error.absolute_path) in wrong_type:
            # of a value of the wrong type nothing else is worth saying
            continue
        keyword = error.validator
        if keyword == "pattern" and "format" in _schema(error):
            keyword = "format"
        extra = error.message if keyword == "required" else ""
        kept.setdefault((*error.absolute_path, keyword, extra), error)
    return list(kept.values())


def _findings(document: Document, error: ValidationError) -> Iterator[Finding]:
    route: Route = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(document, error, route)
        return
    if error.validator == "required":
        name = _missing_key(error)
        yield document.finding("schema-required", (*route, name), *_missing(document, name, route))
        return
    if "propertyNames" in error.absolute_schema_path:
        yield document.finding(
            "schema-key", (*route, str(_instance(error))), *_bad_key(error), at_key=True
        )
        return
    number = type(_instance(error)) in (int, float)
    if error.validator == "type" and _value(error) == "string" and number:
        rule, message, hint = _number_for_text(document, error, route)
    else:
        rule, message, hint = _words(error, route)
    yield document.finding(rule, route, message, hint)


def _missing_key(error: ValidationError) -> str:
    """Return the key that is missing, which only the message of the validator tells."""
    for name in _value(error):
        if f"'{name}' " in error.message:
            return str(name)
    return ""


def _unknown_keys(document: Document, error: ValidationError, route: Route) -> Iterator[Finding]:
    known = list(_schema(error).get("properties", {}))
    free = [name for name in known if name not in _instance(error)]
    where = f"`{_path(route)}`" if route else "a document"
    for name in _instance(error):
        if name in known:
            continue
        hint = near_hint(name, free or known) or f"known here: {', '.join(known)}"
        yield document.finding(
            "schema-unknown-key",
            (*route, name),
            f"{where} has no key {shown(name)}",
            hint,
            at_key=True,
        )


def _missing(document: Document, name: str, route: Route) -> tuple[str, str]:
    where = f" in `{_path(route)}`" if route else ""
    spec = document.spec
    if route == ("spec",) and document.kind == "ChangeRequest" and name not in ("type", "reason"):
        kind = spec.get("type", "normal")
        one = "an" if kind == "emergency" else "a"
        return (
            f"`{name}` is missing{where}: {one} {kind} change needs it",
            f"add `{name}`, or set `draft: true` while you are still writing",
        )
    return f"`{name}` is missing{where}", f"add `{name}`"


def _bad_key(error: ValidationError) -> tuple[str, str]:
    allowed = _schema(error).get("enum")
    key = shown(_instance(error))
    if allowed:
        hint = near_hint(str(_instance(error)), allowed)
        return f"the key {key} is not one of {', '.join(allowed)}", hint
    return f"the key {key} is not a name", _NAMES


def _number_for_text(document: Document, error: ValidationError, route: Route) -> Words:
    """Return the words about a number where text belongs.

    They show it as the author wrote it: `1.10` is not `1.1`.
    """
    written = document.written(route) or str(_instance(error))
    return (
        "schema-type",
        f"`{_name(route)}` must be text, not the number {written}",
        f'put it in quotes: "{written}"',
    )


def _words(error: ValidationError, route: Route) -> Words:
    maker = _WORDS.get(str(error.validator))
    name = f"`{_name(route)}`" if route else "the document"
    if maker is None:
        return "schema-refused", f"{name} does not fit: {error.message[:200]}", ""
    return maker(error, name, route)


def _path(route: Route) -> str:
    """Return a whole route: `spec.items[0]`."""
    text = ""
    for part in route:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _name(route: Route) -> str:
    """Return the last key of a route with the indices behind it: `items[0]`."""
    tail = ""
    for part in reversed(route):
        if isinstance(part, str):
            return part + tail
        tail = f"[{part}]" + tail
    return tail


# Each maker of words takes the same arguments, so that they fit into one table.
def _type(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    wanted = _value(error)
    value = _instance(error)
    if value is None:
        return "schema-empty", f"{name} is empty", "fill it in, or remove the line"
    kinds = [wanted] if isinstance(wanted, str) else wanted
    what = " or ".join(_TYPES.get(kind, str(kind)) for kind in kinds)
    return "schema-type", f"{name} must be {what}, not {article(value)}", _type_hint(wanted, value)


def _type_hint(wanted: Any, value: Any) -> str:
    if wanted == "string" and isinstance(value, (int, float)):
        spelt = str(value).lower() if isinstance(value, bool) else value
        return f'put it in quotes: "{spelt}"'
    if wanted == "boolean" and isinstance(value, str):
        return "write true or false"
    if wanted in ("integer", "number") and isinstance(value, str):
        return "write plain digits, without quotes, leading zeros or separators"
    if wanted == "array":
        return "begin each element with `- `, or write [a, b]"
    if wanted == "object":
        return "write `key: value` lines, indented under it"
    return ""


def _choice(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    allowed = [str(value) for value in _value(error)]
    message = f"{name} is {shown(_instance(error))}; it must be one of {', '.join(allowed)}"
    return "schema-choice", message, near_hint(str(_instance(error)), allowed)


def _constant(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    wanted = _value(error)
    spelt = str(wanted).lower() if isinstance(wanted, bool) else wanted
    return "schema-choice", f"{name} must be `{spelt}`, not {shown(_instance(error))}", ""


# How a pattern begins, what a value that it refuses is not, and what such values look like.
_NAMES_OF_NAMES: Final = (
    (
        "^CHG-",
        "no id of a change",
        (
            "ids of changes look like CHG-20261121-payments-db-upgrade: a day, then a-z, 0-9 "
            "and `-`, at most 60 characters"
        ),
    ),
    ("^[^@", "no e-mail address", "for example alice@example.com"),
    (
        "^sha256:",
        "no SHA-256 digest",
        (
            "it is `sha256:` and 64 digits of 0-9 and a-f, copied whole: `changeflow ledger verify` "
            "and `ledger log` name them"
        ),
    ),
    (
        "^[A-Za-z_*]",
        "no name of a variable",
        "ASCII letters, digits and `_`; `*` stands for any part of a name",
    ),
    (
        "^[a-z][a-z0-9_]{0,49}(",
        "no reason code",
        "for example team.not_ready: a-z, 0-9 and `_`, with `.` between",
    ),
    (
        "^(?!",
        "no path of the repository",
        "a path from its top, with `/`, and without `.` and `..`",
    ),
)


def _pattern(error: ValidationError, name: str, route: Route) -> Words:
    if "format" in _schema(error):
        return _format(error, name, route)
    pattern = str(_value(error))
    given = shown(_instance(error))
    if pattern.startswith("^(ssh-"):
        return (
            "schema-pattern",
            f"{name} is no SSH public key",
            "copy the line of the .pub file, e.g. ssh-ed25519 AAAA... name",
        )
    for begin, what, hint in _NAMES_OF_NAMES:
        if pattern.startswith(begin):
            return "schema-pattern", f"{name} is {given}, which is {what}", hint
    return "schema-pattern", f"{name} is {given}, which is no valid id", _NAMES


def _format(error: ValidationError, name: str, route: Route) -> Words:
    kind = _schema(error)["format"]
    rule, hint = "schema-format", f"for example {_EXAMPLES.get(kind, '')}"
    value = str(_instance(error))
    if kind == "date-time" and _lacks_offset(value):
        if len(route) > 1 and route[-2] == "window":
            rule = "rfc-window-offset"
        message = (
            f"{name} is {shown(value)}, a time without an offset: it means another "
            "moment in every place"
        )
        return rule, message, f"add one: {value}+00:00"
    try:
        _PARSERS[kind](value)
    except ValueError as problem:
        return rule, f"{name}: {_fitted(str(problem), value)}", hint
    return rule, f"{name} is {shown(value)}, which is no {kind}", hint


def _fitted(problem: str, value: str) -> str:
    return problem.replace(f"`{value}`", shown(value))


def _lacks_offset(value: str) -> bool:
    try:
        times.parse_instant(value + "Z")
    except ValueError:
        return False
    return True


def _length(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    limit = _value(error)
    size = len(_instance(error))
    if size == 0:
        return "schema-empty", f"{name} is empty", "fill it in, or remove the line"
    unit = "characters" if isinstance(_instance(error), str) else "entries"
    if str(error.validator).startswith("max"):
        return (
            "schema-length",
            f"{name} has {size:,} {unit}; at most {limit:,} are allowed",
            "shorten or split it",
        )
    return "schema-length", f"{name} has {size:,} {unit}; at least {limit:,} are needed", ""


def _range(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    bound = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    limit = f"{bound[str(error.validator)]} {_value(error)}"
    return "schema-range", f"{name} is {shown(_instance(error))}; it must be {limit}", ""


def _alternatives(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    keys = [option.get("required", ()) for option in _value(error)]
    present = [key for key in itertools.chain.from_iterable(keys) if key in _instance(error)]
    if present:
        both = _all_of(present)
        return "schema-alternatives", f"{name} has {both}; only one of them is allowed", "keep one"
    options = " or ".join(map(_all_of, keys))
    return "schema-alternatives", f"{name} needs {options}", "add one of them"


def _all_of(keys: Iterable[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)


_WORDS: Final[dict[str, Callable[[ValidationError, str, Route], Words]]] = {
    "type": _type,
    "enum": _choice,
    "const": _constant,
    "pattern": _pattern,
    "format": _format,
    "minLength": _length, "maxLength": _length, "minProperties": _length,
    "minItems": _length, "maxItems": _length,
    "minimum": _range, "maximum": _range, "exclusiveMinimum": _range, "exclusiveMaximum": _range,
    "anyOf": _alternatives, "oneOf": _alternatives,
}  # fmt: skip
