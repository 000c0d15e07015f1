"""An office with changes of every end, of which papers are made."""

from __future__ import annotations

import json
from pathlib import Path

from tests.register.office import AFTER, BEFORE, CHANGE, MODEL, Office

URGENT = "CHG-20261122-failover"
REJECTED = "CHG-20261123-refused"
WITHDRAWN = "CHG-20261124-taken-back"
ROUTINE = "CHG-20261125-restart"
PROPOSED = "CHG-20261126-proposed"
LATER = "2026-11-28T10:00:00Z"
DUTIES = "2026-12-05T10:00:00Z"
EMERGENCY = {"incident": "INC-7", "justification": "Orders are lost every minute"}


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
