"""Guides, typed as they stand, do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
    assert "ok: 11 entries in an unbroken chain, 11 signed" in said
    # Both of two people who approve at the same moment are on the ledger of a third clone.
    assert "ok: 15 entries in an unbroken chain, 15 signed" in said


def test_a_change_inside_of_a_freeze_waits_for_an_exception(tmp_path: Path) -> None:
    said = type_in(tmp_path, SHOP, blocks("docs/guides/calendars.md"))
    assert re.search(r"\d+ documents checked, no problems", said)
    assert re.findall(r"^freeze .*  (\S+ \S+)$", said, re.MULTILINE) == ["Winter sale", "Year-end closing"]
    assert gates(said) == [("approve", "SHUT"), ("approve", "OPEN")]
    assert "the freeze `Year-end closing`" in said
    assert "CHG-20261201-restart-website may start at Tue 2026-12-22" in said


def test_changes_of_one_release_go_one_after_the_other_dependencies_first(tmp_path: Path) -> None:
    said = type_in(tmp_path, SHOP, blocks("docs/guides/several-changes.md"), "changeflow ledger log")
    assert "version-2: implemented" in said
    assert re.findall(r"CHG-\d+-(\S+) .* started$", said, re.MULTILINE) == ["preview-2-0", "preview-2-1"]


FAILING = """\
changeflow release run version-2 --as bob --key ~/.ssh/bob && exit 9
test $? = 1
changeflow ledger log | grep -c started
cat .state/website-preview
"""


def test_a_change_that_fails_is_rolled_back_and_those_after_it_do_not_start(tmp_path: Path) -> None:
    script = blocks("docs/guides/several-changes.md").replace("./scripts/is-healthy, website-preview", './scripts/has-version, website-preview, "3.0"')
    before, _, _ = script.partition("changeflow release plan")
    said = type_in(tmp_path, SHOP, before, FAILING)
    assert re.search(r"^version-2: rolled[ _]back$", said, re.MULTILINE)
    assert said.endswith("\n1\n1.0\n")


def test_a_release_waits_for_the_preconditions_of_its_rollback(tmp_path: Path) -> None:
    said = type_in(tmp_path, SHOP, blocks("docs/guides/preconditions.md"))
    states = re.findall(r"-preview-2-0: (refused|implemented)$", said, re.MULTILINE)
    assert states == ["refused", "refused", "implemented"]
    assert "does not hold: A snapshot of today is there" in said
    assert "needs a person's eyes: The vendor is on call" in said


WITHOUT_THE_ENTRY = """\
git switch -q main
git revert --no-edit HEAD >/dev/null
git switch -q website-2-0
changeflow gate approve "$id" && exit 9
test $? = 1
"""


def test_a_deputy_fills_the_seat_of_the_person_who_is_away(tmp_path: Path) -> None:
    said = type_in(tmp_path, SHOP, blocks("docs/guides/delegation.md"), WITHOUT_THE_ENTRY)
    assert gates(said) == [("approve", "SHUT"), ("approve", "OPEN"), ("approve", "SHUT")]
    assert "could act: carol\n" in said
    assert "approved  dave as Change advisory board (cab)" in said


@pytest.mark.parametrize("page", ["docs/guides/cmdb-in-ten-minutes.md", "docs/guides/cmdb-in-ten-minutes.zh.md"])
def test_a_compose_file_a_catalogue_and_a_spreadsheet_become_a_checked_cmdb(tmp_path: Path, page: str) -> None:
    said = type_in(tmp_path, SHOP, blocks(page))
    assert "+ shop\n" in said
    assert "4 items, 3 dependencies" in said
    assert re.search(r"\d+ documents checked(, no problems|: 0 errors)", said)
    assert "shop <- shop-db, hard" in said
    assert "system:online-sales" in said[said.rindex("criticality    services") :], "the business is hit by the database"
    assert "owner          services, cmdb/exports/services.csv, line 2" in said
    assert "- cart-cache\n" in said
    assert "0 added, 1 changed, 1 removed, 2 unchanged" in said


RELEASED = """\
CHANGEFLOW_KEY=$HOME/.ssh/carol changeflow gate approve "$(basename changes/*)" --record
cd ..
changes="$PWD/shop"
"""
WRITTEN_ANEW = """\
git -C shop update-ref refs/heads/changeflow/ledger changeflow/ledger~1
rm -rf changes.git/changeflow
git -C changes.git fetch -q --force "$changes" '+refs/heads/*:refs/heads/*'
changeflow --repo changes.git ledger verify --checkpoint seen.note --witness-key audit_key.pub && exit 9
test $? = 1
"""


@pytest.mark.parametrize("page", ["docs/guides/check-us.md", "docs/guides/check-us.zh.md"])
def test_an_auditor_checks_with_a_clone_and_finds_what_was_set_back(tmp_path: Path, page: str) -> None:
    before, _, _ = blocks("docs/guides/preconditions.md").partition("changeflow release")
    said = type_in(tmp_path, SHOP, before, RELEASED, blocks(page), WRITTEN_ANEW)
    assert "BROKEN" not in said
    assert re.search(r"^ok: \d+ entries in an unbroken chain, \d+ signed$", said, re.MULTILINE)
    assert "byte for byte the same" in said
    assert re.search(r'^Good "changeflow" signature for anybody', said, re.MULTILINE)
    assert "seen by audit at" in said
    assert "audit saw entry" in said
    assert "was set back" in said


def test_both_languages_have_an_auditor_type_the_same() -> None:
    assert blocks("docs/guides/check-us.md") == blocks("docs/guides/check-us.zh.md")
