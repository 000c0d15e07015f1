"""The state of the control: a host's settings around the gate, read and judged."""

from __future__ import annotations

from typing import Final

from changeflow.gate.control import judge
from changeflow.hosts.host import HostSettings, SettingsPart
from changeflow.model.answers.control import ControlAnswer
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
    """Return the state of the control, as far as `parts` go.

    Args:
        settings: of the host.
        config: names the main branch and the ledger.
        parts: the parts of the settings to read.
        patient: treat a setting that cannot be read as unknown, instead of raising.

    Raises:
        errors.HostFailed: when the host fails and `patient` is False.
    """
    branches = config.main_branch, config.ledger.branch
    return judge(*settings.read(*branches, parts, patient=patient))
