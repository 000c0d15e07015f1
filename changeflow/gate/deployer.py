"""Who starts a deployment, as a reason of the deploy gate.

Whether they may is what the policy says (attack A95).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from changeflow.gate.reasons import worded_reason
from changeflow.model.answers.decision import Reason
from changeflow.model.deployer import Deployer


def deployer_reasons(facts: Mapping[str, Any], deployer: Deployer) -> Iterable[Reason]:
    """Return who starts it, for the record; nothing where no person was named.

    `facts` are those that conditions see.
    """
    if not facts["source"]:
        return
    shown = f"`{deployer.login}`" if deployer.login else "nobody named"
    if facts["known"]:
        parts = [part for part in ("requester", "approver", "implementer") if facts[f"is_{part}"]]
        account = f" (GitHub account {facts['account']})" if facts["account"] else ""
        text = f"{facts['id']}{account} starts it: {', '.join(parts) or 'no part in the change'}"
        if not facts["proven"]:
            text = f"{text}; stated and not proven"
        yield worded_reason("deployer", "pass", "deployer.known", text)
    elif deployer.named_by_host and deployer.account is None:
        text = f"{shown} starts it, and GitHub does not tell the number of that account here"
        hint = "start a new run instead of running somebody else's again"
        yield worded_reason("deployer", "pass", "deployer.unknown", text, hint)
    elif deployer.source == "stated" and deployer.login:
        text = (
            f"{shown} is named as who starts it, and neither a key nor a commit of theirs says so"
        )
        yield worded_reason(
            "deployer",
            "pass",
            "deployer.unknown",
            text,
            "sign with a key of theirs: --key FILE or CHANGEFLOW_KEY",
        )
    else:
        account = f"`{deployer.person}`"
        if deployer.account is not None:
            account = f"GitHub account {deployer.account}, {shown}"
        text = f"{account}, starts it and is nobody the roster knows"
        yield worded_reason(
            "deployer",
            "pass",
            "deployer.unknown",
            text,
            "the roster lists accounts by number: `github_id`, `accounts`",
        )
