"""Plans of Terraform and OpenTofu: `terraform show -json` of a saved plan.

What will happen, resource by resource in the order of addresses, then what the configuration alone
says of it: where providers work, and which programs provisioners run. Left out is what the plan says
of the way to it: versions, times, the state before, what was only looked at. A key of a plan that
this page does not know is kept as it stands, so that nothing new of Terraform is overlooked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from changeflow.model.phrases import told
from changeflow.release.plan_formats.plan_text import (
    SENSITIVE,
    Machine,
    NoPlanError,
    finished,
    forms,
    plain_text,
)
from changeflow.release.secret_values import names_a_secret

UNKNOWN: Final = "(known after apply)"
# keys of a plan that say how it was made, or say again what others say
_NOISE: Final = frozenset({
    "format_version", "terraform_version", "timestamp", "planned_values", "prior_state",
    "configuration", "relevant_attributes", "resource_drift", "applyable", "complete", "errored",
    "checks",
})  # fmt: skip
_TOLD: Final = frozenset({"resource_changes", "output_changes", "variables"})
_VALUES: Final = frozenset({
    "actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive",
    "before_identity", "after_identity",
})  # fmt: skip
# of a resource: where it is declared again, in parts
_PLACE: Final = frozenset({
    "address", "module_address", "mode", "type", "name", "index", "provider_name", "change",
    "deposed",
})  # fmt: skip
_NOTHING: Final = (["no-op"],)
# which real thing it is, told also where it does not change
_IDENTITY: Final = ("id", "name", "arn")


def normalised(output: bytes, machine: Machine) -> str:
    """Return what the plan changes; sensitive values are masked wherever they stand.

    Raises:
        NoPlanError: when it is no plan, not all of one, or one that failed.
    """
    document = _document(plain_text(output))
    if "resource_changes" not in document and "planned_values" not in document:
        raise NoPlanError(told("no_plan.shape"))
    if document.get("errored") is True:
        raise NoPlanError(told("no_plan.errored"))
    secrets = _Secrets()
    lines = [*_resources(document, secrets), *_outputs(document, secrets)]
    lines += _variables(document, secrets)
    lines += _configuration(document, secrets)
    if document.get("complete") is False:
        lines.append("not complete: another plan follows")
    for key in sorted(document.keys() - _NOISE - _TOLD):
        if document[key]:
            lines.append(f"{key}: {secrets.shown(document[key])}")
    if not lines:
        lines = ["no changes"]
    return finished(lines, (*machine.secrets, *secrets.forms))


def _document(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise NoPlanError(told("no_plan.shape")) from None
    if not isinstance(found, dict):
        raise NoPlanError(told("no_plan.shape"))
    return found


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return a mapping. Of two equal keys the last would win, and hide the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


class _Secrets:
    """Shows values, and remembers those that the plan marks as sensitive."""

    def __init__(self) -> None:
        self.forms = set[str]()

    def shown(self, value: Any, sensitive: Any = False, unknown: Any = False) -> str:
        """Return a value in one spelling.

        Args:
            value: from the plan.
            sensitive: the same shape with True where a value must not be seen.
            unknown: the same shape with True where a value is not known yet.
        """
        if sensitive is True:
            self._remember(value)
            return SENSITIVE
        if unknown is True:
            return UNKNOWN
        if isinstance(value, Mapping) or (value is None and isinstance(unknown, Mapping)):
            return self._map(value or {}, sensitive, unknown)
        if isinstance(value, list) or (value is None and isinstance(unknown, list)):
            return self._list(value or [], sensitive, unknown)
        return _scalar(value)

    def _map(self, value: Mapping[str, Any], sensitive: Any, unknown: Any) -> str:
        parts: list[str] = []
        for key in sorted({*value, *_map(unknown)}):
            shown = self.shown(value.get(key), _at(sensitive, key), _at(unknown, key))
            parts.append(f"{json.dumps(key, ensure_ascii=False)}: {shown}")
        return "{" + ", ".join(parts) + "}"

    def _list(self, value: Sequence[Any], sensitive: Any, unknown: Any) -> str:
        longest = max(len(value), len(unknown) if isinstance(unknown, list) else 0)
        parts: list[str] = []
        for index in range(longest):
            one = value[index] if index < len(value) else None
            parts.append(self.shown(one, _at(sensitive, index), _at(unknown, index)))
        return "[" + ", ".join(parts) + "]"

    def _remember(self, value: Any) -> None:
        if isinstance(value, Mapping):
            for one in value.values():
                self._remember(one)
        elif isinstance(value, list):
            for one in value:
                self._remember(one)
        elif isinstance(value, str):
            self.forms |= forms(value)
        elif value is not None and not isinstance(value, bool) and len(str(value)) > _SHORT:
            self.forms.add(str(value))


# digits of a number that is a secret; a port would be blotted out everywhere
_SHORT: Final = 5


def _scalar(value: Any) -> str:
    if isinstance(value, Decimal):
        sign, digits, exponent = value.as_tuple()
        plain = "".join(map(str, digits)).lstrip("0")
        bare = plain.rstrip("0")
        power = int(exponent) + len(plain) - len(bare)
        if not bare:
            return "0"
        bare = "-" * sign + bare
        if power == 0:
            return bare
        return f"{bare}e{power}"
    if isinstance(value, int) and not isinstance(value, bool):
        return _scalar(Decimal(value))
    return json.dumps(value, ensure_ascii=False)


def _map(value: Any) -> Mapping[str, Any]:
    """Return a mapping; an empty one for anything else."""
    if isinstance(value, Mapping):
        return value
    return {}


def _at(shape: Any, key: Any) -> Any:
    """Return the part of a shape that belongs to a part of a value."""
    if shape is True:
        return True
    if isinstance(shape, Mapping):
        return shape.get(key, False)
    if isinstance(shape, list) and isinstance(key, int) and key < len(shape):
        return shape[key]
    return False


# -- resources -----------------------------------------------------------------------------------


def _resources(document: Mapping[str, Any], secrets: _Secrets) -> list[str]:
    listed = document.get("resource_changes") or []
    if not isinstance(listed, list):
        raise NoPlanError(told("no_plan.shape"))
    found: list[tuple[str, list[str]]] = []
    for one in listed:
        lines = _resource(one, secrets)
        if lines:
            found.append((lines[0].partition(" ")[2], lines))
    found.sort()
    kept: list[str] = []
    for _, lines in found:
        kept += lines
    return kept


def _resource(one: Any, secrets: _Secrets) -> list[str]:
    change = _map(_map(one).get("change"))
    actions, address = change.get("actions"), _map(one).get("address")
    if not isinstance(address, str) or not isinstance(actions, list):
        raise NoPlanError(told("no_plan.shape"))
    rest = _rest(one, _PLACE, secrets) + _rest(change, _VALUES, secrets)
    moves = "previous_address" in one and one["previous_address"] != address
    attributes = [*_attributes(change, actions, secrets)]
    if actions in _NOTHING and not moves and not change.get("importing"):
        return []
    head = f"{'+'.join(map(str, actions))} {address}"
    if one.get("deposed"):
        head += f" (deposed {one['deposed']})"
    return [head, f"    provider: {_scalar(one.get('provider_name'))}", *rest, *attributes]


def _rest(one: Mapping[str, Any], known: frozenset[str], secrets: _Secrets) -> list[str]:
    found: list[str] = []
    for key in sorted(one.keys() - known):
        if one[key]:
            found.append(f"    ({key}: {secrets.shown(one[key])})")
    return found


def _attributes(
    change: Mapping[str, Any], actions: Sequence[Any], secrets: _Secrets
) -> Iterator[str]:
    """Yield what becomes of the attributes; of those that stay, the ones that say which it is."""
    before, after = change.get("before"), change.get("after")
    unknown = change.get("after_unknown")
    hidden = (change.get("before_sensitive"), change.get("after_sensitive"))
    if not all(isinstance(one, Mapping | None) for one in (before, after)):
        old, new = secrets.shown(before, hidden[0]), secrets.shown(after, hidden[1], unknown)
        yield f"    {old} -> {new}"
        return
    old_map, new_map = _map(before), _map(after)
    for key in sorted({*old_map, *new_map, *_map(unknown)}):
        old = secrets.shown(old_map.get(key), _at(hidden[0], key))
        new = secrets.shown(new_map.get(key), _at(hidden[1], key), _at(unknown, key))
        name = json.dumps(key, ensure_ascii=False)
        stays = old_map.get(key) == new_map.get(key) and not _at(unknown, key) and old == new
        if actions in (["create"], ["read"]) and new != "null":
            yield f"    {name} = {new}"
        elif actions == ["delete"] and old != "null":
            yield f"    {name} = {old}"
        elif not stays:
            yield f"    {name}: {old} -> {new}" + " (another one)" * (old == new == SENSITIVE)
        elif key in _IDENTITY and old != "null":
            yield f"    {name} = {old}"


# -- outputs and variables -----------------------------------------------------------------------


def _outputs(document: Mapping[str, Any], secrets: _Secrets) -> list[str]:
    changes = document.get("output_changes") or {}
    if not isinstance(changes, Mapping):
        raise NoPlanError(told("no_plan.shape"))
    found: list[str] = []
    for name in sorted(changes):
        change = changes[name]
        if not isinstance(change, Mapping) or not isinstance(change.get("actions"), list):
            raise NoPlanError(told("no_plan.shape"))
        old = secrets.shown(change.get("before"), change.get("before_sensitive"))
        unknown = change.get("after_unknown")
        new = secrets.shown(change.get("after"), change.get("after_sensitive"), unknown)
        if change["actions"] not in _NOTHING:
            found.append(f"output {name}: {old} -> {new}")
    return found


def _variables(document: Mapping[str, Any], secrets: _Secrets) -> list[str]:
    """Return the variables: the same resources may be made in another account by them."""
    variables = document.get("variables") or {}
    if not isinstance(variables, Mapping):
        raise NoPlanError(told("no_plan.shape"))
    module: Any = document.get("configuration")
    for key in ("root_module", "variables"):
        module = _map(module).get(key)
    found: list[str] = []
    for name in sorted(variables):
        one, declared = variables[name], _at(module, name)
        hidden = _map(declared).get("sensitive") is True
        found.append(f"variable {name} = {secrets.shown(_map(one).get('value'), hidden)}")
    return found


# -- configuration -------------------------------------------------------------------------------


def _configuration(document: Mapping[str, Any], secrets: _Secrets) -> Iterator[str]:
    """Yield what changes of resources do not tell: where providers work, and what provisioners run.

    Terraform prints constants, and of anything else only what it refers to.
    """
    configuration = _map(document.get("configuration"))
    providers = _map(configuration.get("provider_config"))
    for key in sorted(providers):
        settings = _map(providers[key]).get("expressions")
        if settings:
            yield f"provider {key} = {secrets.shown(*_written(settings))}"
    yield from _provisioners(_map(configuration.get("root_module")), "", secrets)


def _provisioners(module: Mapping[str, Any], place: str, secrets: _Secrets) -> Iterator[str]:
    """Yield the provisioners of a module and of those that it calls, in the order of addresses."""
    resources = module.get("resources")
    found: list[tuple[str, Sequence[Any]]] = []
    for one in resources if isinstance(resources, list) else ():
        listed = _map(one).get("provisioners")
        if isinstance(listed, list) and listed:
            found.append((f"{place}{_map(one).get('address')}", listed))
    for address, listed in sorted(found, key=lambda pair: pair[0]):
        # in their order: they run one after the other
        for provisioner in listed:
            shown = secrets.shown(*_written(provisioner))
            yield f"provisioner of {address}: {shown}"
    calls = _map(module.get("module_calls"))
    for name in sorted(calls):
        called = _map(_map(calls[name]).get("module"))
        yield from _provisioners(called, f"{place}module.{name}.", secrets)


def _written(value: Any) -> tuple[Any, Any]:
    """Return what stands in a configuration, and where that is secret by the name of its key.

    Args:
        value: constants as `{"constant_value": ...}`, and expressions with what they refer to.
    """
    if isinstance(value, list):
        pairs = [_written(one) for one in value]
        return [plain for plain, _ in pairs], [hidden for _, hidden in pairs]
    if not isinstance(value, Mapping):
        return value, False
    if value.keys() == {"constant_value"}:
        return _written(value["constant_value"])
    plain: dict[str, Any] = {}
    hidden: dict[str, Any] = {}
    for key, one in value.items():
        plain[key], hidden[key] = _written(one)
        refers = isinstance(one, Mapping) and one.keys() == {"references"}
        if names_a_secret(key.upper()) and not refers:
            hidden[key] = True
    return plain, hidden
