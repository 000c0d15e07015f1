"""`changeflow init` gives a repository that passes its own checks, and never touches what is there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow import resources
from changeflow.documents.loader import load
from changeflow.documents.schema import schema_problems
from changeflow.documents.starter import TEMPLATES, Newcomer, person_id, repository_files
from changeflow.hosts.table import host_named
from changeflow.usecases.start.init import machine_zone
from tests.examples import examples
from tests.scaffold.calls import Said, git, key_file

Say = Callable[..., Said]
NOW = "2026-11-21T09:00:00Z"


def roster(folder: Path) -> dict[str, object]:
    spec: dict[str, object] = yaml.safe_load((folder / "policies/roster.yaml").read_text(encoding="utf-8"))["spec"]
    return spec


@pytest.mark.usefixtures("here")
def test_a_new_repository_passes_its_own_check(say: Say) -> None:
    assert say("init", "shop").code == 0
    checked = say("check", "--repo", "shop", "--strict")
    assert (checked.code, checked.err) == (0, ""), checked.out


def test_a_new_repository_is_one_commit_on_main_even_without_a_git_identity(here: Path, say: Say) -> None:
    assert say("init", "shop").code == 0
    assert git(here / "shop", "log", "--format=%s %an", "main").strip() == "Start a change repository changeflow"
    assert git(here / "shop", "status", "--porcelain") == ""


def test_the_commit_is_made_by_who_git_says_you_are(here: Path, say: Say, identity: Callable[[str, str], None]) -> None:
    identity("Zoë Chen", "zoe@example.org")
    assert "You are `zoe`" in say("init", "shop").out
    assert git(here / "shop", "log", "--format=%an <%ae>").strip() == "Zoë Chen <zoe@example.org>"
    assert roster(here / "shop")["people"]["zoe"] == {"name": "Zoë Chen", "emails": ["zoe@example.org"]}  # type: ignore[index]


@pytest.mark.usefixtures("here")
def test_a_repository_whose_founder_signs_every_commit_is_made_without_asking_for_the_key(say: Say, home: Path) -> None:
    (home / ".gitconfig").write_text(
        "[user]\n\tname = A\n\temail = a@example.org\n\tsigningkey = /nowhere\n[commit]\n\tgpgsign = true\n[gpg]\n\tformat = ssh\n",
        encoding="utf-8",
    )
    assert say("init", "shop").code == 0


def test_the_public_key_git_signs_with_goes_into_the_roster(here: Path, say: Say, home: Path) -> None:
    public = key_file(here, "mykey")
    (home / ".gitconfig").write_text(f"[user]\n\tname = Ann\n\temail = ann@example.org\n\tsigningkey = {here / 'mykey'}\n", encoding="utf-8")
    assert "with your public SSH key" in say("init", "shop").out
    assert roster(here / "shop")["people"]["ann"]["keys"] == [public.read_text(encoding="utf-8").strip()]  # type: ignore[index]


def test_the_usual_key_is_found_where_git_names_none(
    here: Path, say: Say, home: Path, identity: Callable[[str, str], None]
) -> None:
    identity("Ann", "ann@example.org")
    (home / ".ssh").mkdir()
    public = key_file(home / ".ssh", "id_ed25519")
    say("init", "shop")
    assert roster(here / "shop")["people"]["ann"]["keys"] == [public.read_text(encoding="utf-8").strip()]  # type: ignore[index]


def test_members_with_keys_replace_the_example_people(here: Path, say: Say) -> None:
    mine, hers = key_file(here, "me"), key_file(here, "carol")
    made = say("init", "shop", "--as", "zoe", "--key", str(mine), "--member", f"carol={hers}", "--member", "dave:dave@example.com")
    assert made.code == 0, made.err
    spec = roster(here / "shop")
    assert list(spec["people"]) == ["zoe", "carol", "dave", "renovate"]  # type: ignore[call-overload]
    assert spec["roles"]["cab"] == ["zoe", "carol", "dave"]  # type: ignore[index]
    assert say("check", "--repo", "shop", "--strict").code == 0


def test_the_two_switches_that_must_not_be_on_by_accident_are_off(here: Path, say: Say) -> None:
    say("init", "shop", "--as", "zoe", "--key", str(key_file(here, "me")), "--member", f"carol={key_file(here, 'carol')}")
    spec = yaml.safe_load((here / "shop/changeflow.yaml").read_text(encoding="utf-8"))["spec"]
    assert (spec["require_signatures"], spec["allow_simulated_clock"]) == (False, False)


def test_the_change_models_are_authorised_by_somebody_of_this_roster(here: Path, say: Say) -> None:
    say("init", "shop", "--as", "zoe", "--member", "erin", "--now", NOW)
    for path in (here / "shop/policies/models").iterdir():
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        assert spec["authorised_by"] == ["erin"]
        assert str(spec["expires"]) == "2027-11-21"


def test_the_default_policies_are_copied_as_they_are(here: Path, say: Say) -> None:
    say("init", "shop")
    pack = resources.folder("policies")
    # standards are read from the package, so that a new version brings new ones
    copied = [path for path in pack.rglob("*.yaml") if not {"models", "standards"} & set(path.parts)]
    assert not (here / "shop/policies/standards").exists()
    assert copied
    for path in copied:
        assert (here / "shop/policies" / path.relative_to(pack)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("taken", ["changeflow.yaml", "policies/roster.yaml", ".gitignore"])
def test_an_existing_file_is_named_and_nothing_is_written(here: Path, say: Say, taken: str) -> None:
    path = here / "shop" / taken
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    refused = say("init", "shop")
    assert refused.code == 1
    assert f"\n  {taken}\n" in refused.err
    assert [found for found in (here / "shop").rglob("*") if found.is_file()] == [path]
    assert path.read_text(encoding="utf-8") == "mine"
    assert sorted(found.name for found in here.iterdir()) == ["shop"]


def test_a_second_init_changes_nothing(here: Path, say: Say) -> None:
    say("init", "shop")
    before = {path: path.read_bytes() for path in (here / "shop").rglob("*") if path.is_file()}
    assert say("init", "shop").code == 1
    assert {path: path.read_bytes() for path in (here / "shop").rglob("*") if path.is_file()} == before


def test_skip_existing_keeps_what_is_there_and_adds_the_rest(here: Path, say: Say) -> None:
    (here / "README.md").write_text("mine", encoding="utf-8")
    made = say("init", "--skip-existing")
    assert (made.code, (here / "README.md").read_text(encoding="utf-8")) == (0, "mine")
    assert "Left as they were: README.md." in made.out
    assert git(here, "status", "--porcelain") == "?? README.md\n"


def test_a_link_where_a_folder_has_to_be_is_not_followed(here: Path, say: Say) -> None:
    (here / "elsewhere").mkdir()
    (here / "shop").mkdir()
    (here / "shop/policies").symlink_to(here / "elsewhere")
    refused = say("init", "shop")
    assert (refused.code, list((here / "elsewhere").iterdir())) == (1, [])
    assert "\n  policies\n" in refused.err


def test_a_file_in_place_of_the_folder_is_a_usage_error(here: Path, say: Say) -> None:
    (here / "shop").write_text("mine", encoding="utf-8")
    assert say("init", "shop").code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_a_usage_error(here: Path, say: Say) -> None:
    (here / "closed").mkdir(mode=0o500)
    assert say("init", "closed/shop").code == 2


def test_inside_a_git_repository_the_history_is_left_alone(here: Path, say: Say) -> None:
    git(here, "init", "-q", "-b", "trunk")
    made = say("init", "ops/changes")
    assert "lies inside a git repository" in made.out
    assert not (here / "ops/changes/.git").exists()
    assert git(here, "for-each-ref") == ""


def test_an_existing_empty_folder_keeps_its_identity(here: Path, say: Say) -> None:
    inode = here.stat().st_ino
    assert say("init").code == 0
    assert here.stat().st_ino == inode
    assert git(here, "status", "--porcelain") == ""


def test_no_git_leaves_git_out(here: Path, say: Say) -> None:
    assert "not under git yet" in say("init", "shop", "--no-git").out
    assert not (here / "shop/.git").exists()


def test_the_example_scripts_run(here: Path, say: Say) -> None:
    say("init", "shop")

    def script(*argv: str) -> int:
        return subprocess.run(argv, cwd=here / "shop", capture_output=True, check=False).returncode

    assert script("./scripts/is-healthy", "website") == 1
    assert script("./scripts/set-version", "website", "2.0") == 0
    assert [script("./scripts/has-version", "website", version) for version in ("2.0", "1.0")] == [0, 1]
    assert [script("./scripts/restart", "website"), script("./scripts/is-healthy", "website")] == [0, 0]
    assert git(here / "shop", "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["", "al ice", "-x", "../up", "a" * 101, "爱丽丝"])
def test_an_impossible_person_is_a_usage_error(here: Path, say: Say, name: str) -> None:
    assert say("init", "shop", f"--as={name}").code == 2
    assert not (here / "shop").exists()


def test_a_private_key_is_not_taken_for_a_public_one(here: Path, say: Say) -> None:
    key_file(here, "secret").unlink()
    refused = say("init", "shop", "--as", "zoe", "--key", "secret")
    assert refused.code == 2
    assert "no public SSH key" in refused.err
    assert not (here / "shop").exists()


@pytest.mark.usefixtures("here")
def test_a_person_named_twice_is_a_usage_error(say: Say) -> None:
    assert say("init", "shop", "--as", "zoe", "--member", "zoe").code == 2


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Zoë Chen", "z@example.org", "zoe"),
        ("张伟", "zhang.wei@example.cn", "zhang.wei"),
        ("张伟", "伟@example.cn", "me"),
        ("", "", "me"),
        ("--", "...@example.org", "me"),
        ("1337", "007@example.org", "me"),
        ("No One", "no@example.org", "no"),
    ],
)
def test_a_person_gets_an_id_they_recognise(name: str, email: str, expected: str) -> None:
    assert person_id(name, email) == expected


@settings(max_examples=examples(60))
@given(
    st.text(max_size=60),
    st.text(max_size=20) | st.text(max_size=20).map(lambda text: f"{text}@example.org"),
    st.text(max_size=40),
)
def test_whatever_git_calls_somebody_the_roster_stays_valid(name: str, email: str, key: str) -> None:
    someone = Newcomer(person_id(name, email), name, email, key)
    files = repository_files(someone, [], date(2028, 2, 29), host_named("local").starter())
    loaded = load(files["policies/roster.yaml"], "policies/roster.yaml")
    assert not [*loaded.findings, *(found for document in loaded.documents for found in schema_problems(document))]


def test_every_file_survives_packaging() -> None:
    """Hidden files are stored under other names, because packaging tools treat them as their own."""
    assert not [path for path in TEMPLATES.rglob(".*") if path.name != "__pycache__"]


def test_a_file_system_without_hard_links_will_do(here: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert say("init").code == 0
    assert os.access(here / "scripts/restart", os.X_OK)
    assert git(here, "status", "--porcelain") == ""


def test_a_failure_half_way_takes_everything_back(here: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    link, count = os.link, iter(range(1_000))

    def fail_late(source: Path, target: Path) -> None:
        if next(count) == 12:
            raise FileExistsError(17, "File exists")
        link(source, target)

    monkeypatch.setattr(os, "link", fail_late)
    (here / "cmdb").mkdir()
    assert say("init").code == 2
    assert [path.name for path in here.rglob("*")] == ["cmdb"]


@pytest.mark.parametrize(
    ("variable", "link", "zone"),
    [
        ("Asia/Shanghai", "/usr/share/zoneinfo/Europe/Berlin", "Asia/Shanghai"),
        (":Asia/Shanghai", None, "Asia/Shanghai"),
        ("", "/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("CST-8", "../usr/share/zoneinfo/America/St_Johns", "America/St_Johns"),
        ("../../etc/passwd", None, "UTC"),
        ("", None, "UTC"),
    ],
)
def test_the_machine_says_in_which_zone_the_team_is(tmp_path: Path, variable: str, link: str | None, zone: str) -> None:
    localtime = tmp_path / "localtime"
    if link is not None:
        localtime.symlink_to(link)
    assert machine_zone({"TZ": variable}, localtime) == zone


def test_a_zone_may_be_named_and_must_be_one(here: Path, say: Say) -> None:
    assert say("init", "a", "--timezone", "Asia/Shanghai").code == 0
    assert "  timezone: Asia/Shanghai " in (here / "a/changeflow.yaml").read_text(encoding="utf-8")
    refused = say("init", "b", "--timezone", "China Standard Time")
    assert (refused.code, "IANA" in refused.err, (here / "b").exists()) == (2, True, False)


def test_the_roster_has_the_address_that_the_founders_commits_carry(
    here: Path, say: Say, identity: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity("Zoe", "zoe@home.example")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Zoe")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "zoe@work.example")
    assert say("init", "a").code == 0
    roster = (here / "a/policies/roster.yaml").read_text(encoding="utf-8")
    assert "zoe@work.example" in roster
    assert "zoe@home.example" not in roster


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("UTC", "2026-12-20T00:00:00Z", "2027-01-03T00:00:00Z"),
        ("Asia/Shanghai", "2026-12-19T16:00:00Z", "2027-01-02T16:00:00Z"),
        ("America/St_Johns", "2026-12-20T03:30:00Z", "2027-01-03T03:30:00Z"),
    ],
)
def test_the_freeze_at_the_end_of_the_year_is_the_zone_s(here: Path, say: Say, zone: str, start: str, end: str) -> None:
    assert say("init", "shop", "--timezone", zone).code == 0
    period = ("--from", "2026-12-01", "--to", "2027-02-01", "--now", "2026-12-01T00:00:00Z")
    told = say("--repo", str(here / "shop"), "schedule", *period, "--format", "json")
    (freeze,) = json.loads(told.out)["freezes"]
    assert (freeze["start"], freeze["end"]) == (start, end)


def test_the_day_of_a_new_repository_is_the_day_in_its_zone(here: Path, say: Say) -> None:
    for name, zone, ends in (("east", "Asia/Shanghai", "2028-01-01"), ("west", "America/Lima", "2027-12-31")):
        assert say("init", name, "--timezone", zone, "--now", "2026-12-31T20:00:00Z").code == 0
        assert f"expires: {ends} " in (here / name / "policies/models/service-restart.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("member", "comment", "address"),
    [
        ("carol:carol@example.org={key}", "carol@example.com", "carol@example.org"),
        ("carol={key}", "carol@example.com", "carol@example.com"),
        ("carol={key}", "carol@laptop", None),
        ("carol={key}", "carol@laptop.local", None),
        ("carol:carol@example.org", "", "carol@example.org"),
        ("carol", "", None),
    ],
)
def test_a_member_s_address_is_the_one_given_or_the_key_s_comment(
    here: Path, say: Say, member: str, comment: str, address: str | None
) -> None:
    file = key_file(here, "carol")
    file.write_text(" ".join([*file.read_text(encoding="utf-8").split()[:2], comment]) + "\n", encoding="utf-8")
    made = say("init", "shop", "--as", "zoe", "--member", member.format(key=file))
    carol = roster(here / "shop")["people"]["carol"]  # type: ignore[index]
    assert carol.get("emails") == ([address] if address else None)
    assert ("`carol`" in made.out) is (address is None), "the last words name who lacks one"


def test_what_is_no_address_is_refused(here: Path, say: Say) -> None:
    assert say("init", "shop", "--as", "zoe", "--member", "carol:nowhere").code == 2
    assert not (here / "shop").exists()
