"""Noise never changes a plan, an edit of what will happen always does, and no secret is kept.

`plans_recorded/` has a plan of Terraform 1.15 (`terraform show -json`), with values that are unknown and sensitive, and what
`alembic upgrade head --sql` (1.20, SQLite) printed.
"""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeflow.release.plan_formats.plan_text import Machine, NoPlanError
from changeflow.release.plan_formats.table import FORMATS
from changeflow.release.planning import Planning

RECORDED = Path(__file__).parent / "plans_recorded"
TERRAFORM: dict[str, Any] = json.loads((RECORDED / "terraform.json").read_text(encoding="utf-8"))
SQL = (RECORDED / "alembic.sql").read_text(encoding="utf-8")
# the password that the recorded plan was made with
VALUE = 'n3w&r "pass"word'
HERE = Machine("/home/ann/shop", "/home/ann")
few = settings(max_examples=15)

GIT_DIFF = """diff --git a/web.yaml b/web.yaml
index 83db48f..bf269f4 100644
--- a/web.yaml
+++ b/web.yaml
@@ -1,2 +1,2 @@ spec:
 kind: Deployment
-  replicas: 2
+  replicas: 3
diff --git a/db.sql b/db.sql
index 1111111..2222222 100644
--- a/db.sql
+++ b/db.sql
@@ -7,2 +7,1 @@
--- a comment that goes
 SELECT 1;
"""
KUBECTL = """diff -u -N /tmp/LIVE-{n}/apps.v1.Deployment.shop.web /tmp/MERGED-{n}/apps.v1.Deployment.shop.web
--- /tmp/LIVE-{n}/apps.v1.Deployment.shop.web\t2026-11-2{n} 10:00:0{n}.000000000 +0000
+++ /tmp/MERGED-{n}/apps.v1.Deployment.shop.web\t2026-11-2{n} 10:00:0{n}.000000000 +0000
@@ -{n},4 +{n},4 @@
   name: web
-  generation: {n}
+  generation: 1{n}
-  image: shop/web:1.4
+  image: shop/web:1.5
   x: y
"""


def plan(format_: str, text: str | dict[str, Any], machine: Machine = HERE) -> str:
    data = text if isinstance(text, str) else json.dumps(text)
    return FORMATS[format_](data.encode(), machine)


def shuffled(value: Any, draw: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key], draw) for key in draw(st.permutations(list(value)))}
    return [shuffled(one, draw) for one in value] if isinstance(value, list) else value


@few
@given(st.data())
def test_noise_of_terraform_changes_nothing(data: st.DataObject) -> None:
    noisy = shuffled(TERRAFORM, data.draw)
    noisy["resource_changes"] = data.draw(st.permutations(noisy["resource_changes"]))
    noisy["timestamp"] = data.draw(st.text(max_size=8))
    noisy["terraform_version"] = data.draw(st.sampled_from(["1.9.0", "1.15.5"]))
    noisy["prior_state"] = {"values": data.draw(st.integers())}
    assert plan("terraform", noisy) == plan("terraform", TERRAFORM)


