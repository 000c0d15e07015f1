"""What was approved is what runs: no spelling of a step, no edit at a bad moment and no branch gets around it."""

from __future__ import annotations

import pytest

from changeflow import errors
from changeflow.repo.source import WorkTree
from changeflow.usecases.load import load_change
from changeflow.usecases.releases import desk

from .site import CONFIG, ID, MARK, POLICY, Site, git, run_step

SWAP = "#!/bin/sh\nprintf '#!/bin/sh\\necho swapped >> \"$MARKS\"\\n' > scripts/mark\n"


def digest_of(site: Site) -> str:
    return load_change(WorkTree(site.root), ID).digest


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
    approved = digest_of(site)
    site.write("other.yaml", "o: 2\n")
    assert digest_of(site) == approved
    site.write("conf/a.yaml", "a: 2\n")
    assert digest_of(site) != approved


def test_a_file_added_to_a_folder_that_a_step_names_is_not_what_was_approved(tmp_path):
    site = Site.at(tmp_path / "site", **{"conf/a.yaml": "a: 1\n"})
    naming(site, "tool", "conf")
    approved = digest_of(site)
    site.write("conf/z.yaml", "z: 1\n")
    assert digest_of(site) != approved


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
    approved = request.read_text()
    request.write_text(approved.replace('"two"', '"evil"'))
    decide = desk._gate

    def put_back(*arguments):
        request.write_text(approved)
        return decide(*arguments)

    monkeypatch.setattr(desk, "_gate", put_back)
    done = site.release("run")
    assert (done.code, "edited while its gate was being decided" in done.out, site.marks) == (1, True, [])


def test_a_program_that_is_replaced_between_two_steps_does_not_run(tmp_path):
    site = Site.at(tmp_path / "site", **{"scripts/swap": SWAP})
    site.change(steps=[run_step("swap", "swap"), run_step("two")], rollback=[run_step("undo")])
    done = site.release("run")
    assert (done.code, "replaced since" in done.out, site.marks) == (1, True, [])
    site.write("scripts/mark", MARK)
    assert site.release("resume").code == 0
    assert site.marks == ["implementation/1 two", "verification/0 smoke"]


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
