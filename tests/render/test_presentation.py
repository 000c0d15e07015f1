"""How an answer names things and times for its reader, alike wherever they stand."""

from __future__ import annotations

from datetime import UTC

from blasts import LABELS, impact

from changeflow.render import impact as impacts
from changeflow.render.decision import what_is_missing
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


def test_seats_that_nobody_can_fill_are_told_in_the_words_of_the_reader() -> None:
    missing = what_is_missing(("cab: 2 needed", "maintenance-window"))
    english = "agreement alone cannot open this gate: cab: 2 needed; maintenance-window"
    assert Presentation().says("decision.not_by_agreement", why=missing) == english
    assert "cab 需要 2 人；maintenance-window" in Presentation("zh").says("decision.not_by_agreement", why=missing)
