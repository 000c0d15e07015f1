"""Explain why a document does not fit its schema, for readers who do not know JSON Schema.

Slow and exact: only a document that was refused comes here.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, relevance
from referencing import Registry

from changeflow.documents.document import Document
from changeflow.documents.meant_in_calendars import (
    key_meant,
    value_meant,
    with_time_meant,
)
from changeflow.documents.shipped_schemas import FORMATS, schema
from changeflow.model import times
from changeflow.model.findings import Finding, Route
from changeflow.model.kinds import API_VERSION, NAMES
from changeflow.model.phrases import Told, did_you_mean, kept, meant, told

# a rule, and the data of its finding
Words = tuple[str, dict[str, Any]]

# Of a format: the pattern of texts that look like it, the sentence about one that does not, and
# the sentence about one that only looks like it.
_FORMATS: Final = {
    "date": (times.DATE_PATTERN, "date", "no_day"),
    "date-time": (times.DATE_TIME_PATTERN, "instant", "no_instant"),
    "duration": (times.DURATION_PATTERN, "duration", "duration"),
    "local-date-time": (times.LOCAL_TIME_PATTERN, "local_time", "no_local_time"),
}


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
    given = document.data.get("apiVersion")
    if given != API_VERSION:
        data: dict[str, Any] = {"version": API_VERSION}
        data |= {"case": "missing"} if given is None else {"given": kept(given)}
        found.append(document.found("schema-api-version", ("apiVersion",), **data))
    if document.kind not in NAMES:
        found.append(_kind_problem(document))
    return found


def _kind_problem(document: Document) -> Finding:
    if "kind" not in document.data:
        return document.found("schema-kind", ("kind",), case="missing", kinds=list(NAMES))
    wrong = document.data["kind"]
    hint = meant(str(wrong), NAMES) or told("hint.kinds", names=list(NAMES))
    return document.found("schema-kind", ("kind",), given=kept(wrong), what_now=[hint])


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
    other = document.found("schema-refused", (), kind=document.kind)
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
        data = _missing(document, name, route)
        yield document.found("schema-required", (*route, name), **data)
        return
    if "propertyNames" in error.absolute_schema_path:
        key = str(_instance(error))
        yield document.found("schema-key", (*route, key), at_key=True, **_bad_key(error))
        return
    number = type(_instance(error)) in (int, float)
    if error.validator == "type" and _value(error) == "string" and number:
        rule, data = _number_for_text(document, error, route)
    else:
        rule, data = _words(error, route)
        if rule == "schema-format" and document.kind == "Calendar":
            data = with_time_meant(_schema(error), _instance(error), data)
    yield document.found(rule, route, **data)


def _missing_key(error: ValidationError) -> str:
    """Return the key that is missing, which only the message of the validator tells."""
    for name in _value(error):
        if f"'{name}' " in error.message:
            return str(name)
    return ""


def _unknown_keys(document: Document, error: ValidationError, route: Route) -> Iterator[Finding]:
    known = list(_schema(error).get("properties", {}))
    free = [name for name in known if name not in _instance(error)]
    data: dict[str, Any] = {"path": _path(route)} if route else {"case": "document"}
    for name in _instance(error):
        if name in known:
            continue
        near = key_meant(document.kind, route, name) or meant(name, free or known)
        hint = near or told("hint.known", names=known)
        yield document.found(
            "schema-unknown-key",
            (*route, name),
            at_key=True,
            **data,
            key=kept(name),
            what_now=[hint],
        )


def _missing(document: Document, name: str, route: Route) -> dict[str, Any]:
    data = {"name": name, "path": _path(route)}
    if route == ("spec",) and document.kind == "ChangeRequest" and name not in ("type", "reason"):
        kind = str(document.spec.get("type", "normal"))
        return {"case": "emergency" if kind == "emergency" else "type", "type": kind, **data}
    return {"case": "in", **data} if route else {"name": name}


def _bad_key(error: ValidationError) -> dict[str, Any]:
    allowed = _schema(error).get("enum")
    key = kept(_instance(error))
    if allowed:
        return {"key": key, "allowed": allowed, "what_now": _meant(_instance(error), allowed)}
    return {"case": "name", "key": key}


def _meant(value: object, known: Sequence[str]) -> list[Told]:
    """Return the hint at the name that was meant; nothing where none is near."""
    near = meant(str(value), known)
    return [near] if near else []


def _number_for_text(document: Document, error: ValidationError, route: Route) -> Words:
    """Return the words about a number where text belongs.

    They show it as the author wrote it: `1.10` is not `1.1`.
    """
    written = document.written(route) or str(_instance(error))
    near = value_meant(_schema(error), written)
    if near is not None:
        data = {"name": _name(route), "wanted": ["string"], "given": kept(_instance(error))}
        return "schema-type", {**data, "what_now": [near]}
    return "schema-type", {"case": "number", "name": _name(route), "written": written}


def _words(error: ValidationError, route: Route) -> Words:
    return _WORDS[str(error.validator)](error, _name(route), route)


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
def _type(error: ValidationError, name: str, route: Route) -> Words:
    wanted = _value(error)
    value = _instance(error)
    if value is None:
        return "schema-empty", {"name": name}
    kinds = [wanted] if isinstance(wanted, str) else wanted
    hint = told("hint.rule_key") if route[-1:] == ("rrule",) else _type_hint(wanted, value)
    data = {"name": name, "wanted": kinds, "given": kept(value)}
    return "schema-type", {**data, "what_now": [hint] if hint else []}


def _type_hint(wanted: Any, value: Any) -> Told | None:
    if wanted == "string" and isinstance(value, (int, float)):
        spelt = str(value).lower() if isinstance(value, bool) else str(value)
        return told("hint.quotes", value=spelt)
    if wanted == "boolean" and isinstance(value, str):
        return told("hint.truth")
    if wanted in ("integer", "number") and isinstance(value, str):
        return told("hint.digits")
    if wanted == "array":
        return told("hint.list")
    if wanted == "object":
        return told("hint.mapping")
    return None


def _choice(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    allowed = [str(value) for value in _value(error)]
    data = {"name": name, "given": kept(_instance(error)), "allowed": allowed}
    return "schema-choice", {**data, "what_now": _meant(_instance(error), allowed)}


def _constant(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    data = {"name": name, "wanted": _value(error), "given": kept(_instance(error))}
    return "schema-choice", {"case": "constant", **data}


# How a pattern begins, and the sentence about a value that it refuses.
_PATTERNS: Final = (
    ("^CHG-", "change"),
    ("^[^@", "address"),
    ("^sha256:", "digest"),
    ("^[A-Za-z_*]", "variable"),
    ("^[a-z][a-z0-9_]{0,49}(", "reason_code"),
    ("^(?!", "path"),
    ("^(ssh-", "key"),
    ("^(<=", "target"),
    ("^([01]", "clock"),
    ("^(([01]", "clock"),
    ("^[A-Z]{2,3}", "country"),
)


def _pattern(error: ValidationError, name: str, route: Route) -> Words:
    if "format" in _schema(error):
        return _format(error, name, route)
    data = {"name": name, "given": kept(_instance(error))}
    for begin, case in _PATTERNS:
        if str(_value(error)).startswith(begin):
            return "schema-pattern", {"case": case, **data}
    return "schema-pattern", data


def _format(error: ValidationError, name: str, route: Route) -> Words:
    kind = _schema(error)["format"]
    rule, value = "schema-format", str(_instance(error))
    data = {"name": name, "given": kept(value)}
    if kind == "date-time" and _lacks_offset(value):
        if len(route) > 1 and route[-2] == "window":
            return "rfc-window-offset", {**data, "written": value}
        return rule, {"case": "offset", **data, "written": value}
    pattern, unlike, looks_like = _FORMATS[kind]
    return rule, {"case": looks_like if re.search(pattern, value) else unlike, **data}


def _lacks_offset(value: str) -> bool:
    try:
        times.parse_instant(value + "Z")
    except ValueError:
        return False
    return True


def _length(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    size = len(_instance(error))
    if size == 0:
        return "schema-empty", {"name": name}
    unit = "characters" if isinstance(_instance(error), str) else "entries"
    end = str(error.validator)[:3]
    data = {"name": name, "size": size, "limit": _value(error)}
    return "schema-length", {"case": f"{unit}_{end}", **data}


def _range(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    data = {"name": name, "given": kept(_instance(error)), "limit": _value(error)}
    return "schema-range", {"case": str(error.validator), **data}


def _alternatives(error: ValidationError, name: str, route: Route) -> Words:  # noqa: ARG001
    keys = [list(option.get("required", ())) for option in _value(error)]
    present = [key for key in itertools.chain.from_iterable(keys) if key in _instance(error)]
    if present:
        return "schema-alternatives", {"case": "several", "name": name, "keys": present}
    return "schema-alternatives", {"name": name, "options": keys}


_WORDS: Final[dict[str, Callable[[ValidationError, str, Route], Words]]] = {
    "type": _type,
    "enum": _choice,
    "const": _constant,
    "pattern": _pattern,
    "format": _format,
    "minLength": _length, "maxLength": _length, "minProperties": _length,
    "maxProperties": _length,
    "minItems": _length, "maxItems": _length,
    "minimum": _range, "maximum": _range, "exclusiveMinimum": _range, "exclusiveMaximum": _range,
    "anyOf": _alternatives, "oneOf": _alternatives,
}  # fmt: skip
