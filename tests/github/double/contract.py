"""GitHub's own OpenAPI description: what requests and answers must look like, and the parts of an answer nobody looks at."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

METHODS = ("get", "post", "patch", "put", "delete")


class Contract:
    """The description, read once; validators are compiled for the closure of what is asked."""

    def __init__(self, description: Path) -> None:
        with gzip.open(description) as file:
            self._document: dict[str, Any] = json.load(file)
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    # -- requests and answers --------------------------------------------------------------------------------------------

    @cached_property
    def _routes(self) -> list[tuple[re.Pattern[str], str]]:
        """Paths as patterns; the ones with the fewest parameters first."""
        paths = sorted(self._document["paths"], key=lambda path: (path.count("{"), path))
        return [(re.compile(re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(path))), path) for path in paths]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """What the description says of a method and a concrete path."""
        for pattern, template in self._routes:
            if pattern.fullmatch(path) and method.lower() in self._document["paths"][template]:
                found: dict[str, Any] = self._document["paths"][template][method.lower()]
                return found
        return None

    def request_problems(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Iterator[str]:
        """What GitHub's description has against a request."""
        operation = self.operation(method, path)
        if operation is None:
            yield f"no such operation: {method} {path}"
            return
        known = {p["name"]: p for p in map(self._resolve, operation.get("parameters", ())) if p["in"] == "query"}
        for name, value in query.items():
            if name not in known:
                yield f"no such parameter: {name}"
            elif "enum" in known[name]["schema"] and value not in known[name]["schema"]["enum"]:
                yield f"{name}={value} is none of {known[name]['schema']['enum']}"
        content = self._resolve(operation.get("requestBody", {})).get("content", {}).get("application/json")
        if body is None:
            yield from ["a body is missing"] if operation.get("requestBody", {}).get("required") else []
        elif content is None:
            yield from ["this takes no body"] if body else []
        else:
            yield from self.problems(content["schema"], body)
            yield from self._strange_keys(content["schema"], body)

    def answer_problems(self, method: str, path: str, status: int, answer: Any) -> Iterator[str]:
        """What GitHub's description has against an answer. Failures it does not list look like its basic error."""
        operation = self.operation(method, path)
        if operation is None:
            yield f"no such operation: {method} {path}"
            return
        listed = self._resolve(operation["responses"].get(str(status), {}))
        content = listed.get("content", {}).get("application/json")
        if content is not None:
            yield from self.problems(content["schema"], answer)
        elif status >= 400:
            yield from self.problems({"$ref": "#/components/schemas/basic-error"}, answer)
        elif answer is not None:
            yield f"{status} has no such answer"

    def problems(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        """What a schema has against a value."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            closed = {**_plain(schema), "components": self._closure(schema)}
            self._validators[key] = jsonschema_rs.validator_for(closed, validate_formats=True)
        for error in self._validators[key].iter_errors(value):
            yield f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"

    def _strange_keys(self, schema: Mapping[str, Any], body: Any) -> Iterator[str]:
        """The description allows more keys than it names; we send none of those."""
        schema = self._resolve(schema)
        options = [schema, *map(self._resolve, (*schema.get("oneOf", ()), *schema.get("anyOf", ())))]
        named = {key for option in options for key in option.get("properties", ())}
        if isinstance(body, dict) and named:
            yield from (f"{key} is no part of the request" for key in body if key not in named)

    # -- filling ---------------------------------------------------------------------------------------------------------

    def fill(self, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """An object of a named schema: what is known, and the smallest valid value for every other required key."""
        schema = self._resolve({"$ref": f"#/components/schemas/{name}"})
        sample = self._sample({key: value for key, value in schema.items() if key != "nullable"})
        assert isinstance(sample, dict)
        return {**sample, **known}

    def _sample(self, schema: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - a table of kinds
        schema = self._resolve(schema)
        if schema.get("nullable"):
            return None
        for key in ("oneOf", "anyOf"):
            if key in schema and "properties" not in schema:
                return self._sample(schema[key][0])
        if "allOf" in schema:
            parts = [self._sample(part) for part in schema["allOf"]]
            return {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object" | None:
                return {key: self._sample(schema["properties"][key]) for key in schema.get("required", ())}
            case "array":
                return [self._sample(schema["items"])] * schema.get("minItems", 0)
            case "string":
                return {"uri": "https://github.invalid/", "date-time": "2026-11-01T00:00:00Z"}.get(schema.get("format", ""), "-")
            case "boolean":
                return False
            case _:
                return schema.get("minimum", 1)

    # -- references ------------------------------------------------------------------------------------------------------

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def _closure(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Every component a schema leads to, in JSON Schema's words."""
        found: dict[str, Any] = {}
        waiting = list(_references(schema))
        while waiting:
            reference = waiting.pop()
            _, _, section, name = reference.split("/")
            if name not in found.get(section, {}):
                component = self._resolve({"$ref": reference})
                found.setdefault(section, {})[name] = _plain(component)
                waiting += _references(component)
        return found


@cache
def contract(description: Path) -> Contract:
    """One contract for a whole test run."""
    return Contract(description)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for key, inner in value.items():
            if key not in ("example", "examples"):
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _plain(value: Any) -> Any:
    """OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, examples go."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    plain = {
        key: _plain(inner) for key, inner in value.items() if key not in ("nullable", "example", "examples", "discriminator")
    }
    if value.get("nullable") is not True:
        return plain
    if "enum" in plain and None not in plain["enum"]:
        plain["enum"] = [*plain["enum"], None]
    if isinstance(plain.get("type"), str):
        return {**plain, "type": [plain["type"], "null"]}
    return {"anyOf": [plain, {"type": "null"}]}
