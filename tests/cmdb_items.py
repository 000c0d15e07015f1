"""Small CMDBs in one line."""

from __future__ import annotations

from typing import Any

from changeflow.model.cmdb import ConfigurationItem


def item(ci: str, *needs: str | dict[str, Any], **spec: Any) -> ConfigurationItem:
    """`item("api", "db", "~flags", {"any_of": ["a", "b"], "min": 1})`: `~` marks a soft dependency."""
    depends_on = [_dependency(need) for need in needs]
    metadata = {"id": ci} | ({"name": spec.pop("name")} if "name" in spec else {})
    return ConfigurationItem.model_validate(
        {
            "apiVersion": "changeflow/v1",
            "kind": "ConfigurationItem",
            "metadata": metadata,
            "spec": {"depends_on": depends_on, **spec},
        }
    )


def _dependency(need: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(need, dict):
        return need
    return {"ci": need[1:], "strength": "soft"} if need.startswith("~") else {"ci": need}
