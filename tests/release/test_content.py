"""What was approved is what runs: no spelling of a step, no edit at a bad moment and no branch gets around it."""

from __future__ import annotations

import base64
import json

import pytest

from changeflow import errors
from changeflow.model.change import material
from changeflow.reading.state import State
from changeflow.reading.step_files import named_files
from changeflow.release_driver import approved_files as approved
from changeflow.release_driver.adapters import LedgerJournal
from changeflow.repo.checkout import checkout_at
from changeflow.repo.source import Entry
from changeflow.usecases.release import prepare as prepared

from .site import CONFIG, ID, MARK, POLICY, Site, git, run_step

SWAP = "#!/bin/sh\nprintf '#!/bin/sh\\necho swapped >> \"$MARKS\"\\n' > scripts/mark\n"


def digest_of(site: Site) -> str:
    return State(checkout_at(site.root)).change(ID).digest


def naming(site: Site, *argv: str) -> None:
    site.change(steps=[{"name": "go", "run": list(argv)}], rollback=[{"name": "undo", "manual": "By hand"}], verification=None)


@pytest.mark.parametrize(
    "argv",
    [
        ("tool", "conf/a.yaml"), ("tool", "--file=conf/a.yaml"), ("tool", "-fconf/a.yaml"), ("tool", "@conf/a.yaml"),
        ("tool", "key=@./conf//a.yaml"), ("tool", "file://conf/a.yaml"), ("tool", "-v", "conf/a.yaml:/etc/a"),
        ("tool", "-k", "conf"), ("tool", "-chdir=conf/"), ("sh", "-c", "tool <conf/a.yaml"), ("sh", "-c", "cd conf && tool a.yaml"),
        ("sh", "-c", "tool conf/*.yaml"), ("sh", "-c", 'tool "$PWD/conf/a.yaml"'), ("tool", "/srv/site/conf/a.yaml"),
        ("tool", "conf/b/../a.yaml"),
    ],
)  # fmt: skip
def test_a_file_that_a_step_names_in_whatever_way_belongs_to_what_is_approved(tmp_path, argv):
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n", "conf/b/c.yaml": "c: 1\n", "other.yaml": "o: 1\n"})
    naming(site, *argv)
    before = digest_of(site)
    site.write("other.yaml", "o: 2\n")
    assert digest_of(site) == before
    site.write("conf/a.yaml", "a: 2\n")
    assert digest_of(site) != before


def test_what_git_ignores_is_no_part_of_a_change(tmp_path):
    site = Site.at(tmp_path / "site", **{".gitignore": ".DS_Store\nstate/\n", "conf/a.yaml": "a: 1\n"})
    naming(site, "tool", "conf", "state")
    before = digest_of(site)
    for path in (f"changes/{ID}/.DS_Store", "conf/.DS_Store", "state/of-last-week"):
        site.write(path, "junk")
    assert digest_of(site) == before
    site.write(f"changes/{ID}/plan.txt", "not ignored")
    assert digest_of(site) != before


@pytest.mark.parametrize("argv", [("./out/run",), ("sh", "out/run"), ("sh", "-e", "./out/run")])
def test_a_program_that_git_ignores_is_not_run_as_approved(tmp_path, argv):
    site = Site.at(tmp_path / "site", **{".gitignore": "out/\n"})
    naming(site, *argv)
    assert digest_of(site)
    site.write("out/run", "#!/bin/sh\n")
    with pytest.raises(errors.Unreadable, match="`out/run` would be run by a step, and git ignores it"):
        digest_of(site)


@pytest.mark.parametrize("setting", ["core.autocrlf", "core.eol"])
def test_a_checkout_with_other_line_ends_is_the_change_that_was_approved(tmp_path, setting):
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n", ".gitattributes": "*.yaml text=auto\n"})
    naming(site, "tool", "conf/a.yaml")
    before = digest_of(site)
    git(site.root, "config", setting, "true" if setting == "core.autocrlf" else "crlf")
    for path in ("conf/a.yaml", f"changes/{ID}/rfc.yaml"):
        (site.root / path).unlink()
    git(site.root, "checkout", "--", ".")
    assert b"\r\n" in (site.root / "conf/a.yaml").read_bytes()
    assert digest_of(site) == before


def test_a_file_added_to_a_folder_that_a_step_names_is_not_what_was_approved(tmp_path):
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n"})
    naming(site, "tool", "conf")
    before = digest_of(site)
    site.write("conf/z.yaml", "z: 1\n")
    assert digest_of(site) != before


@pytest.mark.parametrize("argv", [("./bin/mark",), ("sh", "bin/mark"), ("./bin/../mark",), ("tool", "--file=bin/mark")])
def test_a_step_that_leads_through_a_symbolic_link_cannot_be_judged(tmp_path, argv):
    site = Site.at(tmp_path / "site")
    (site.root / "bin").symlink_to("scripts")
    naming(site, *argv)
    with pytest.raises(errors.Unreadable, match="leads through `bin`, a symbolic link"):
        digest_of(site)


