"""The page of a blast radius, opened and used in a real browser: it searches, folds, shows paths, and asks nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from blasts import EVIL, impact, layered, wide

from changeflow.model.answers.impact import ImpactAnswer
from changeflow.render import impact as impacts
from changeflow.render.labels import Labels
from changeflow.render.presentation import Presentation
from tests.browser import Browser, Page, browsing, installed

ESTATE = layered(700)
WHOLE = impact("item-0", graph=ESTATE)
LABELS = Labels.of(ESTATE)
TOTAL = len(WHOLE.affected)
CHINESE = Presentation("zh")
# what shows that text of a document was taken for more than text
BROKEN = "document.title === 'broken' || Boolean(document.querySelector('img, iframe, [onerror]'))"
TEXTS = "[...document.querySelectorAll('#boxes .box')].map((box) => box.innerText.replace(/\\s+/g, ' '))"


def page_of(
    answer: ImpactAnswer = WHOLE, labels: Labels = LABELS, to: Presentation | None = None
) -> str:
    return impacts.html(answer, labels, to or Presentation())


def data_of(source: str) -> dict[str, object]:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', source, re.DOTALL
    )
    assert found is not None
    return dict(json.loads(found[1]))


def hostile() -> tuple[ImpactAnswer, Labels]:
    """The estate with names, owners and environments that try to end the script or to run."""
    bad = [
        "</script><script>document.title='broken'</script>",
        '"><img src=x onerror="document.title=1">',
        "<!--<script>",
        EVIL,
        "\u202eabc",
        "' + alert(1) + '",
        "\u2028",
    ]
    names = {hit.ci: bad[place % len(bad)] for place, hit in enumerate(WHOLE.affected)}
    names[WHOLE.affected[1].ci] = "支" * 1_000_000
    hits = [replace(hit, owner=names[hit.ci][:300]) for hit in WHOLE.affected]
    return replace(WHOLE, affected=tuple(hits)), Labels(names, {}, names, names)


def test_the_page_lists_every_item_once_by_distance_for_people_without_a_script() -> None:
    source = page_of()
    table = source[source.index('id="table"') :]
    for hit in WHOLE.affected:
        assert len(re.findall(rf"[>(]{hit.ci}[)<,]", table)) == 1
    assert table.index("direct: ") < table.index("2 steps: ") < table.index("3 steps: ")
    assert "<svg xmlns" in source


def test_the_data_of_the_page_is_the_answer() -> None:
    data = data_of(page_of())
    items, changed = data["items"], data["changed"]
    assert isinstance(items, list)
    assert changed == 1
    assert len(items) == 1 + TOTAL
    for hit, item in zip(WHOLE.affected, items[1:], strict=True):
        assert (item[0], item[8], item[9], items[item[10]][0]) == (
            hit.ci,
            hit.score,
            hit.hops,
            hit.path[-2],
        )


def test_a_page_of_five_thousand_items_is_below_two_megabytes() -> None:
    estate = layered(5_000)
    source = page_of(impact("item-0", graph=estate), Labels.of(estate))
    assert len(source.encode()) < 2_000_000
    assert len(data_of(source)["items"]) > 4_900  # type: ignore[arg-type]  # a list


def test_a_page_of_nothing_has_no_script() -> None:
    source = page_of(impact("frontend"))
    assert "nothing else is affected" in source
    assert "script-src" not in source


def test_hostile_text_stays_text_in_the_source_and_a_million_characters_are_cut() -> None:
    source = page_of(*hostile())
    assert source.count("</script>") == 2
    assert "\u202e" not in source
    assert "\u2028" not in source
    assert "支" * 100 not in source
    assert len(source) < 1_500_000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = installed()
    if program is None:
        pytest.skip("no browser is installed (Debian: the package `chromium`)")
    with browsing(program, tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Page:
    """The page of the estate, or that of the test's parameter, on a desk."""
    browser.seen.clear()
    page = browser.page()
    page.size(1280, 900)
    file = tmp_path / "impact.html"
    file.write_text(getattr(request, "param", None) or page_of(), "utf-8")
    page.open(file)
    return page


def boxes(page: Page) -> list[str]:
    return list(page.does(TEXTS))


def asks_nobody(page: Page) -> None:
    """Nothing was asked for but the file, the policy was kept, and no script failed."""
    asked = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
    assert len(asked) == 1
    assert asked[0].startswith("file:")
    assert page.events("Log.entryAdded") == []
    assert page.events("Runtime.exceptionThrown") == []


