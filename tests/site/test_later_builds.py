"""A later build in the same folder gives the same bytes as one in an empty folder, whatever happened in between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from changeflow.site.folder import KEPT, MANIFEST
from tests.register.office import CHANGE, Office
from tests.report.papers import EMERGENCY, PROPOSED, window
from tests.site.awkward import HOSTILE, NOW, awkward_office, incident, item

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        "SITE_TEST" not in os.environ, reason="takes half a minute: `make site-test` runs it"
    ),
]
LATER = "2026-12-01T10:00:01Z"
NEW, FOLLOWING = "CHG-20261128-new", "CHG-20261129-following"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return awkward_office(tmp_path_factory.mktemp("later") / "shop")


def files(site: Path) -> dict[str, bytes]:
    found = {}
    for path in site.rglob("*"):
        if path.is_file() and path.name not in (KEPT, MANIFEST):
            found[path.relative_to(site).as_posix()] = path.read_bytes()
    return found


class Builds:
    """The folder of a site that is built again and again, beside new folders."""

    def __init__(self, office: Office, folder: Path) -> None:
        self._office, self._folder, self._count = office, folder, 0

    def agree(self, now: str = NOW) -> str:
        """Build again and anew, and return what the later build said."""
        self._count += 1
        said = self._office.done("site", "--out", str(self._folder / "site"), "--now", now)
        fresh = self._folder / f"fresh-{self._count}"
        self._office.done("site", "--out", str(fresh), "--now", now)
        later, anew = files(self._folder / "site"), files(fresh)
        assert later.keys() == anew.keys()
        assert [name for name in anew if anew[name] != later[name]] == []
        return said


def test_whatever_happens_a_later_build_is_as_one_anew(office: Office, tmp_path: Path) -> None:
    builds = Builds(office, tmp_path)
    builds.agree()
    # time passes: a window begins, another one ends
    builds.agree("2026-12-03T15:00:00Z")
    builds.agree("2026-12-20T10:00:00Z")
    # a change of the same item, in an overlapping window
    office.ask(NEW, title="Another one", window=window("2026-12-03"))
    said = builds.agree()
    assert " 0 removed" in said
    office.ask(
        FOLLOWING,
        title="After it",
        window=window("2026-12-04"),
        depends_on=[NEW],
        fixes=[f"{CHANGE}#1"],
    )
    builds.agree()
    # opinions, and a change of the approved request
    for person in ("carol", "dave"):
        office.opinion("approve", person, NEW, now=NOW)
    builds.agree()
    office.ask(NEW, title="Another one, moved", window=window("2026-12-05"))
    builds.agree()
    # a branch moves, and is merged
    office.ask(
        PROPOSED, branch="proposed", title="Raise the limits further", window=window("2026-12-11")
    )
    builds.agree()
    office.git("merge", "-q", "--no-edit", "proposed")
    builds.agree()
    # an incident, an item, and a request that goes
    office.write("incidents/INC-10.yaml", incident() | {"metadata": {"id": "INC-10"}})
    office.commit("Another incident")
    builds.agree()
    office.write("cmdb/more.yaml", item("more"))
    office.commit("Another item")
    builds.agree()
    office.git("rm", "-q", "-r", f"changes/{HOSTILE}")
    office.commit("One less")
    builds.agree()


def test_a_release_and_its_review_reach_every_page(office: Office, tmp_path: Path) -> None:
    builds, name = Builds(office, tmp_path), "CHG-20261129-released"
    office.ask(
        name, title="Released", type="emergency", emergency=EMERGENCY, window=window("2026-12-06")
    )
    builds.agree()
    office.opinion("approve", "carol", name, now="2026-12-06T14:05:00Z", words="Go")
    said = office.released(name, now="2026-12-06T14:10:00Z")
    assert said.code == 0, said.out + said.err
    for now in ("2026-12-07T10:00:00Z", "2026-12-07T10:00:01Z", "2026-12-11T14:11:00Z", "2027-01-05T10:00:00Z"):
        builds.agree(now)


def test_titles_and_changes_that_wait_for_changes_that_wait(office: Office, tmp_path: Path) -> None:
    builds, spoken, at = Builds(office, tmp_path), "2026-12-06T15:00:00Z", "2026-12-06T16:00:00Z"
    chain = [f"CHG-20261130-link-{number}" for number in range(3)]

    def ask(number: int, title: str, **more: object) -> None:
        awaited = {"depends_on": [chain[number - 1]]} if number else {}
        office.ask(chain[number], title=title, window=window(f"2026-12-1{4 + number}"), **awaited, **more)

    for number in range(3):
        ask(number, f"Link {number}")
    builds.agree(at)
    # a title alone, of a change that runs into others and that others wait for
    ask(1, "Another title")
    builds.agree(at)
    ask(0, "Link 0", reason="Another reason")
    builds.agree(at)
    for person in ("carol", "dave"):
        office.opinion("approve", person, chain[0], now=spoken)
    builds.agree(at)
    # the approvals were for another title
    ask(0, "Link 0, renamed", reason="Another reason")
    builds.agree(at)
    # the last of them waits for one that waits for it
    office.opinion("reject", "carol", chain[0], now=spoken, words="No")
    builds.agree(at)
    # the title of a change that was released
    request = office.root / f"changes/{CHANGE}/rfc.yaml"
    request.write_text(request.read_text("utf-8").replace("Upgrade the database", "Upgraded"), "utf-8")
    office.commit("A title of what was released")
    builds.agree(at)


def test_a_request_that_cannot_be_read_is_named_and_comes_back(
    office: Office, tmp_path: Path
) -> None:
    builds, path = Builds(office, tmp_path), office.root / f"changes/{CHANGE}/rfc.yaml"
    whole = path.read_text("utf-8")
    builds.agree()
    path.write_text("spec: [", "utf-8")
    office.commit("Broken")
    builds.agree()
    path.write_text(whole, "utf-8")
    office.commit("Whole again")
    builds.agree()


def test_a_build_of_what_is_as_it_was_says_its_own_time_alone(tmp_path: Path) -> None:
    office = Office(tmp_path / "shop")
    office.ask(title="Alone", window=window("2026-12-03"))
    site = tmp_path / "site"
    builds = Builds(office, tmp_path)
    office.done("site", "--out", str(site), "--now", NOW)
    kept = (site / KEPT).stat().st_mtime_ns
    # what is not committed is no part of a site
    office.write("incidents/INC-11.yaml", incident())
    said = office.done("site", "--out", str(site), "--now", LATER)
    assert "(4 written, 0 removed)" in said
    assert (site / KEPT).stat().st_mtime_ns == kept
    builds.agree(LATER)
    # its window has begun
    builds.agree("2026-12-03T15:00:00Z")
    # a tag is a delivery, and a file that somebody removed comes back
    office.git("tag", "v1")
    builds.agree("2026-12-03T15:00:00Z")
    (site / "index.html").unlink()
    next(iter((site / "changes").glob("*.html"))).unlink()
    builds.agree("2026-12-03T15:00:01Z")