def test_a_request_that_is_edited_while_its_gate_is_decided_does_not_run(tmp_path, monkeypatch):
    site = Site.at(tmp_path / "site")
    site.change()
    request = site.root / "changes" / ID / "rfc.yaml"
    text = request.read_text(encoding="utf-8")
    request.write_text(text.replace('"two"', '"evil"'), encoding="utf-8")
    decide = prepared._gate

    def put_back(*arguments):
        request.write_text(text, encoding="utf-8")
        return decide(*arguments)

    monkeypatch.setattr(prepared, "_gate", put_back)
    done = site.release("run")
    assert (done.code, "edited while its gate was being decided" in done.out, site.marks) == (1, True, [])


def test_a_request_that_is_edited_between_two_attempts_to_claim_does_not_run(tmp_path, monkeypatch):
    """The first attempt loses the race for the ledger; the second one judges what lies there by then."""
    site = Site.at(tmp_path / "site")
    site.change()
    request = site.root / "changes" / ID / "rfc.yaml"
    request.write_text(request.read_text(encoding="utf-8").replace("Upgrade payments-db", "Upgrade the database"), encoding="utf-8")  # so that no commit holds it
    append, attempts = LedgerJournal.append_together, []

    def overtaken(self, *arguments, **words):
        attempts.append(1)
        if len(attempts) > 1:
            return append(self, *arguments, **words)
        request.write_text(request.read_text(encoding="utf-8").replace('"two"', '"evil"'), encoding="utf-8")
        raise errors.LostRace("another process was first")

    monkeypatch.setattr(LedgerJournal, "append_together", overtaken)
    done = site.release("run")
    assert (done.code, "the content here differs" in done.out, site.marks) == (1, True, [])
    assert len(attempts) == 1


def test_evidence_that_comes_between_two_attempts_to_claim_is_heard(tmp_path, monkeypatch):
    site = Site.at(tmp_path / "site")
    site.change()
    append, said = LedgerJournal.append_together, []

    def overtaken(self, *arguments, **words):
        if not said:
            said.append(site.cli("approve", ID, "--as", "bob"))
        return append(self, *arguments, **words)  # loses the race, the first time

    monkeypatch.setattr(LedgerJournal, "append_together", overtaken)
    done = site.release("run")
    assert (said[0].code, done.code, done.answer["state"]) == (0, 0, "implemented")
    approval = git(site.root, "log", "--format=%H", "--grep", "^approval of", "changeflow/ledger")
    decided = json.loads(site.cli("ledger", "show", "4", "--format", "json").out)["predicate"]
    assert decided["decision"]["inputs"]["ledger"] == approval


def test_a_program_that_is_replaced_between_two_steps_fails_its_step_and_does_not_run(tmp_path):
    site = Site.at(tmp_path / "site", **{"scripts/swap": SWAP, "scripts/back": MARK})
    site.change(steps=[run_step("swap", "swap"), run_step("two")], rollback=[run_step("undo", "back")])
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (1, "rolled_back")
    assert "nothing was started: not what was approved: `scripts/mark` was changed" in outcomes(site)["implementation/1"]["note"]
    assert site.marks == ["rollback/0 undo"]


def test_a_rollback_script_that_is_replaced_does_not_run_either_and_what_is_left_is_named(tmp_path):
    site = Site.at(tmp_path / "site", **{"scripts/swap": SWAP})
    site.change(steps=[run_step("swap", "swap"), run_step("two", "fail")], rollback=[run_step("undo"), run_step("tell")])
    done = site.release("run")
    assert (done.code, done.answer["state"]) == (1, "rollback_failed")
    assert "`scripts/mark` was changed" in outcomes(site)["rollback/0"]["note"]
    finished = next(body for body in journal(site) if body["event"] == "finished")
    assert "rollback/0 undo, rollback/1 tell" in finished["note"]
    assert site.marks == ["implementation/1 two"]


