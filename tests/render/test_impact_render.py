"""A blast radius says the same in every format, and hostile names break out of none."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from blasts import EVIL, LABELS, assessment, impact, layered, wide
from markdown_it import MarkdownIt

from changeflow.model.answers.impact import AffectedGroup, AffectedGroups
from changeflow.render import assessment as assessments
from changeflow.render import impact as impacts
from changeflow.render.graph import MOST_CHARACTERS, MOST_EDGES, dot, mermaid
from changeflow.render.labels import Labels
from changeflow.render.overview import FOLDS, overview
from changeflow.render.svg import figure, svg

TESTS = Path(__file__).parents[1]


def test_text_tells_direct_from_transitive_and_names_the_strongest_path() -> None:
    text = impacts.text(impact("payments-db"), LABELS)
    direct, further = text.split("Further away")
    assert "3 items are affected" not in text
    assert "4 items are affected, 3 of them fail: 2 directly, 2 further away" in direct
    assert re.search(r"1\.00 +payments-api \(Payments gateway\) +tier1 +team-payments +payments-api <- payments-db, hard$", direct, re.MULTILINE)
    assert "reports (planned)" in direct
    assert "checkout <- payments-api, hard <- payments-db, hard" in further


@pytest.mark.parametrize(("failing", "said"), [(0, "tier1 3"), (1, "tier1 3 (1 fails)"), (2, "tier1 3 (2 fail)")])
def test_a_group_of_which_one_item_fails_is_told_in_the_singular(failing: int, said: str) -> None:
    groups = AffectedGroups(criticality=(AffectedGroup(name="tier1", affected=3, direct=1, failing=failing),))
    assert f"By tier: {said}\n" in impacts.text(replace(impact("payments-db"), groups=groups), LABELS)


def test_chinese_names_keep_the_columns_in_line() -> None:
    further = impacts.text(impact("payments-db"), LABELS).split("Further away\n")[1].splitlines()
    starts = [len(line.encode("gb18030")) - len(line[line.index("tier1"):].encode("gb18030")) for line in further if "checkout (" in line]
    heading = further[0].index("tier")
    assert starts == [heading]  # GB 18030 spends two bytes where a terminal spends two cells


def test_text_says_when_nothing_is_hit_and_how_deep_it_looked() -> None:
    assert "nothing else is affected" in impacts.text(impact("frontend"))
    assert "(within 1 step)" in impacts.text(impact("payments-db", depth=1))


def test_json_is_the_contract_and_nothing_else() -> None:
    answer = json.loads(impacts.as_json(impact("payments-db", depth=1), LABELS))
    assert list(answer) == [
        "schema", "changed", "depth", "affected_total", "affected", "fail_together", "only_together", "groups",
        "services_total", "services", "upstream",
    ]  # fmt: skip
    assert answer["affected"][0] == {
        "ci": "payments-api", "score": 1.0, "hops": 1, "path": ["payments-db", "payments-api"],
        "criticality": "tier1", "owner": "team-payments",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in impacts.FORMATS if name != "json"])
def test_no_format_lets_a_hostile_name_out(name: str) -> None:
    shown = impacts.FORMATS[name](impact(), LABELS)
    # the page has a script of its own
    assert shown.count("<script>") == (name == "html") or name in ("text", "dot")
    assert "\u202e" not in shown
    assert shown.endswith("\n")


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_may_do_nothing_and_holds_hostile_text_as_text() -> None:
    page = Page(assessments.html(assessment(), LABELS))
    assert not page.tags & {"script", "iframe", "img", "a", "link", "object", "form", "base"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("href", "src", "style")]
    policy = next(value for name, value in page.attributes if name == "content" and value and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script>alert(1)</script> @org/team closes #1" in page.text
    assert "结账服务" in page.text


def test_the_policy_pins_the_very_style_sheet_of_the_page() -> None:
    source = impacts.html(impact(), LABELS)
    style = source.split("<style>")[1].split("</style>")[0]
    pin = f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
    assert any(pin in (value or "") for _, value in Page(source).attributes)


@pytest.mark.parametrize("source", [impacts.markdown(impact(), LABELS), assessments.markdown(assessment(), LABELS)])
def test_markdown_holds_one_picture_and_no_reference_of_the_writer(source: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(source)
    assert [token.info for token in tokens if token.type == "fence"] == ["mermaid"]
    assert {token.tag for token in tokens if token.type == "heading_open"} == {"h3"}
    inline = [child for token in tokens for child in token.children or ()]
    assert not [child for child in inline if child.type in ("link_open", "image")]
    raw = {child.content for child in inline if child.type == "html_inline"}
    assert raw <= {"<code>", "</code>"}
    blocks = "".join(token.content for token in tokens if token.type == "html_block")
    assert set(re.findall(r"<[^>]+>", blocks)) <= {"<details>", "</details>", "<summary>", "</summary>"}
    assert not re.search(r"@org|closes #1", re.sub(r"<code>.*?</code>|`[^`]*`", "", source, flags=re.DOTALL))


def test_mermaid_keeps_within_what_hosts_draw_and_says_what_is_folded() -> None:
    for count in (MOST_EDGES + 1, 1_000, 5_000):
        many = mermaid(impact("hub", graph=wide(count)))
        assert len(many) <= MOST_CHARACTERS
        assert f"{count:,} items are folded into 1 box" in many
        assert f"-->|{count}|" in many
    assert mermaid(impact("hub", graph=wide(MOST_EDGES))).count("-->") == MOST_EDGES
    wordy = wide(450, name="«" * 200)
    long = mermaid(impact("hub", graph=wordy), Labels.of(wordy))
    assert len(long) <= MOST_CHARACTERS
    assert "450 items are folded" in long


def test_mermaid_that_may_not_fold_draws_the_strongest_and_says_what_is_left_out() -> None:
    many = mermaid(impact("hub", graph=wide(1_000)), fold="none")
    assert many.count("-->") == MOST_EDGES
    assert len(many) <= MOST_CHARACTERS
    assert f"{1_000 - MOST_EDGES} more items are affected less and not drawn" in many


def test_mermaid_of_hundreds_of_changed_items_still_fits() -> None:
    for fold in (None, "none", "owner"):
        huge = mermaid(impact(*(f"{'x' * 190}-{index}" for index in range(400))), fold=fold)  # type: ignore[arg-type]  # names of foldings
        assert len(huge) <= MOST_CHARACTERS
        assert ("400 items are changed" in huge) == (fold != "none")


def test_a_small_picture_has_every_item_once_and_an_arrow_each() -> None:
    drawn = mermaid(impact(), LABELS)
    assert len(re.findall(r'^  n\d+\["', drawn, re.MULTILINE)) == 2 + len(impact().affected)
    assert len(re.findall(r"^  n\d+ (?:-->|-\.->|==>)", drawn, re.MULTILINE)) == len(impact().affected)


@pytest.mark.parametrize("answer", [impact(), impact("frontend"), impact("hub", graph=wide(50)), impact("cache-1", "cache-2")])
def test_svg_is_well_formed_has_every_item_and_no_overlap(answer: impacts.ImpactAnswer) -> None:
    root = ET.fromstring(svg(answer, LABELS))  # noqa: S314 - our own output
    space = {"s": "http://www.w3.org/2000/svg"}
    groups = root.findall("s:g", space)
    assert len(groups) == len(answer.changed) + len(answer.affected)
    boxes = [tuple(int(group.find("s:rect", space).attrib[key]) for key in ("x", "y", "width", "height")) for group in groups]  # type: ignore[union-attr]  # each group has one
    for index, (x, y, width, height) in enumerate(boxes):
        assert x + width <= int(root.attrib["width"])
        assert y + height <= int(root.attrib["height"])
        for x2, y2, width2, height2 in boxes[index + 1 :]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


def test_dot_is_accepted_by_graphviz() -> None:
    if shutil.which("dot") is None:
        pytest.skip("graphviz is not installed (apt install graphviz)")
    done = subprocess.run(["dot", "-Tplain"], input=dot(impact(), LABELS), encoding="utf-8", capture_output=True, check=True)
    assert done.stdout.count("\nnode ") == 2 + len(impact().affected)


def test_dot_of_thousands_of_items_and_of_hostile_names_is_accepted_by_graphviz() -> None:
    if shutil.which("dot") is None:
        pytest.skip("graphviz is not installed (apt install graphviz)")
    estate = layered(5_000)
    whole, labels = impact("item-0", graph=estate), Labels.of(estate)
    evil = Labels(dict.fromkeys((hit.ci for hit in whole.affected), EVIL + "\\"), environments=dict.fromkeys((hit.ci for hit in whole.affected), EVIL))
    for drawn in (dot(whole, labels), dot(whole, evil)):
        # reads everything, and says that it lays out nothing, which would take half a minute
        done = subprocess.run(["dot", "-Tcanon", "-Knop"], input=drawn, encoding="utf-8", capture_output=True, check=False)
        assert done.stdout.count("->") == len(whole.affected)
        assert "syntax" not in done.stderr
    for fold in FOLDS:
        done = subprocess.run(["dot", "-Tsvg"], input=dot(whole, evil, fold=fold), encoding="utf-8", capture_output=True, check=True)
        assert done.stdout.count('class="node"') == 2 + len(overview(whole, evil, fold).boxes)


def test_dot_quotes_what_would_end_a_label() -> None:
    label = next(line for line in dot(impact(), LABELS).splitlines() if "n4 [" in line or "script" in line)
    assert '\\"]; %%' in label


def test_an_assessment_reads_from_class_to_conflicts() -> None:
    text = assessments.text(assessment(), LABELS)
    marks = ["Class: significant", "Risk: high, 41 of 100", "tier1-affected", "-4", "Direct", "Further away", "2 x", "Conflicts"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "\u202e" not in text
    assert EVIL not in text
    assert all(line.isprintable() for line in text.splitlines())


def test_an_assessment_without_seats_or_conflicts_says_so() -> None:
    quiet = assessment(approvals=[], conflicts=[])
    for show in (assessments.text, assessments.markdown, assessments.html):
        assert "policy asks for no approval" in show(quiet)
        assert "with no other open change" in show(quiet)


def test_a_rule_that_cannot_be_asked_is_never_shown_as_asking_for_nothing() -> None:
    rule = {"rule": "quorum", "outcome": "error", "message": "Two members (cannot be decided)"}
    broken = assessment(approvals=[], policy={"gate": "approve", "rules": [rule]})
    for show in (assessments.text, assessments.markdown, assessments.html):
        assert "policy asks for no approval" not in show(broken)
        assert "cannot be told: quorum: Two members" in show(broken)
    assert "cannot be told: quorum" in assessments.text(assessment(policy=broken.policy))


def test_the_json_of_an_assessment_has_the_keys_of_the_contract() -> None:
    answer = json.loads(assessments.as_json(assessment()))
    assert set(answer) == {
        "schema", "change", "digest", "type", "risk", "impact", "approvals", "conflicts", "conflicts_total", "freezes", "policy", "inputs",
    }  # fmt: skip
    assert set(answer["risk"]["factors"][0]) == {"id", "points", "source", "reason", "values"}


SCRIPT = """
from blasts import LABELS, assessment, impact
from changeflow.render import assessment as a, impact as i
print([show(impact(), LABELS) for show in i.FORMATS.values()], [show(assessment(), LABELS) for show in a.FORMATS.values()])
"""


def test_every_format_gives_the_same_bytes_under_any_hash_seed() -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(TESTS), "PATH": ""}, capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(seen) == 1


def test_items_with_equal_scores_are_sorted_by_their_tier() -> None:
    answer = impact("hub", graph=wide(30))
    tiers = [(-hit.score, hit.criticality or "unknown") for hit in impacts.strongest_first(answer)]
    assert tiers == sorted(tiers)


def test_the_strength_of_an_edge_stands_on_the_side_its_line_does_not_come_from() -> None:
    root = ET.fromstring(svg(impact(), LABELS))  # noqa: S314 - our own output
    space = {"s": "http://www.w3.org/2000/svg"}
    lines = [one.attrib["d"] for one in root.findall("s:path", space) if one.attrib["d"].startswith("M") and " C" in one.attrib["d"]]
    labels = [one for one in root.findall("s:text", space) if one.attrib.get("text-anchor") == "end"]
    assert len(lines) == len(labels) > 2
    for line, label in zip(lines, labels, strict=True):
        start, end = int(line.split()[1].split("C")[0]), int(line.split()[-1])
        assert (int(label.attrib["y"]) > end) == (start < end)
        assert label.attrib["paint-order"] == "stroke"


def test_arrows_are_arrows_on_a_page_and_backticks_are_code() -> None:
    page = impacts.html(impact("payments-db"), LABELS)
    assert "payments-api ← payments-db, hard" in page
    assert "&lt;-" not in page


def size_of(picture: str) -> tuple[int, int]:
    """The width in which a picture is laid out, and the one in which it is shown."""
    box = re.search(r'viewBox="0 0 (\d+) \d+" width="(\d+)"', picture)
    assert box is not None
    return int(box[1]), int(box[2])


def test_a_page_holds_a_picture_that_can_be_read_and_its_whole_legend_below(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, legend = str(figure(impact("payments-db"), LABELS)).split("</div>")
    assert "fails (score 1)" not in picture
    assert legend.count("<li>") == 4
    for page, share in ((5_000, 1.0), (100, 0.8)):
        monkeypatch.setattr("changeflow.render.svg._PAGE", page)
        wide, shown = size_of(str(figure(impact("payments-db"), LABELS)))
        assert shown == round(wide * share), "smaller letters could not be read, and larger ones are not needed"


def test_a_picture_in_a_file_is_as_wide_as_its_legend() -> None:
    picture = svg(impact("payments-db"), LABELS)
    letters = re.findall(r'<text x="(\d+)"[^>]* font-size="11" fill="#475467">([^<]*)<', picture)
    assert len(letters) >= 4
    assert max(int(x) + len(text) * 6 for x, text in letters) <= size_of(picture)[0]
