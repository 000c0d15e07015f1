"""What to do about names that nothing has, as `check` says."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hint.near": "did you mean {name:code}?",
    "hint.unread": "{path:code} could not be read; it may be in there",
    "hint.no_roster": "there is no roster yet: write policies/roster.yaml",
    "hint.add_person": "add them to the roster, policies/roster.yaml",
    "hint.list_person": "add them under `people`",
    "hint.name_a_role": "name a role that stands under `roles`",
    "hint.add_role": "add the role to the roster, policies/roster.yaml",
    "hint.add_item": "add it to the CMDB, below cmdb/",
    "hint.add_type": "add it to spec.ci_types in changeflow.yaml",
    "hint.write_change": "write the id of a folder below changes/",
    "hint.models": "models live in policies/models/; without one the change is a normal change",
    "hint.policies": "`policy` is the metadata.id of a policy",
    "hint.rules": "the policy has {names:list}",
    "hint.items_have": "items have {names:list}",
    "hint.write_items": "items are written below cmdb/",
    "hint.no_mapping": "it is no mapping; docs/reference/conditions.md lists what conditions see",
    "hint.it_has": "it has {names:list}",
    "hint.move": "move it",
    "hint.name": "name it {name}",
    "hint.own_folder": "give it a folder of its own",
}