EDITS = {
    "changed": lambda site: site.write("conf/deploy.sh", 'echo evil >> "$MARKS"\n'),
    "gone": lambda site: (site.root / "conf/deploy.sh").unlink(),
    "a link": lambda site: ((site.root / "conf/deploy.sh").unlink(), (site.root / "conf/deploy.sh").symlink_to("/bin/true")),
    "the folder a link": lambda site: ((site.root / "conf").rename(site.root / "moved"), (site.root / "conf").symlink_to("moved")),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(
    "argv", [("sh", "conf/deploy.sh"), ("sh", "-eu", "./conf/deploy.sh", "x"), ("env", "A=1", "sh", "conf/deploy.sh"), ("sh", "-c", ". conf/deploy.sh")]
)
def test_a_script_of_an_interpreter_that_is_swapped_while_a_release_waits_does_not_run(tmp_path, argv, edit):
    site = Site.at(tmp_path / "site", **{"conf/deploy.sh": 'echo approved >> "$MARKS"\n'})
    site.change(steps=[{"name": "wait", "manual": "Wait"}, {"name": "go", "run": list(argv)}], rollback=[run_step("undo")])
    site.release("run")
    EDITS[edit](site)
    assert site.release("confirm", "--as", "carol").code == 0, "a person's word is taken while files differ"
    for verb in ("run", "resume"):
        done = site.release(verb)
        assert (done.code, "replaced since the release" in done.err, site.marks) == (1, True, []), done.err
    git(site.root, "rm", "-rqf", "--cached", "conf")
    git(site.root, "clean", "-fdxq")
    git(site.root, "reset", "-q", "--hard")
    assert site.release("resume").answer["state"] == "implemented"
    assert site.marks == ["approved", "verification/0 smoke"]


def swapping(site: Site, target: str, *argv: str, **words: object) -> list[dict[str, object]]:
    """A step that rewrites a file, and one that is told of it."""
    site.write("scripts/swap", f"#!/bin/sh\nmkdir -p conf/b\necho swapped > {target}\n").chmod(0o755)
    site.commit("the swap")
    return [run_step("swap", "swap"), {"name": "go", "run": list(argv), **words}]


@pytest.mark.parametrize(
    ("target", "argv", "told"),
    [
        ("conf/a.yaml && rm conf/a.yaml && ln -s ../scripts/mark conf/a.yaml", ("./scripts/mark", "conf/a.yaml"), "a symbolic link"),
        ("conf/a.yaml", ("./scripts/mark", "conf/a.yaml"), "`conf/a.yaml` was changed"),
        ("conf/a.yaml", ("./scripts/mark", "--file=conf"), "`conf/a.yaml` was changed"),
        ("conf/new.yaml", ("./scripts/mark", "conf"), "`conf/new.yaml` was added"),
        ("conf/b/c.yaml", ("./scripts/mark", "conf"), "`conf/b/c.yaml` was added"),
        ("conf/ignored.sh", ("sh", "./conf/ignored.sh"), "`conf/ignored.sh` was added"),
    ],
)
def test_data_that_a_step_names_is_content_too(tmp_path, target, argv, told):
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n", ".gitignore": "ignored.sh\n"})
    site.change(steps=swapping(site, target, *argv), rollback=[run_step("undo")])
    assert site.release("run").answer["state"] == "rolled_back"
    assert told in outcomes(site)["implementation/1"]["note"]
    assert site.marks == ["rollback/0 undo"]


@pytest.mark.parametrize("mutable", [["conf/a.yaml"], ["conf"], ["conf/"]])
def test_what_the_request_says_may_change_may_change(tmp_path, mutable):
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n"})
    site.change(steps=swapping(site, "conf/a.yaml", "./scripts/mark", "conf/a.yaml", mutable=mutable))
    assert site.release("run").answer["state"] == "implemented"


def test_the_program_itself_is_never_among_what_may_change(tmp_path):
    site = Site.at(tmp_path / "site", **{"scripts/go": MARK})
    site.change(steps=swapping(site, "scripts/go", "./scripts/go", "x", mutable=["scripts"]), rollback=[run_step("undo")])
    assert site.release("run").answer["state"] == "rolled_back"
    assert "`scripts/go` was changed" in outcomes(site)["implementation/1"]["note"]


@pytest.mark.parametrize("argv", [("sh", "scripts/go.sh", "x"), ("env", "A=conf/a.yaml", "sh", "scripts/go.sh", "x"), ("sh", "-c", "scripts/go.sh")])
def test_the_script_of_an_interpreter_is_never_among_what_may_change(tmp_path, argv):
    site = Site.at(tmp_path / "site", **{"scripts/go.sh": MARK, "conf/a.yaml": "a: 1\n"})
    site.change(steps=swapping(site, "scripts/go.sh", *argv, mutable=["scripts", "conf"]), rollback=[run_step("undo")])
    assert site.release("run").answer["state"] == "rolled_back"
    assert "`scripts/go.sh` was changed" in outcomes(site)["implementation/1"]["note"]


def test_a_file_that_a_script_is_given_may_change_where_the_request_says_so(tmp_path):
    site = Site.at(tmp_path / "site", **{"scripts/go.sh": MARK, "conf/a.yaml": "a: 1\n"})
    site.change(steps=swapping(site, "conf/a.yaml", "sh", "scripts/go.sh", "conf/a.yaml", mutable=["conf"]))
    assert site.release("run").answer["state"] == "implemented"


ENTRIES = {
    name: Entry(name, "100644", None)
    for name in ("a#b.sh", "ops/__init__.py", "ops/restart.py", "scripts/go.sh", "scripts/lib.sh")
}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["python3", "-m", "ops.restart"], {"ops/__init__.py", "ops/restart.py"}),
        (["python3", "-m", "ops"], {"ops/__init__.py", "ops/restart.py"}),
        (["sh", "-c", 'scripts/g""o.sh'], {"scripts/go.sh"}),
        (["sh", "-c", "scripts/g\\o.sh"], {"scripts/go.sh"}),
        (["sh", "-c", "! scripts/go.sh#"], {"scripts/go.sh"}),
        (["cat", "--file=a#b.sh"], {"a#b.sh"}),
        (["./elsewhere", "go", "lib.sh"], set()),
    ],
)
def test_a_file_is_named_however_its_name_is_spelt(words, named):
    assert named_files(ENTRIES, words) == named


