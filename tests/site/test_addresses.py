"""Names of files are distinct on every file system, and none is a device or a path."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.site.addresses import change_file, item_file
from changeflow.site.frame import relative
from tests.examples import examples
from tests.site.awkward import AWKWARD, STRINGS

DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


def is_safe(name: str) -> bool:
    stem = name.partition(".")[0].casefold()
    plain = all(sign.isascii() and (sign.isalnum() or sign in "-.~") for sign in name)
    return (
        plain
        and stem not in DEVICES
        and not name.startswith(".")
        and not name.endswith(".")
        and len(name) <= 120
    )


@settings(max_examples=examples(60))
@given(st.text(min_size=1, max_size=250), st.text(min_size=1, max_size=250))
def test_two_ids_never_share_a_file(one: str, other: str) -> None:
    for file in (item_file, change_file):
        assert is_safe(file(one))
        assert (file(one).casefold() == file(other).casefold()) == (one == other)


def test_awkward_ids_have_safe_names() -> None:
    names = [item_file(one) for one in (*AWKWARD, *STRINGS, "db", "CON", "nul.yaml", "lpt1", "A/B")]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(map(is_safe, names))


def test_a_plain_id_is_its_file() -> None:
    assert item_file("payments-db") == "payments-db"
    assert item_file("v2.api") == "v2.api"
    assert change_file("CHG-20261121-db") == "CHG-20261121-db"


def test_naughty_strings_have_safe_names(shared_data: Path) -> None:
    names = [
        item_file(one)
        for one in set(json.loads((shared_data / "blns.json").read_text("utf-8")))
        if one
    ]
    assert all(map(is_safe, names))
    assert len({name.casefold() for name in names}) == len(names)


def test_links_lead_from_page_to_page() -> None:
    assert relative("index.html", "changes/a.html") == "changes/a.html"
    assert relative("changes/a.html", "changes/b.html") == "b.html"
    assert relative("items/a.html", "index.html") == "../index.html"
    assert relative("zh/items/a.html", "assets/site.css") == "../../assets/site.css"
