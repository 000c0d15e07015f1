"""Who starts a deployment, as a reason of the deploy gate.

Whether they may is what the policy says (attack A95).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from changeflow.gate.reasons import reason
from changeflow.model.answers.decision import Reason
from changeflow.model.deployer import Deployer


def deployer_reasons(facts: Mapping[str, Any], deployer: Deployer) -> Iterable[Reason]:
    """Return who starts it, for the record; nothing where no person was named.

    `facts` are those that conditions see.
    """
    if not facts["source"]:
        return
    if facts["known"]:
        data = {"told": _known(facts)}
        yield reason("deployer", "pass", "deployer.known", data)
    else:
        yield reason("deployer", "pass", "deployer.unknown", _unknown(deployer))


def _known(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who starts it, with their part in the change, and whether that is proven."""
    parts = [part for part in ("requester", "approver", "implementer") if facts[f"is_{part}"]]
    who: dict[str, Any] = {"code": "starts.person", "who": facts["id"]}
    if facts["account"]:
        who = {"code": "starts.account", "who": facts["id"], "account": facts["account"]}
    told = [who | ({"parts": parts} if parts else {"case": "none"})]
    if not facts["proven"]:
        told.append({"code": "starts.unproven"})
    return told


def _unknown(deployer: Deployer) -> dict[str, Any]:
    """Return what is known of a person whom the roster does not know."""
    if deployer.named_by_host and deployer.account is None:
        if deployer.login:
            return {"case": "unnumbered", "login": deployer.login}
        return {"case": "nameless"}
    if deployer.source == "stated" and deployer.login:
        return {"case": "stated", "login": deployer.login}
    who: dict[str, Any] = {"code": "starts.unlisted", "who": deployer.person}
    if deployer.account is not None:
        who |= {"case": "nameless", "account": deployer.account}
        if deployer.login:
            who |= {"case": "account", "login": deployer.login}
    return {"told": [who]}