def test_a_file_that_no_step_names_and_one_outside_of_the_repository_may_change(tmp_path):
    outside = tmp_path / "outside.yaml"
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n", "other.yaml": "o: 1\n"})
    site.change(steps=swapping(site, f"other.yaml; echo x > {outside}", "./scripts/mark", str(outside)))
    assert site.release("run").answer["state"] == "implemented"


def test_a_verify_that_was_rewritten_is_not_asked(tmp_path):
    site = Site.at(tmp_path / "site", **{"conf/ok.sh": "exit 0\n"})
    steps = swapping(site, "conf/ok.sh", "./scripts/mark", "go", verify=["sh", "conf/ok.sh"])
    site.change(steps=steps, rollback=[run_step("undo")])
    assert site.release("run").answer["state"] == "rolled_back"
    assert outcomes(site)["implementation/1"]["note"].startswith("verify: nothing was started: not what was approved: `conf/ok.sh`")
    assert site.marks == ["implementation/1 go", "rollback/0 undo"]


def test_more_files_than_are_listed_are_compared_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(approved, "_MOST_LISTED", 1)
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n"})
    site.change(steps=[{"name": "wait", "manual": "Wait"}, run_step("conf")])
    site.release("run")
    site.write("conf/a.yaml", "a: 2\n")
    site.release("confirm", "--as", "carol")
    assert "`conf/a.yaml` was changed" in site.release("run").err
    site.write("conf/a.yaml", "a: 1\n")
    assert site.release("run").answer["state"] == "implemented"


def test_the_key_for_what_may_change_leaves_older_approvals_as_they_are(tmp_path):
    site = Site.at(tmp_path / "site")
    site.change(steps=[run_step("one")])
    change = State(checkout_at(site.root)).change(ID).change
    assert "mutable" not in str(material(change))
    site.change(steps=[run_step("one", mutable=["conf"])])
    assert "mutable" in str(material(State(checkout_at(site.root)).change(ID).change))


def journal(site: Site) -> list[dict[str, object]]:
    """What was recorded about the release, in order."""
    paths = git(site.root, "ls-tree", "-r", "--name-only", "changeflow/ledger").split()
    entries = [json.loads(git(site.root, "show", f"changeflow/ledger:{path}")) for path in sorted(paths, key=lambda one: one.split("/")[1])]
    bodies = [json.loads(base64.b64decode(entry["payload"]))["predicate"] for entry in entries]
    return [body for body in bodies if "event" in body]


def outcomes(site: Site) -> dict[str, dict[str, object]]:
    return {str(body["key"]): body for body in journal(site) if body["event"] == "outcome"}


@pytest.mark.parametrize("known", ["main", "origin/main", "origin/HEAD"])
def test_a_branch_cannot_choose_what_judges_it(tmp_path, known):
    shut = {f"policies/{gate}.yaml": POLICY % {"gate": gate, "holds": "false"} for gate in ("approve", "deploy")}
    site = Site.at(tmp_path / "site", **shut)
    site.change()
    git(site.root, "checkout", "-qb", "other")
    site.write("changeflow.yaml", CONFIG.replace("spec: {", "spec: {main_branch: other, "))
    for path, text in shut.items():
        site.write(path, text.replace("false", "true"))
    site.commit("judge me kindly")
    if known != "main":
        git(site.root, "update-ref", f"refs/remotes/{known}", "main")
        git(site.root, "update-ref", "refs/remotes/origin/main", "main")
        git(site.root, "branch", "-D", "main")
    done = site.release("run")
    assert (done.code, "The test says so" in done.out, site.marks) == (1, True, [])


def test_a_main_branch_of_another_name_judges_where_the_base_says_so(tmp_path):
    site = Site.at(tmp_path / "site", **{"changeflow.yaml": CONFIG.replace("spec: {", "spec: {main_branch: trunk, ")})
    site.change()
    git(site.root, "branch", "-m", "main", "trunk")
    assert site.release("run").code == 0
