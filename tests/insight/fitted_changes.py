"""Changes whose trouble has known causes."""

from __future__ import annotations

import numpy as np

DIRECTIONS = {"incidents": "raises", "quiet_days": "lowers", "lead_hours": "free", "noise": "free"}


def changes(count: int = 4000, seed: int = 7) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return changes whose trouble comes from incidents and from short quiet, and from no noise."""
    draw = np.random.default_rng(seed)
    facts = {
        "incidents": np.floor(draw.exponential(4.0, count)),
        "quiet_days": np.round(draw.uniform(0.0, 60.0, count), 1),
        "lead_hours": np.round(draw.exponential(100.0, count), 2),
        "noise": np.round(draw.uniform(0.0, 10.0, count)),
    }
    log_odds = -4.0 + 0.5 * facts["incidents"] - 0.05 * facts["quiet_days"]
    label = draw.uniform(size=count) < 1.0 / (1.0 + np.exp(-log_odds))
    return facts, label
