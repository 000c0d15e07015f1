"""How an answer names things and times for its reader, alike wherever they stand."""

from __future__ import annotations

from datetime import UTC

from blasts import LABELS, impact

from changeflow.render import impact as impacts
from changeflow.render.presentation import Presentation


def test_the_page_of_an_impact_names_items_as_every_other_answer_does() -> None:
    page = impacts.html(impact("payments-db"), LABELS, Presentation("zh"))
    assert "Payments gateway (payments-api)" in page
    assert "（payments-api）" not in page


def test_the_period_of_a_service_level_reads_as_chinese() -> None:
    said = Presentation("zh", UTC).says(
        "sla.left", ci="pay", start="2026-12-01T00:00:00Z", period="month", budget=44, target=99, left=1
    )
    assert said == "pay：自 2026-12-01 周二 00:00 +00:00 起（按月计），停机预算 44 分钟（99%），余额 1 分钟"
