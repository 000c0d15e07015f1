"""The folder of a sampled change can be checked with sha256sum and ssh-keygen alone, by the commands that it prints."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.audit.world import BACK, DUTIES, HOSTILE, OPEN, SUNDAY, URGENT, audited_office
from tests.browser import browsing, installed
from tests.register.office import CHANGE, SignedOffice
from tests.report.test_papers_in_both_languages import STAYS, WORDS
from tests.repositories import make_keys

pytestmark = pytest.mark.once
SCHEMA = Path(__file__).parents[2] / "schemas/answers/report.schema.json"
# what a Chinese page has in other words: names of files, programs, standards and people
WRITTEN = (
    "ISO", "IEC", "changeflow", "index", "html", "audit", "json", "sample", "csv", "samples", "ledger", "allowed_signers", "POSIX", "shell", "CI", "Asia",
    "Shanghai", "Example", "Bank", "SHA", "Fine", "by", "me", "Go", "main", "request", "rfc", "yaml", "review", "release", "decision", "approval", "assessment",
    "README", "Keys", "Settings", "policies", "manifest",
)  # fmt: skip
GOOD = re.compile(r'Good "changeflow" signature for (\w+) with ED25519 key')


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    return audited_office(tmp_path_factory.mktemp("packs") / "shop")


@pytest.fixture(scope="module")
def audit(office: SignedOffice) -> Path:
    said = office.say("audit", "--out", "../audit", "--seed", "a day", "--now", DUTIES)
    assert said.code == 1, said.err
    return office.root.parent / "audit"


@pytest.fixture
def pack(audit: Path, tmp_path: Path) -> Path:
    """The folder of a change, alone in an empty folder: no repository, no changeflow."""
    shutil.copytree(audit / "samples" / CHANGE, tmp_path / "pack")
    return tmp_path / "pack"


def printed(text: str) -> list[str]:
    """The commands that a README prints, each as one line."""
    joined = re.sub(r" \\\n +", " ", text)
    return [line.strip() for line in joined.splitlines() if line.startswith("      ")]


def typed(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """What a shell says to a command, with nothing of this project on its way."""
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )


def test_its_data_are_as_the_schema_says(audit: Path) -> None:
    told = json.loads((audit / "audit.json").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert (told["kind"], told["seed"], told["population"], len(told["sample"])) == (
        "audit",
        "a day",
        6,
        6,
    )
    strata = {one["change"]: one["strata"] for one in told["sample"]}
    assert (strata[URGENT][0], strata[BACK][0], strata[SUNDAY]) == (
        "emergency",
        "failed",
        ["out_of_hours"],
    )


def test_its_list_of_digests_covers_every_file_but_itself(audit: Path) -> None:
    listed = [
        line[66:] for line in (audit / "manifest.sha256").read_text(encoding="utf-8").splitlines()
    ]
    there = sorted(
        path.relative_to(audit).as_posix() for path in audit.rglob("*") if path.is_file()
    )
    assert sorted([*listed, "manifest.sha256"]) == there


def test_every_printed_command_says_what_is_announced(pack: Path) -> None:
    whole, statements, *signatures, request = printed(
        (pack / "README.txt").read_text(encoding="utf-8")
    )
    done = typed(pack, whole)
    assert done.returncode == 0
    assert all(line.endswith(": OK") for line in done.stdout.splitlines())
    done = typed(pack, statements)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    signers = [GOOD.match(typed(pack, line).stdout) for line in signatures]
    assert len(signatures) == len(list(pack.glob("ledger/*.sig")))
    assert {found[1] for found in signers if found} >= {"carol", "dave", "bob", "erin"}
    assert all(signers)
    assert "ledger/" in typed(pack, request).stdout


def test_a_changed_statement_fails_its_signature_and_a_changed_entry_its_statement(
    pack: Path,
) -> None:
    approval = next(pack.glob("ledger/*-approval.statement.json"))
    approval.write_bytes(approval.read_bytes().replace(b'"approve"', b'"reject" '))
    _, statements, *rest = printed((pack / "README.txt").read_text(encoding="utf-8"))
    assert "DIFFERS" in typed(pack, statements).stdout
    checks = [line for line in rest if approval.name in line]
    assert [typed(pack, line).returncode for line in checks] == [255]


def test_the_page_shows_the_same_commands(audit: Path, pack: Path) -> None:
    page = html.unescape((audit / "samples" / CHANGE / "index.html").read_text(encoding="utf-8"))
    for command in printed((pack / "README.txt").read_text(encoding="utf-8")):
        assert f"<code>{command}</code>" in page


def test_the_commands_of_the_whole_audit_find_each_entry_on_the_ledger_and_draw_the_sample_again(
    audit: Path,
) -> None:
    whole, in_ledger, *draws = printed((audit / "README.txt").read_text(encoding="utf-8"))
    assert typed(audit, whole).returncode == 0
    assert typed(audit, in_ledger).stdout == ""
    told = json.loads((audit / "audit.json").read_text(encoding="utf-8"))
    ranks = {one["change"]: one["rank"] for one in told["sample"]}
    drawn = {}
    for command in draws:
        for line in typed(audit, command).stdout.splitlines():
            rank, change = line.split()
            drawn[change] = rank
    assert drawn == ranks


def test_keys_are_those_of_the_roster_of_the_time(office: SignedOffice, audit: Path) -> None:
    signers = (audit / "samples" / CHANGE / "allowed_signers").read_text(encoding="utf-8")
    for person in ("carol", "dave", "erin"):
        kind, blob = office.keys.line(person).split()[:2]
        assert f'{person} namespaces="changeflow" {kind} {blob}\n' in signers


def test_evidence_is_what_the_ledger_and_the_commits_hold(
    office: SignedOffice, audit: Path
) -> None:
    for file in (audit / "samples" / CHANGE / "ledger").glob("*[a-z].json"):
        if ".statement" not in file.name:
            held = office.git("show", f"changeflow/ledger:{CHANGE}/{file.name}")
            assert file.read_text(encoding="utf-8").strip() == held.strip()
    rfc = office.git("show", f"main:changes/{CHANGE}/rfc.yaml")
    assert (audit / "samples" / CHANGE / "request/rfc.yaml").read_text(
        encoding="utf-8"
    ).strip() == rfc.strip()
    assert (audit / "samples" / CHANGE / "policies-then/policies/roster.yaml").is_file()


def test_a_change_without_entries_says_so_and_has_a_record(audit: Path) -> None:
    folder = audit / "samples" / OPEN
    assert "The ledger has no entry about this change." in (folder / "README.txt").read_text(
        encoding="utf-8"
    )
    assert not (folder / "ledger").exists()
    assert json.loads((folder / "record.json").read_text(encoding="utf-8"))["change"] == OPEN


def test_an_emergency_whose_approvals_are_owed_has_a_no_with_its_date(audit: Path) -> None:
    told = json.loads((audit / "samples" / URGENT / "checklist.json").read_text(encoding="utf-8"))
    answers = {check["id"]: check for check in told["checks"]}
    assert answers["retrospective"]["verdict"] == "no"
    assert answers["approved"]["verdict"] == "yes"
    assert answers["window"]["verdict"] == "not_applicable"


# -- other clones ----------------------------------------------------------------------------------


def told_of(office: SignedOffice, clone: Path, *arguments: str, code: int = 1) -> dict[str, object]:
    said = office.say(
        "--repo",
        str(clone),
        "audit",
        "--seed",
        "a day",
        "--now",
        DUTIES,
        "--format",
        "json",
        *arguments,
    )
    assert said.code == code, said.err
    return dict(json.loads(said.out))


def test_a_bare_clone_gives_the_same_sample_and_answers(
    office: SignedOffice, audit: Path, tmp_path: Path
) -> None:
    office.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    told = told_of(office, tmp_path / "bare.git", "--out", str(tmp_path / "out"))
    assert told == json.loads((audit / "audit.json").read_text(encoding="utf-8"))
    names = [
        sorted(path.relative_to(top).as_posix() for path in top.rglob("*"))
        for top in (audit, tmp_path / "out")
    ]
    assert names[0] == names[1]


def test_a_shallow_clone_says_what_it_cannot_see_and_writes_nothing(
    office: SignedOffice, tmp_path: Path
) -> None:
    clone = tmp_path / "shallow.git"
    office.git("clone", "-q", "--bare", "--depth=2", f"file://{office.root}", str(clone))
    _git(clone, "fetch", "-q", "origin", "changeflow/ledger:changeflow/ledger")
    said = office.say(
        "--repo", str(clone), "audit", "--now", DUTIES, "--out", str(tmp_path / "out")
    )
    assert (said.code, said.out) == (5, "")
    assert "this clone is shallow, so who wrote the change cannot be told" in said.err
    assert not (tmp_path / "out").exists()


def test_a_ledger_that_was_changed_is_audited_and_says_so_everywhere(
    office: SignedOffice, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    office.git("clone", "-q", ".", str(clone))
    _git(clone, "fetch", "-q", "origin", "changeflow/ledger:changeflow/ledger")
    _git(clone, "worktree", "add", "-q", str(tmp_path / "ledger"), "changeflow/ledger")
    entry = next((tmp_path / "ledger" / CHANGE).glob("*-approval.json"))
    entry.write_bytes(entry.read_bytes().replace(b'"payload":"ey', b'"payload":"eyA'))
    _git(
        tmp_path / "ledger",
        "-c",
        "user.name=M",
        "-c",
        "user.email=m@example.org",
        "commit",
        "-q",
        "-a",
        "-m",
        "x",
    )
    told = told_of(office, clone, "--out", str(tmp_path / "out"))
    assert told["ledger_holds"] is False
    sample = told["sample"]
    assert isinstance(sample, list)
    assert (
        tmp_path / "out/samples" / CHANGE / "ledger" / entry.name
    ).read_bytes() == entry.read_bytes()
    assert (
        typed(
            tmp_path / "out", printed((tmp_path / "out/README.txt").read_text(encoding="utf-8"))[1]
        ).stdout
        == ""
    )
    verdicts = {
        check["verdict"] for one in sample for check in one["checks"] if check["id"] == "evidence"
    }
    assert verdicts == {"no"}
    for page in ("index.html", f"samples/{CHANGE}/index.html"):
        assert "DOES NOT HOLD" in (tmp_path / "out" / page).read_text(encoding="utf-8")


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_a_chinese_audit_has_no_english_words_but_those_of_its_people(office: SignedOffice) -> None:
    office.say("--lang", "zh", "audit", "--out", "../audit-zh", "--seed", "a day", "--now", DUTIES)
    texts = [path.read_text(encoding="utf-8") for path in (office.root / "changes").rglob("*.yaml")]
    texts += [(office.root / "policies/roster.yaml").read_text(encoding="utf-8"), " ".join(WRITTEN)]
    own = set(WORDS.findall(" ".join(texts)))
    for file in (office.root.parent / "audit-zh").rglob("*"):
        if file.name in ("index.html", "README.txt", "sample.csv"):
            said = re.sub(r"(?m)^      .*$", " ", file.read_text(encoding="utf-8"))
            assert set(WORDS.findall(STAYS.sub(" ", said))) - own == set(), file


def test_a_signature_with_a_key_that_left_the_roster_is_checked_with_the_key_of_its_time(office: SignedOffice, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    office.git("clone", "-q", ".", str(clone))
    _git(clone, "fetch", "-q", "origin", "changeflow/ledger:changeflow/ledger")
    _git(clone, "remote", "remove", "origin")
    newer = make_keys(tmp_path, ("carol",))
    roster = clone / "policies/roster.yaml"
    before = office.keys.line("carol")
    roster.write_text(roster.read_text(encoding="utf-8").replace(before, newer.line("carol")), encoding="utf-8")
    _git(clone, "-c", "user.name=M", "-c", "user.email=m@example.org", "commit", "-q", "-a", "-m", "Another key")
    told = told_of(office, clone, "--out", str(tmp_path / "out"))
    assert told["cutoff"]["main"] == subprocess.check_output(["git", "-C", str(clone), "rev-parse", "HEAD"], text=True).strip()
    pack = tmp_path / "out/samples" / CHANGE
    signers = (pack / "allowed_signers").read_text(encoding="utf-8")
    assert before.split()[1] in signers
    assert newer.line("carol").split()[1] not in signers
    commands = [line for line in printed((pack / "README.txt").read_text(encoding="utf-8")) if "-I carol" in line]
    assert commands
    assert all(GOOD.match(typed(pack, line).stdout) for line in commands)


# -- the pages -------------------------------------------------------------------------------------


@pytest.mark.skipif(installed() is None, reason="no Chromium")
def test_pages_open_from_the_disk_within_their_policy_and_fit_a_phone(
    office: SignedOffice, audit: Path, tmp_path: Path
) -> None:
    office.say("--lang", "zh", "audit", "--out", "../audit-zh", "--seed", "a day", "--now", DUTIES)
    pages = [
        top / page
        for top in (audit, audit.parent / "audit-zh")
        for page in ("index.html", f"samples/{CHANGE}/index.html", f"samples/{HOSTILE}/index.html")
    ]
    program = installed()
    assert program is not None
    with browsing(program, tmp_path) as browser:
        page = browser.page()
        page.size(390, 800, phone=True)
        for file in pages:
            browser.seen.clear()
            page.open(file)
            assert page.does("document.documentElement.scrollWidth") == 390, file
            assert page.events("Log.entryAdded") == []
            asked = {event["request"]["url"] for event in page.events("Network.requestWillBeSent")}
            assert asked == {file.as_uri()}
            assert page.does("document.scripts.length") == 0
            links = page.does(
                "[...document.querySelectorAll('a')].map((one) => one.getAttribute('href'))"
            )
            assert links
            assert all((file.parent / link).is_file() for link in links), links


def test_an_audit_with_the_gap_analysis_has_it_on_its_page(office: SignedOffice, tmp_path: Path) -> None:
    said = office.say("audit", "--gap", "--out", str(tmp_path / "out"), "--sample", "1", "--now", DUTIES)
    assert said.code == 1, said.err
    page = html.unescape((tmp_path / "out/index.html").read_text(encoding="utf-8"))
    clauses = json.loads((tmp_path / "out/gap.json").read_text(encoding="utf-8"))["clauses"]
    assert clauses
    for one in clauses:
        assert f"{one['clause']} " in page
    assert page.index("How the sample was drawn") < page.index(clauses[-1]["clause"]) < page.index("Conclusions of the auditor")
