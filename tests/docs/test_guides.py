"""Guides, typed as they stand, do what they say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.typed import PEOPLE, SHOP, blocks, gates, type_in

TWO_AT_ONCE = """\
cd alice
git switch -q -c again
mv changes/*-website-2-0 "changes/${id%-website-2-0}-again"
again=$(basename changes/*-again)
sed "s/$id/$again/" "changes/$again/rfc.yaml" > ../rfc.yaml
mv ../rfc.yaml "changes/$again/rfc.yaml"
rm "changes/$again/review.yaml"
git add --all changes
git commit -q -m "Request it again"
git push -q -u origin again
cd ..
for person in carol dave; do git -C "$person" fetch -q; done
changeflow --repo carol approve "$again" --head origin/again --as carol --key ~/.ssh/carol &
first=$!
changeflow --repo dave approve "$again" --head origin/again --as dave --key ~/.ssh/dave
wait "$first"
git -C bob fetch -q
changeflow --repo bob ledger verify
"""


def test_a_team_on_plain_git_goes_from_request_to_review_in_four_clones(tmp_path: Path) -> None:
    said = type_in(tmp_path, PEOPLE, blocks("docs/guides/plain-git.md"), TWO_AT_ONCE)
    assert gates(said) == [("approve", "OPEN"), ("deploy", "OPEN"), ("close", "OPEN")]
    assert "-website-2-0: implemented" in said
    assert "ok: 10 entries in an unbroken chain, 10 signed" in said
    # Both of two people who approve at the same moment are on the ledger of a third clone.
    assert "ok: 12 entries in an unbroken chain, 12 signed" in said


def test_a_change_inside_of_a_freeze_waits_for_an_exception(tmp_path: Path) -> None:
    said = type_in(tmp_path, SHOP, blocks("docs/guides/calendars.md"))
    assert "19 documents checked, no problems" in said
    assert re.findall(r"^freeze .*  (\S+ \S+)$", said, re.MULTILINE) == ["Winter sale", "Year-end closing"]
    assert gates(said) == [("approve", "SHUT"), ("approve", "OPEN")]
    assert "the freeze `Year-end closing`" in said
    assert "CHG-20261201-restart-website may start at Tue 2026-12-22" in said
