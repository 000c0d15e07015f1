"""Was the control working? Read a host's settings around the gate, and judge them."""

from __future__ import annotations

from typing import Final

from changeflow.gate.control import judge
from changeflow.hosts.host import HostSettings, SettingsPart
from changeflow.model.answers import ControlAnswer
from changeflow.model.config import ConfigSpec

EVERYTHING: Final[tuple[SettingsPart, ...]] = (
    "main",
    "owners",
    "ledger",
    "environment",
    "bypass",
)


def control_of(
    settings: HostSettings,
    config: ConfigSpec,
    parts: tuple[SettingsPart, ...] = EVERYTHING,
    *,
    patient: bool = False,
) -> ControlAnswer:
    """The state of the control, as far as `parts` go.

    Args:
        settings: of the host.
        config: names the main branch and the ledger.
        parts: what to look at.
        patient: take what cannot be read for unknown, instead of raising.

    Raises:
        errors.HostFailed: when the host fails and nobody is patient.
    """
    branches = config.main_branch, config.ledger.branch
    return judge(*settings.read(*branches, parts, patient=patient))
