"""An office with changes of every end, of which papers are made."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path

from changeflow.model.release_list import digest_of_list
from tests.register.office import AFTER, BEFORE, CHANGE, MODEL, Office

URGENT = "CHG-20261122-failover"
REJECTED = "CHG-20261123-refused"
WITHDRAWN = "CHG-20261124-taken-back"
ROUTINE = "CHG-20261125-restart"
PROPOSED = "CHG-20261126-proposed"
LATER = "2026-11-28T10:00:00Z"
DUTIES = "2026-12-05T10:00:00Z"
EMERGENCY = {"incident": "INC-7", "justification": "Orders are lost every minute"}
RELEASE = "2026-q4-database"
RELEASED = {
    "type": "regular", "basis": "每季度一次", "changes": [CHANGE], "manager": "bob", "window": {"start": "2026-11-25T14:00:00Z", "end": "2026-11-25T16:00:00Z"},
    "description": "The supported version", "deployment": "先备库，后主库", "closes": ["PRB-3", "KE-12"],
    "artefacts": [{"name": "postgres 17.2", "digest": "sha256:" + "a" * 64}],
    "acceptance": {
        "role": "cab", "accepted_by": "carol", "accepted_on": "2026-11-24", "accepted_changes": digest_of_list([CHANGE]),
        "criteria": [{"criterion": "All tests pass", "result": "met", "evidence": "run 81"}, {"criterion": "A rehearsal within the limit", "result": "met"}],
    },
    "notices": [{"to": "商店客户", "by": "公告页", "sent": "2026-11-20"}, {"to": "Support desk"}],
}  # fmt: skip


def made_once(make: Callable[[Path], Office]) -> Callable[[Path], Office]:
    """Make an office once in this process, which takes seconds, and give everybody who asks a copy of it."""

    @cache
    def template() -> Path:
        folder = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return make(folder / "shop").root

    @wraps(make)
    def copied(where: Path) -> Office:
        office = Office.__new__(Office)
        office.root = Path(shutil.copytree(template(), where, symlinks=True))
        # git looks at the copied files once, and then knows that they are those of the commit
        office.git("update-index", "-q", "--refresh")
        return office

    return copied


@made_once
def released_office(where: Path) -> Office:
    """One change that is implemented."""
    office = Office(where)
    office.ask(CHANGE)
    office.approved()
    office.done("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    assert office.released().code == 0
    return office


@made_once
def busy_office(where: Path) -> Office:
    """One implemented and reviewed change, one emergency, one rejected, one withdrawn, one proposed on a branch."""
    office = Office(where)
    office.write("policies/models/restart.yaml", MODEL)
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"] |= {"organisation": "Example Bank 示例银行", "timezone": "Asia/Shanghai"}
    office.write("changeflow.yaml", config)
    office.commit("Settings")
    office.ask(REJECTED, title="Open the firewall")
    office.opinion("reject", "carol", REJECTED, words="Not without a plan")
    office.ask(WITHDRAWN, title="Move to another rack")
    office.opinion("withdraw", "alice", WITHDRAWN, words="No longer needed")
    office.ask(CHANGE, fixes=["PRB-3"])
    office.approved()
    office.done("gate", "approve", CHANGE, "--record", "--now", BEFORE)
    said = office.released()
    assert said.code == 0, said.out + said.err
    office.reviewed(follow_ups="[{action: Warm the cache first, owner: bob, due: 2026-12-03}]")
    urgent(office)
    office.ask(PROPOSED, branch="proposed", title="Raise the limits", window=window("2026-12-10"))
    return office


def urgent(office: Office) -> None:
    """An emergency that one approver let through, and whose retrospective approvals are missing."""
    path = f"changes/{office.ask(URGENT, title='Fail over to the replica', type='emergency', emergency=EMERGENCY)}/rfc.yaml"
    document = json.loads((office.root / path).read_text(encoding="utf-8"))
    del document["spec"]["window"]
    office.write(path, document)
    office.commit("It cannot wait")
    office.opinion("approve", "carol", URGENT, now=AFTER, words="Go")
    said = office.released(URGENT, now="2026-11-26T10:30:00Z")
    assert said.code == 0, said.out + said.err


def window(day: str) -> dict[str, str]:
    return {"start": f"{day}T14:00:00Z", "end": f"{day}T16:00:00Z"}


@made_once
def telling_office(where: Path) -> Office:
    """A busy office with a service that promises a level, a release, an incident, a baseline and an audit beside it."""
    office = busy_office(where)
    meta = {"apiVersion": "changeflow/v1"}
    db = json.loads((office.root / "cmdb/db.yaml").read_text(encoding="utf-8"))
    office.done("cmdb", "baseline", "before", "--as", "erin", "--now", LATER)
    shop = {
        "type": "service", "criticality": "tier1", "owner": "team-db", "environment": "production", "depends_on": [{"ci": "db"}],
        "service_level": {"target": 99.99, "period": "month"}, "status": "live",
    }  # fmt: skip
    office.write("cmdb/shop.yaml", {**meta, "kind": "ConfigurationItem", "metadata": {"id": "shop", "name": "网上商店"}, "spec": shop})
    blog = {**shop, "depends_on": []}
    del blog["service_level"]
    office.write("cmdb/blog.yaml", {**meta, "kind": "ConfigurationItem", "metadata": {"id": "blog"}, "spec": blog})
    db["spec"]["description"] = "PostgreSQL 17"
    office.write("cmdb/db.yaml", db)
    office.write(f"releases/{RELEASE}/release.yaml", {**meta, "kind": "Release", "metadata": {"id": RELEASE, "title": "数据库升级"}, "spec": RELEASED})
    incident = {"opened": "2026-11-27T10:00:00Z", "resolved": "2026-11-27T10:30:00Z", "items": ["db"], "caused_by": [CHANGE]}
    office.write("incidents/INC-9.yaml", {**meta, "kind": "Incident", "metadata": {"id": "INC-9", "name": "Slow"}, "spec": incident})
    office.commit("What papers tell of")
    office.done("cmdb", "baseline", "after", "--as", "erin", "--now", DUTIES)
    return office


AUDIT = "2026-12-05"


@made_once
def audited_office(where: Path) -> Office:
    """A telling office with an audit whose auditor found a difference and something that is not in the CMDB."""
    office = telling_office(where)
    office.done("cmdb", "audit", "--sample", "3", "--seed", "dice", "--auditor", "bob", "--now", DUTIES)
    path = office.root / f"cmdb/audits/{AUDIT}.yaml"
    text = path.read_text(encoding="utf-8").replace("found: unchecked", "found: agrees")
    before, _, blog = text.partition("ci: blog")
    found = f"recorded: live, found: differs, value: retired, corrected_by: {CHANGE}}}"
    text = f"{before}ci: blog{blog.replace('recorded: live}', found, 1)}"
    text = text.replace("  surplus: []", "  surplus: [{name: cache-9, type: cache, note: 机柜七}]") + "  conclusion: 记录基本可靠\n"
    path.write_text(text, encoding="utf-8")
    office.commit("Audit")
    return office
