"""An office with keys and changes of every stratum, of which an audit is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.register.office import AFTER, BEFORE, CHANGE, SignedOffice, step
from tests.report.papers import EMERGENCY, window

URGENT = "CHG-20261122-failover"
BACK = "CHG-20261123-rolled-back"
SUNDAY = "CHG-20261124-sunday"
OPEN = "CHG-20261125-open"
HOSTILE = "CHG-20261126-hostile"
TITLE = "</title><script>alert(1)</script> `x` | [a](javascript:alert(1)) =cmd"
DUTIES = "2026-12-20T10:00:00Z"
EFFECTS = dict.fromkeys(("customers", "availability", "capacity", "continuity", "security", "cost"), "None to be expected")


def audited_office(where: Path) -> SignedOffice:
    """A clean change, an emergency, one that was rolled back, one of a Sunday, one that is open, and one with hostile words."""
    office = SignedOffice(where)
    config = json.loads((office.root / "changeflow.yaml").read_text(encoding="utf-8"))
    config["spec"] |= {"organisation": "Example Bank 示例银行", "timezone": "Asia/Shanghai"}
    office.write("changeflow.yaml", config)
    office.commit("Settings")
    failing = {"steps": [step("Promote") | {"run": ["false"]}]}
    _asked(office, BACK, "2026-11-24", implementation=failing)
    _asked(office, CHANGE, "2026-11-25")
    _asked(office, SUNDAY, "2026-11-29")
    _released(office, BACK, "2026-11-24T14:10:00Z", code=1)
    _released(office, CHANGE, "2026-11-25T14:10:00Z")
    office.reviewed()
    _urgent(office)
    _released(office, SUNDAY, "2026-11-29T14:10:00Z")
    office.ask(OPEN, title="Raise the limits", effects=EFFECTS)
    office.ask(HOSTILE, title=TITLE, reason="=HYPERLINK(1)", effects=EFFECTS)
    return office


def _asked(office: SignedOffice, name: str, day: str, **spec: Any) -> None:
    """A request that everybody approved who is asked."""
    office.ask(name, window=window(day), effects=EFFECTS, **spec)
    office.approved(name)
    office.done("gate", "approve", name, "--record", "--now", BEFORE, CHANGEFLOW_KEY=str(office.keys.files["alice"]))


def _released(office: SignedOffice, name: str, at: str, *, code: int = 0) -> None:
    said = office.released(name, now=at)
    assert said.code == code, said.out + said.err


def _urgent(office: SignedOffice) -> None:
    """An emergency that one approver let through, and whose retrospective approvals are missing."""
    path = f"changes/{office.ask(URGENT, title='Fail over to the replica', type='emergency', emergency=EMERGENCY, effects=EFFECTS)}/rfc.yaml"
    document = json.loads((office.root / path).read_text(encoding="utf-8"))
    del document["spec"]["window"]
    office.write(path, document)
    office.commit("It cannot wait")
    office.opinion("approve", "carol", URGENT, now=AFTER, words="Go")
    said = office.released(URGENT, now="2026-11-26T10:30:00Z")
    assert said.code == 0, said.out + said.err
