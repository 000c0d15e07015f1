"""Plans in any words: `helm template`, `kustomize build`, what a script prints."""

from __future__ import annotations

from changeflow.release.plan_formats.manifest_secrets import in_manifests
from changeflow.release.plan_formats.noise import is_refresh, without_noise
from changeflow.release.plan_formats.plan_text import Machine, finished, plain_text


def normalised(output: bytes, machine: Machine) -> str:
    """Return the lines in their order, without noise; values of Kubernetes' secrets are masked.

    Raises:
        NoPlanError: when there is nothing to read.
    """
    lines, secrets = in_manifests(plain_text(output).split("\n"), signed=False)
    kept: list[str] = []
    for line in lines:
        if not is_refresh(line):
            kept.append(without_noise(line, machine))
    return finished(kept, (*machine.secrets, *secrets))
