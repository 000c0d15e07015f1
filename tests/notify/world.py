"""A change repository whose configuration tells people, and what is asked of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.answers import misfits
from tests.dates import now
from tests.release.site import CONFIG, ID, Done, Site

ROSTER = """\
apiVersion: changeflow/v1
kind: Roster
metadata: {id: roster}
spec:
  people:
    alice: {name: Alice Ferro, emails: [alice@example.com]}
    bob: {emails: [bob@example.com]}
    carol: {emails: [carol@example.com]}
    erin: {name: 张伟, emails: [erin@example.com]}
    frank: {}
    renovate: {kind: agent, emails: [bot@example.com]}
  roles: {team-payments: [bob, erin], desk: [carol, renovate]}
"""

ITEMS = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: payments-db}
spec: {type: service, environment: production, criticality: tier2, owner: bob}
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: payments-api}
spec: {type: service, environment: production, criticality: tier2, owner: team-payments, depends_on: [{ci: payments-db}]}
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: shop}
spec: {type: service, environment: production, criticality: tier2, owner: frank, depends_on: [{ci: payments-api}]}
"""


def mail(port: int, **words: Any) -> dict[str, Any]:
    return {
        "id": "mail",
        "kind": "mail",
        "server": f"localhost:{port}",
        "security": "none",
        "sender": "changes@example.org",
        **words,
    }


def hook(port: int, **words: Any) -> dict[str, Any]:
    return {"id": "hook", "kind": "webhook", "url": f"http://127.0.0.1:{port}/changes", **words}


def settings(*channels: dict[str, Any], **words: Any) -> str:
    told = json.dumps({"channels": list(channels), **words})
    return CONFIG.replace("spec: {", f"spec: {{notify: {told}, ")


def site_at(root: Path, *channels: dict[str, Any], **words: Any) -> Site:
    files = {
        "policies/roster.yaml": ROSTER,
        "cmdb/items.yaml": ITEMS,
        "changeflow.yaml": settings(*channels, **words),
    }
    return Site.at(root, **files)


def window(hours: float = 48, length: float = 2) -> dict[str, str]:
    start = now().replace(microsecond=0) + timedelta(hours=hours)
    return {"start": start.isoformat(), "end": (start + timedelta(hours=length)).isoformat()}


def planned(site: Site, name: str = ID, **words: Any) -> str:
    """A change that is approved: its request is on the main branch, and its gate was recorded open."""
    site.change(name, **{"window": window(), **words})
    return name


def told(site: Site, *more: str, code: int = 0, **environment: str) -> list[dict[str, Any]]:
    done = site.cli("notify", "--format", "json", *more, **environment)
    assert done.code == code, done.out + done.err
    answer = json.loads(done.out)
    assert misfits("notifications", answer) == []
    found: list[dict[str, Any]] = answer["messages"]
    return found


def outcomes(done: Done) -> list[tuple[str, str, str]]:
    return [(one["channel"], one["fact"], one["outcome"]) for one in json.loads(done.out)["messages"]]