def test_the_page_opens_folded_and_shows_few_boxes_at_once(opened: Page) -> None:
    assert 10 <= len(boxes(opened)) <= 60
    assert opened.does("getComputedStyle(document.querySelector('.static')).display") == "none"
    asks_nobody(opened)


def test_a_search_counts_jumps_and_shows_the_path(opened: Page) -> None:
    opened.click("#search")
    opened.type("服务 33")
    wanted = sum("服务 33" in (LABELS.names.get(hit.ci) or "") for hit in WHOLE.affected)
    assert opened.does("document.getElementById('found').textContent") == f"{wanted} found"
    opened.press("Enter", 13)
    opened.press("Enter", 13)
    assert opened.does("document.getElementById('found').textContent") == f"2 of {wanted}"
    chosen = opened.does("document.querySelector('#boxes .selected .id').textContent")
    path = next(hit.path for hit in WHOLE.affected if hit.ci == chosen)
    shown = opened.does(
        "[...document.querySelectorAll('#facts .path button')].map((one) => one.textContent)"
    )
    assert shown == [LABELS.names.get(ci, ci) for ci in path]
    assert opened.does("document.querySelectorAll('#lines .onpath').length") == len(path) - 1
    centred = "(() => { const a = document.querySelector('#boxes .selected').getBoundingClientRect(), b = document.getElementById('stage').getBoundingClientRect(); return a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom; })()"
    assert opened.does(centred)
    asks_nobody(opened)


def test_a_search_for_nothing_says_so(opened: Page) -> None:
    opened.click("#search")
    opened.type("no such item")
    assert opened.does("document.getElementById('found').textContent") == "0 found"
    assert opened.does("document.getElementById('hits').hidden")


def test_a_box_unfolds_shows_more_and_folds_again(opened: Page) -> None:
    before, items = boxes(opened), "document.querySelectorAll('#boxes .item').length"
    few = opened.does(items)
    opened.click("#boxes .group")
    assert opened.does(items) == few + 10
    opened.does("document.querySelector('#boxes .more').click()")
    assert opened.does(items) > few + 10
    opened.does("document.querySelector('#boxes .group[aria-expanded=true]').click()")
    assert boxes(opened) == before


@pytest.mark.parametrize(
    ("fold", "said"),
    [
        ("owner", "team-"),
        ("environment", "production: "),
        ("service", "others: "),
        ("none", ""),
    ],
)
def test_items_are_folded_by_what_is_chosen_and_all_are_counted(
    opened: Page, fold: str, said: str
) -> None:
    opened.does(
        f"(() => {{ const one = document.getElementById('fold'); one.value = '{fold}'; one.dispatchEvent(new Event('change')); }})()"
    )
    headings = opened.does(
        "[...document.querySelectorAll('.heading:not(.main)')].map((one) => one.textContent)"
    )
    assert any(said in heading for heading in headings) or fold == "none"
    columns = opened.does(
        "[...document.querySelectorAll('.heading.main')].map((one) => one.textContent)"
    )
    assert sum(int(text.split(": ")[1].replace(",", "")) for text in columns) == 1 + TOTAL
    assert len(boxes(opened)) < 150
    asks_nobody(opened)


def test_the_picture_is_pushed_zoomed_and_walked_with_keys(opened: Page) -> None:
    where = "document.getElementById('paper').style.transform"
    first = opened.does(where)
    opened.drag((700, 780), (500, 700))
    second = opened.does(where)
    opened.ask("Input.dispatchMouseEvent", type="mouseWheel", x=600, y=500, deltaX=0, deltaY=-240)
    third = opened.does(f"new Promise((done) => setTimeout(() => done({where}), 100))")
    opened.does("document.getElementById('stage').focus()")
    opened.press("ArrowRight", 39)
    fourth = opened.does(where)
    opened.press("0", 48)
    assert len({first, second, third, fourth}) == 4
    assert opened.does(where) == first


def test_two_fingers_zoom_and_one_pushes(opened: Page) -> None:
    opened.size(375, 812, phone=True)
    scale = "Number(document.getElementById('paper').style.transform.match(/scale\\((.*)\\)/)[1])"
    # the page is longer than the phone
    opened.does("document.getElementById('stage').scrollIntoView({block: 'center'})")
    before = opened.does(scale)
    for kind, apart in (("touchStart", 40), ("touchMove", 80), ("touchMove", 120)):
        points = [
            {"x": 180 - apart / 2, "y": 500, "id": 1},
            {"x": 180 + apart / 2, "y": 500, "id": 2},
        ]
        opened.ask("Input.dispatchTouchEvent", type=kind, touchPoints=points)
    opened.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    assert opened.does(scale) > before * 1.5