def places(value: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The routes of all plain values."""
    found: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        for key, one in value.items():
            found += places(one, (*route, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            found += places(one, (*route, index))
    else:
        found.append(route)
    return found


def at(value: Any, route: tuple[Any, ...]) -> Any:
    for part in route:
        value = value[part]
    return value


EDITS = []
for number, resource in enumerate(TERRAFORM["resource_changes"]):
    for side in ("actions", "after", "after_unknown"):
        for route in places(resource["change"][side]):
            if "password" not in route and not (side == "after" and resource["change"]["actions"] == ["no-op"]):
                EDITS.append((number, "change", side, *route))
    EDITS.append((number, "address"))


@pytest.mark.parametrize("route", EDITS, ids=lambda route: "/".join(map(str, route)))
def test_an_edit_of_a_resource_changes_the_plan(route: tuple[Any, ...]) -> None:
    edited = copy.deepcopy(TERRAFORM)
    last = at(edited["resource_changes"], route[:-1])
    old = last[route[-1]]
    last[route[-1]] = (not old) if isinstance(old, bool) else f"{old} and more"
    assert plan("terraform", edited) != plan("terraform", TERRAFORM)


def test_what_a_later_terraform_adds_to_a_plan_is_kept() -> None:
    assert plan("terraform", TERRAFORM | {"action_invocations": [{"address": "action.x.restart"}]}) != plan(
        "terraform", TERRAFORM
    )


@pytest.mark.parametrize("word", ["known after apply", "(sensitive)", 'terraform_data.depends["y z"]'])
def test_unknown_and_sensitive_values_are_marked(word: str) -> None:
    assert word in plan("terraform", TERRAFORM)


@few
@given(st.text(min_size=3, max_size=30).filter(lambda text: len(text.strip()) > 2))
def test_a_sensitive_value_is_kept_in_no_spelling(secret: str) -> None:
    text = json.dumps(TERRAFORM).replace(json.dumps(VALUE)[1:-1], json.dumps(secret + "\U0001f511q7")[1:-1])
    document, value = json.loads(text), secret + "\U0001f511q7"
    printed = [value, json.dumps(value), quote(value), base64.b64encode(value.encode()).decode(), value.encode().hex()]
    document["resource_changes"].append(
        {"address": "x.y", "change": {"actions": ["create"], "before": None, "after": {"note": printed}}}
    )
    kept = plan("terraform", document)
    for one in printed:
        assert one not in kept
        assert json.dumps(one)[1:-1] not in kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_plan.empty"),
        ("\x1b[0m\n", "no_plan.empty"),
        ("{}", "no_plan.shape"),
        ('{"resource_changes": [], "resource_changes": []}', "no_plan.shape"),
        ('{"resource_changes": [{}]}', "no_plan.shape"),
        ('{"resource_changes": [], "errored": true}', "no_plan.errored"),
        ("[" * 100_000, "no_plan.shape"),
    ],
)
def test_what_is_no_plan_of_terraform_is_said(text: str, code: str) -> None:
    with pytest.raises(NoPlanError) as error:
        plan("terraform", text)
    assert error.value.why["code"] == code


@pytest.mark.parametrize("format_", FORMATS)
def test_bytes_that_are_no_text_are_no_plan(format_: str) -> None:
    with pytest.raises(NoPlanError):
        FORMATS[format_](b"caf\xe9", HERE)


# -- diffs ---------------------------------------------------------------------------------------


def test_line_numbers_digests_and_the_order_of_files_are_noise_in_a_diff() -> None:
    first, second = GIT_DIFF.split("diff --git a/db", 1)
    other = f"diff --git a/db{second}{first}".replace("-1,2 +1,2 @@ spec:", "-11,2 +12,2 @@ other:").replace("83db48f", "0" * 7)
    assert plan("diff", f"\x1b[1m{other}\x1b[m") == plan("diff", GIT_DIFF)


def test_folders_and_times_of_kubectl_are_noise() -> None:
    assert plan("diff", KUBECTL.format(n=1)) == plan("diff", KUBECTL.format(n=2))
    assert plan("diff", KUBECTL.format(n=1)) != plan("diff", KUBECTL.format(n=1).replace("web:1.5", "web:1.6"))


def hunk_lines() -> list[int]:
    return [at for at, line in enumerate(GIT_DIFF.split("\n")) if line[:1] in "+- " and line.strip("+- ")]


@pytest.mark.parametrize("number", hunk_lines())
def test_an_edit_of_any_line_of_a_diff_changes_the_plan(number: int) -> None:
    lines = GIT_DIFF.split("\n")
    lines[number] += "x"
    assert plan("diff", "\n".join(lines)) != plan("diff", GIT_DIFF)


def test_the_digest_of_a_binary_file_is_what_changes() -> None:
    text = "diff --git a/x b/x\nindex 1111111..{0} 100644\nBinary files a/x and b/x differ\n"
    assert plan("diff", text.format("2" * 7)) != plan("diff", text.format("3" * 7))


def diff_planning() -> Planning:
    return Planning("CHG-20261121-x", 1, "one", ("kubectl", "diff"), "diff", timedelta(minutes=1))


def test_a_comparison_that_finds_nothing_is_a_plan_and_one_that_says_otherwise_is_none() -> None:
    planning = diff_planning()
    assert planning.kept(b"", HERE, 0).endswith("\n\n(nothing differs)\n")
    assert planning.kept(b"\n", HERE, 0) == planning.kept(b"", HERE, 0)
    with pytest.raises(NoPlanError, match="empty"):
        planning.kept(b"", HERE, 1)
    assert planning.kept(GIT_DIFF.encode(), HERE, 1) == planning.kept(GIT_DIFF.encode(), HERE, 0)
    for format_ in FORMATS:
        if format_ != "diff":
            with pytest.raises(NoPlanError, match="empty"):
                replace(planning, format=format_).kept(b"", HERE, 0)


def whole_files() -> tuple[str, ...]:
    """Beginnings of the diff that are whole diffs of fewer files."""
    first, second = GIT_DIFF.split("diff --git a/db", 1)
    return first, f"{first}diff --git a/db{second}"


def is_plan(text: str) -> bool:
    try:
        return bool(plan("diff", text))
    except NoPlanError:
        return False


def test_a_diff_that_was_cut_off_is_no_plan() -> None:
    beginnings = [GIT_DIFF[:end] for end in range(len(GIT_DIFF) + 1)]
    assert [cut for cut in beginnings if is_plan(cut)] == list(whole_files())


@pytest.mark.parametrize("text", ["error: You must be logged in to the server\n", "usage: diff FILE FILE\n", "web-1   Running\n"])
def test_words_without_a_difference_are_no_diff(text: str) -> None:
    with pytest.raises(NoPlanError, match="no_diff"):
        plan("diff", text)


@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
        "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
        "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n",
        "Only in b: x\n",
        "Files differ in time only.\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n",
        "default, web, Deployment (apps) has changed:\n  kind: Deployment\n-   replicas: 2\n+   replicas: 3\n",
    ],
)
def test_differences_without_lines_are_diffs(text: str) -> None:
    assert plan("diff", text)


# -- SQL -----------------------------------------------------------------------------------------


def test_empty_lines_blanks_and_times_in_comments_are_noise_in_sql() -> None:
    noisy = "-- Generated at 2026-11-27 10:00:01\n\n" + SQL.replace(",\n", ",   \n").replace(";\n", ";\r\n")
    assert plan("sql", noisy) == plan("sql", f"-- Generated at 2026-11-28 11:00\n{SQL}")


@pytest.mark.parametrize("number", [at for at, line in enumerate(SQL.split("\n")) if line.strip()])
def test_an_edit_of_any_statement_changes_the_plan(number: int) -> None:
    lines = SQL.split("\n")
    lines[number] = f"x{lines[number]}"
    assert plan("sql", "\n".join(lines)) != plan("sql", SQL)


def test_a_text_of_several_lines_stays_as_it_is() -> None:
    text = "COMMENT ON TABLE account IS 'It''s \n-- run at 2026-01-0{0} 10:00:00\n{1}';\n"
    kept = {plan("sql", text.format(day, blanks)) for day in (1, 2) for blanks in ("", "\n")}
    assert len(kept) == 4


@pytest.mark.parametrize("before", ["SELECT 'a\\'", "SELECT $$", "SELECT '", "/*"])
def test_a_line_that_only_some_databases_read_as_a_comment_stays(before: str) -> None:
    text = f"{before}\n-- generated at 2026-11-27 10:00:0{{0}} '; DROP TABLE x;\n"
    assert plan("sql", text.format(1)) != plan("sql", text.format(2))


def test_a_password_in_a_statement_is_masked() -> None:
    kept = plan("sql", "CREATE ROLE app PASSWORD 'it''s hidden';\nSELECT 'it''s hidden';\n")
    assert "hidden" not in kept


# -- text ----------------------------------------------------------------------------------------

NOISY = """[{time}] planning
Generated at 2026-11-27T{time}Z in {took}s
reading /tmp/tmp.{word}/values.yaml and {root}/chart
random.x: Refreshing state... [id={word}]
run_at: 2026-12-01T10:00:00Z
timeout: 30s
Plan took {took}s
"""


@few
@given(st.integers(10, 59), st.text("abcXYZ019", min_size=6, max_size=10))
def test_clocks_durations_and_folders_of_a_machine_are_noise_in_text(number: int, word: str) -> None:
    texts = []
    for at_, folder in ((10, "/home/ann/shop"), (number, "/srv/runner/shop")):
        said = NOISY.format(time=f"10:{at_}:{at_}", took=f"{at_}.5", word=f"9{word}{at_}", root=folder)
        texts.append(plan("text", said, Machine(folder)))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("edit", [("12-01", "12-02"), ("30s", "40s"), ("values", "others"), ("chart", "charts")])
def test_times_and_durations_that_say_what_will_happen_stay(edit: tuple[str, str]) -> None:
    assert plan("text", NOISY.replace(*edit)) != plan("text", NOISY)


def test_values_of_secrets_of_kubernetes_are_masked() -> None:
    value = base64.b64encode(b"open sesame").decode()
    manifest = f"kind: Secret\nmetadata:\n  name: db\ndata:\n  word: {value}\nstringData:\n  other: |\n    open sesame\ntype: Opaque\n"
    kept = plan("text", f"{manifest}---\nkind: ConfigMap\ndata:\n  plain: {value}\n  colour: blue\n")
    assert value not in kept
    assert "open sesame" not in kept
    assert "name: db" in kept
    assert "colour: blue" in kept


def test_what_deceives_a_reader_is_written_out() -> None:
    assert plan("text", "add \u202eeno\x07") == "add \\u202eeno\\u0007\n"


# -- what somebody hides in a plan ----------------------------------------------------------------


def configured(**words: Any) -> dict[str, Any]:
    """The recorded plan with a provider that is set up, and a resource that runs a program, in a module too."""
    said = {"region": "eu-1", "command": "./notify", "password": "c0rrect-horse", **words}
    constant = {name: {"constant_value": value} for name, value in said.items()}
    document = copy.deepcopy(TERRAFORM)
    document["configuration"]["provider_config"]["aws"] = {
        "name": "aws",
        "expressions": {"region": constant["region"], "client_password": constant["password"], "assume_role": [{"role_arn": {"references": ["var.role"]}}]},
    }
    runs = {"type": "local-exec", "expressions": {"command": constant["command"], "environment": {"constant_value": {"DB_PASSWORD": said["password"]}}}}
    module = {"resources": [{"address": "terraform_data.inner", "provisioners": [runs]}]}
    document["configuration"]["root_module"]["resources"][0]["provisioners"] = [runs]
    document["configuration"]["root_module"]["module_calls"] = {"net": {"module": module}}
    return document


@pytest.mark.parametrize("edit", [{"region": "us-1"}, {"command": "./drop everything"}])
def test_where_a_provider_works_and_what_a_provisioner_runs_are_part_of_a_plan(edit: dict[str, str]) -> None:
    kept = plan("terraform", configured())
    assert plan("terraform", configured(**edit)) != kept
    assert '"region": "eu-1"' in kept
    assert kept.count('"command": "./notify"') == 2
    assert "provisioner of module.net.terraform_data.inner: " in kept


def test_secrets_in_a_configuration_are_masked() -> None:
    kept = plan("terraform", configured())
    assert "c0rrect-horse" not in kept
    assert '"client_password": (sensitive)' in kept
    assert "var.role" in kept


HIDDEN = "rm -rf /data"


@pytest.mark.parametrize(
    "line",
    [
        f"{HIDDEN} #\r+echo fine",
        f"\x1b]0;{HIDDEN}\x07echo fine",
        f"{HIDDEN} # ------------------ 1.00s",
        f"x: Refreshing state...; {HIDDEN}",
        f"x: Reading... && {HIDDEN}",
        f"Releasing state lock; {HIDDEN}",
        f"Playbook run took 0 days; {HIDDEN}",
    ],
)
@pytest.mark.parametrize("format_", ["text", "diff", "sql"])
def test_no_line_hides_what_is_run(format_: str, line: str) -> None:
    text = f"@@ -0,0 +1,1 @@\n+{line}\n" if format_ == "diff" else f"{line}\n"
    assert HIDDEN in plan(format_, text)


def test_a_difference_that_ends_like_a_line_of_times_is_kept() -> None:
    text = f"TASK [Write it] ***\n--- before\n+++ after\n@@ -0,0 +1 @@\n+{HIDDEN} # ------------------ 1.00s\n\nchanged: [web1]\n\nPLAY RECAP ***\nweb1 : ok=1    failed=0\n"
    assert HIDDEN in plan("ansible", text)
    assert "1.20s" not in plan("ansible", f"{text}\nWrite it -------------------------------- 1.20s\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("--leader-elect-lease-duration=15s", "--leader-elect-lease-duration=90s"),
        ("    duration: 30s", "    duration: 300s"),
        ("duration: 30s", "duration: 300s"),
        ("args: [-duration, elapsed=5s]", "args: [-duration, elapsed=50s]"),
        ("job: run at 02:00", "job: run at 12:00"),
        ("the job will be started at 22:00", "the job will be started at 10:00"),
        ("  created: 2026-12-01T22:00:00Z", "  created: 2026-12-02T22:00:00Z"),
        ('"built": 10:00', '"built": 11:00'),
        ("sh /tmp/deploy-v1.sh", "sh /tmp/deploy-v2.sh"),
        ("mountPath: /tmp/data1", "mountPath: /tmp/data2"),
    ],
)
def test_a_setting_with_the_words_of_a_report_is_no_noise(before: str, after: str) -> None:
    assert plan("text", before) != plan("text", after)
    assert plan("diff", f"web, Job (batch) has changed:\n+ {before}\n") != plan("diff", f"web, Job (batch) has changed:\n+ {after}\n")


@pytest.mark.parametrize(
    "line",
    [
        "# generated: 2026-11-2{n} 10:00",
        "Generated at 2026-11-2{n}T10:00:00Z by helm",
        "Total duration: {n}.5s",
        "Elapsed: 00:00:0{n}",
        "Plan took {n} seconds",
        "helm completed in {n}ms",
        "reading /tmp/tmp.aB{n}cD3eFgH/values",
        "reading /tmp/tmpab{n}_x9q2/values",
        "reading /tmp/go-build12345{n}/main",
        "reading /tmp/helm-98{n}7654321/chart",
        "aws_x.y: Refreshing state... [id=i-{n}]",
        "data.aws_x.y: Read complete after {n}s [id=i-1]",
        "data.aws_x.y: Still reading... [{n}0s elapsed]",
    ],
)
def test_reports_of_a_program_about_itself_are_noise(line: str) -> None:
    assert plan("text", f"a\n{line.format(n=1)}\n") == plan("text", f"a\n{line.format(n=2)}\n")


COUNTED = "--- /tmp/LIVE-1/v1.ConfigMap.x\t2026\n+++ /tmp/MERGED-1/v1.ConfigMap.x\t2026\n@@ -1,3 +1,3 @@\n {0}:\n-  generation: 1\n+  generation: {1}\n   x: y\n"


def test_what_kubectl_counts_up_is_noise_below_metadata_alone() -> None:
    assert plan("diff", COUNTED.format("metadata", 2)) == plan("diff", COUNTED.format("metadata", 3))
    assert plan("diff", COUNTED.format("data", 2)) != plan("diff", COUNTED.format("data", 3))
    words = COUNTED.replace("generation: {1}", "uid: {1}")
    assert plan("diff", words.format("metadata", "0")) != plan("diff", words.format("metadata", "1000"))


DISGUISED = """\
kind: ConfigMap
data:
  note: |
    kind: Secret
  run.sh: |
    {0}
"""
ITEMS = """\
kind: List
items:
- kind: ConfigMap
  data: {{run: {0}}}
- apiVersion: v1
  data:
# a comment
    word: {1}
  kind: Secret
"""


def test_the_words_of_a_secret_hide_nothing_of_another_object() -> None:
    assert HIDDEN in plan("text", DISGUISED.format(HIDDEN))
    signed = "".join(f"+{line}\n" for line in DISGUISED.format(HIDDEN).splitlines())
    assert HIDDEN in plan("diff", f"@@ -0,0 +1,6 @@\n{signed}")
    kept = plan("text", ITEMS.format(HIDDEN, base64.b64encode(b"open sesame").decode()))
    assert HIDDEN in kept
    assert base64.b64encode(b"open sesame").decode() not in kept


@pytest.mark.parametrize("indent", [None, 2])
def test_values_of_secrets_in_json_are_masked(indent: int | None) -> None:
    value = base64.b64encode(b"open sesame").decode()
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {"word": value}, "stringData": {"b": "open, } sesame"}, "metadata": {"name": "db"}}
    for document in (secret, {"kind": "List", "items": [secret]}):
        kept = plan("text", json.dumps(document, indent=indent))
        assert value not in kept
        assert "sesame" not in kept
        assert '"name": "db"' in kept
