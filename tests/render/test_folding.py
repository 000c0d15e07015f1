"""A folded picture counts every affected item once, and says what it stands for in every format."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pytest
from blasts import EVIL, impact, layered, wide

from changeflow.model.answers.impact import ImpactAnswer
from changeflow.render.graph import dot, mermaid
from changeflow.render.labels import Labels
from changeflow.render.overview import FOLDS, FoldName, overview, values_of
from changeflow.render.presentation import Presentation
from changeflow.render.svg import svg

SPACE = {"s": "http://www.w3.org/2000/svg"}
ESTATE = layered(600)
LABELS = Labels.of(ESTATE)
WHOLE = impact("item-0", graph=ESTATE)
TOTAL = len(WHOLE.affected)
CHINESE = Presentation("zh")


def strongest(most: int) -> ImpactAnswer:
    return replace(WHOLE, affected=WHOLE.affected[:most])


@pytest.mark.parametrize("fold", FOLDS)
def test_every_affected_item_is_counted_in_one_box(fold: FoldName) -> None:
    shown = overview(WHOLE, LABELS, fold)
    assert sum(box.count for box in shown.boxes) == shown.count == TOTAL > 500
    assert sum(row.count for row in shown.rows) == TOTAL
    assert sum(count for _, count in shown.columns) == TOTAL
    assert (
        sum(box.failing for box in shown.boxes)
        == sum(row.failing for row in shown.rows)
        == WHOLE.failing
    )
    assert len(shown.boxes) <= 30
    assert shown.unlisted == 0


@pytest.mark.parametrize("fold", FOLDS)
def test_a_box_is_a_distance_and_a_value(fold: FoldName) -> None:
    values = values_of(WHOLE, LABELS, fold)
    count = Counter((min(hit.hops, 5), values[hit.ci]) for hit in WHOLE.affected)
    shown = overview(WHOLE, LABELS, fold)
    own = {place: row.value for place, row in enumerate(shown.rows) if not row.others}
    for box in shown.boxes:
        if box.row in own:
            assert box.count == count[box.column + 1, own[box.row]]


def test_the_items_of_a_service_are_those_hit_through_it() -> None:
    services = values_of(WHOLE, LABELS, "service")
    for hit in WHOLE.affected:
        on_the_way = [ci for ci in hit.path[1:] if LABELS.types[ci] in ("service", "application")]
        assert services[hit.ci] == (on_the_way[-1] if on_the_way else None)


def test_a_flow_has_as_many_items_as_come_that_way() -> None:
    shown = overview(WHOLE, LABELS, "tier")
    direct = sum(flow.count for flow in shown.flows if flow.changed)
    assert direct == WHOLE.direct
    further = sum(1 for hit in WHOLE.affected if 1 < hit.hops <= 5)
    assert sum(flow.count for flow in shown.flows if not flow.changed) == further


def test_the_biggest_items_are_those_through_which_most_others_are_hit() -> None:
    through = Counter(ci for hit in WHOLE.affected for ci in hit.path[1:-1])
    for box in overview(WHOLE, LABELS, "tier").boxes:
        counts = [through[ci] for ci in box.biggest]
        assert counts == sorted(counts, reverse=True)


def test_tiers_are_in_their_order_and_other_values_by_their_count() -> None:
    tiers = [row.value for row in overview(WHOLE, LABELS, "tier").rows]
    assert tiers == ["tier1", "tier2", "tier3", "tier4", None]
    counts = [row.count for row in overview(WHOLE, LABELS, "owner").rows if not row.others]
    assert counts == sorted(counts, reverse=True)


def test_what_the_answer_does_not_list_is_said_to_be_uncounted() -> None:
    for text in (
        mermaid(strongest(TOTAL - 100)),
        svg(strongest(TOTAL - 100)),
        dot(strongest(TOTAL - 100), fold="tier"),
        dot(strongest(TOTAL - 100)),
    ):
        assert "100 more are affected less and not counted here" in text


@pytest.mark.parametrize("fold", FOLDS)
def test_a_folded_svg_is_well_formed_and_nothing_overlaps(fold: FoldName) -> None:
    root = ET.fromstring(svg(WHOLE, LABELS, CHINESE, fold))  # noqa: S314 - our own output
    boxes = []
    for group in root.findall("s:g", SPACE):
        found = group.find("s:rect", SPACE)
        assert found is not None
        boxes.append([int(found.attrib[key]) for key in ("x", "y", "width", "height")])
    assert len(boxes) == 1 + len(overview(WHOLE, LABELS, fold).boxes)
    for index, (x, y, width, height) in enumerate(boxes):
        assert x + width <= int(root.attrib["width"])
        assert y + height <= int(root.attrib["height"])
        for x2, y2, width2, height2 in boxes[index + 1 :]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


def test_few_items_are_folded_only_where_it_is_asked_for() -> None:
    few = impact("hub", graph=wide(20))
    assert "service-00007" in svg(few)
    assert "service-00007" in mermaid(few)
    assert "20 items" in svg(few, fold="tier")
    assert "service-00007" not in mermaid(few, fold="tier")


def test_a_picture_of_a_hundred_items_is_folded_and_one_that_may_not_be_has_all() -> None:
    many = impact("hub", graph=wide(100))
    assert "service-00099" not in svg(many)
    assert "100 items" in svg(many)
    assert svg(many, fold="none").count("service-000") >= 100


def test_dot_has_a_cluster_for_each_environment_and_every_item_once() -> None:
    drawn = dot(WHOLE, LABELS)
    assert re.findall(r'subgraph cluster_\d+ \{\n    label="([^"]+)"', drawn) == [
        "production",
        "staging",
    ]
    assert len(re.findall(r"^  n\d+ \[", drawn, re.MULTILINE)) == 1 + TOTAL
    assert len(re.findall(r"^  n\d+ -> n\d+", drawn, re.MULTILINE)) == TOTAL


def test_an_estate_without_environments_has_clusters_of_services() -> None:
    bare = Labels(types=LABELS.types)
    assert "subgraph cluster_" in dot(WHOLE, bare)
    assert "subgraph cluster_" not in dot(WHOLE)
    assert "subgraph cluster_" not in dot(WHOLE, LABELS, fold="none")


@pytest.mark.parametrize("fold", [None, "none", *FOLDS])
def test_names_of_a_million_characters_are_cut(fold: FoldName | None) -> None:
    huge = Labels(
        names={hit.ci: "支付" * 500_000 for hit in WHOLE.affected[:3]},
        environments={WHOLE.affected[0].ci: "x" * 1_000_000},
    )
    for drawn in (
        mermaid(WHOLE, huge, fold=fold),
        dot(WHOLE, huge, fold=fold),
        svg(WHOLE, huge, fold=fold),
    ):
        assert len(drawn) < 1_200_000
        assert "支付" * 40 not in drawn


@pytest.mark.parametrize("fold", FOLDS)
def test_hostile_values_break_out_of_no_picture(fold: FoldName) -> None:
    hits = [replace(hit, owner=EVIL) for hit in WHOLE.affected]
    evil = replace(WHOLE, affected=tuple(hits))
    every = {hit.ci: EVIL for hit in hits}
    labels = Labels(every, every, every, dict.fromkeys(every, "service"))
    assert "<script>" not in mermaid(evil, labels, fold=fold)
    assert "<script>" not in svg(evil, labels, fold=fold)
    for text in (
        mermaid(evil, labels, fold=fold),
        svg(evil, labels, fold=fold),
        dot(evil, labels, fold=fold),
    ):
        assert "\u202e" not in text
    for line in dot(evil, labels, fold=fold).splitlines():
        assert len(re.findall(r'(?<!\\)"', line)) % 2 == 0