@pytest.mark.parametrize("opened", [page_of(to=CHINESE)], indirect=True)
def test_everything_fits_a_phone_and_can_be_touched(opened: Page) -> None:
    opened.size(375, 812, phone=True)
    opened.does("document.querySelector('#boxes .group').click()")
    opened.does("document.querySelector('#boxes .item').click()")
    assert opened.does("document.documentElement.scrollWidth") == 375
    small = "[...document.querySelectorAll('.app button, .app select, .app input')].filter((one) => one.offsetParent && !one.closest('[hidden]')).map((one) => [one.id || one.className, one.getBoundingClientRect()]).filter(([, box]) => box.width < 43.9 || box.height < 43.9).map(([name, box]) => `${name} ${box.width} ${box.height}`)"
    assert opened.does(small) == []
    outside = "[...document.querySelectorAll('.bar button, .bar select, .bar input')].filter((one) => one.getBoundingClientRect().right > 375).length"
    assert opened.does(outside) == 0
    assert "变更" in opened.does("document.body.innerText")
    asks_nobody(opened)


@pytest.mark.parametrize("opened", [page_of(*hostile())], indirect=True)
def test_hostile_names_are_shown_as_they_are_written(opened: Page) -> None:
    opened.click("#search")
    opened.type("</script>")
    opened.press("Enter", 13)
    assert "</script>" in opened.does(
        "document.querySelector('#boxes .selected .name').textContent"
    )
    assert "</script>" in opened.does("document.getElementById('facts').innerText")
    assert not opened.does(BROKEN)
    asks_nobody(opened)


def test_the_policy_lets_nothing_else_run_or_load(opened: Page) -> None:
    tried = """(() => {
      const told = [];
      addEventListener("securitypolicyviolation", (event) => told.push(event.effectiveDirective));
      const script = document.createElement("script"), picture = new Image();
      try { script.textContent = "document.title = 'broken'"; } catch { told.push("typed"); }
      picture.src = "https://example.invalid/x.png";
      document.body.append(script, picture);
      try { document.body.insertAdjacentHTML("beforeend", "<b>"); } catch { told.push("markup"); }
      return new Promise((done) => setTimeout(() => done(told), 300));
    })()"""
    told = opened.does(tried)
    assert {"img-src", "markup"} <= set(told)
    assert not opened.does("document.title === 'broken'")
    asked = [event["request"]["url"] for event in opened.events("Network.requestWillBeSent")]
    assert [url for url in asked if url.startswith("http")] in (
        [],
        ["https://example.invalid/x.png"],
    )


@pytest.mark.parametrize("opened", [page_of(impact("hub", graph=wide(20)))], indirect=True)
def test_few_items_are_not_folded(opened: Page) -> None:
    assert opened.does("document.querySelectorAll('#boxes .item').length") == 21
    opened.does("document.querySelector('tr[data-at=\"3\"]').click()")
    assert opened.does("document.querySelector('#boxes .selected').dataset.key") == "i3"


FIFTY = impact("hub", graph=wide(50))


@pytest.mark.parametrize("opened", [page_of(FIFTY)], indirect=True)
def test_a_picture_that_is_much_taller_than_the_screen_opens_folded(opened: Page) -> None:
    assert opened.does("document.querySelectorAll('#boxes .item').length") < 20
    assert opened.does("document.getElementById('fold').value") == "tier"


@pytest.mark.parametrize("opened", [impacts.html(FIFTY, LABELS, Presentation(), fold="none")], indirect=True)
def test_a_picture_that_was_asked_for_as_a_whole_opens_so(opened: Page) -> None:
    assert opened.does("document.querySelectorAll('#boxes .item').length") == 51


def test_without_a_script_there_are_a_picture_and_a_table(browser: Browser, tmp_path: Path) -> None:
    page = browser.page()
    page.ask("Emulation.setScriptExecutionDisabled", value=True)
    file = tmp_path / "impact.html"
    file.write_text(page_of(), "utf-8")
    browser.seen.clear()
    page.open(file)
    page.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert page.does("getComputedStyle(document.querySelector('.static')).display") == "block"
    assert page.does("getComputedStyle(document.getElementById('app')).display") == "none"
    assert page.does("document.querySelectorAll('tr[data-at]').length") == TOTAL
