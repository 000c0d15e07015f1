"""Each rule finds what it is there for, in one word changed of a repository that is otherwise valid."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
import valid_repository as valid
from valid_repository import ALICES_KEY, BOBS_KEY, CHANGE, RFC_PATH, key

from changeflow.checks import cmdb_health, period_reviews, standards
from changeflow.checks.catalogue import BY_ID, GROUPS, RULES, groups
from changeflow.model.findings import Finding
from changeflow.usecases.check.check import Checked, check
from changeflow.usecases.check.target import CheckTarget
from tests.literals import texts_beside_rows

ROSTER, ITEMS, MORE = "policies/roster.yaml", "cmdb/payments.yaml", "cmdb/more/others.yaml"
POLICY, MODEL, CALENDAR = "policies/approvals.yaml", "policies/models/restart-cache.yaml", "policies/calendar.yaml"
TEST, RELEASE, CONFIG, RISK = (
    "policies/tests/approvals.yaml",
    "releases/november/release.yaml",
    "changeflow.yaml",
    "policies/risk.yaml",
)
STANDARD = ("type: normal  ", "type: standard\n  model: restart-cache ")


def run(root: Path) -> Checked:
    return check(CheckTarget(root))


def of(checked: Checked, rule: str) -> list[Finding]:
    return [finding for finding in checked.findings.findings if finding.rule == rule]


def test_the_valid_repository_has_no_findings_at_all(tmp_path: Path) -> None:
    checked = run(valid.write(tmp_path))
    assert checked.findings.findings == ()
    assert checked.findings.documents == 17


ROLLBACK_STEPS = """\
    steps:
      - name: Promote the old primary
        run: [./scripts/promote, payments-db-1]
        verify: [./scripts/is-primary, payments-db-1]
"""

TIED = ("      - name: Promote the old primary\n", "      - name: Promote the old primary\n        undoes: [Promote the upgraded replica]\n")


def evidence(demand: str) -> tuple[str, str]:
    return ("8.5.1.3\n", f"8.5.1.3\n      require_evidence: [{{{demand}}}]\n")


WORKFLOW = "        workflow: {repository: acme/shop, file: back.yml, ref: main}\n"
IRREVERSIBLE = "        irreversible: They were told"

# rule, file, old, new, line of the finding
CASES = [
    ("rfc-unknown-ci", RFC_PATH, "- ci: payments-db\n", "- ci: payments-bd\n", 16),
    ("rfc-ci-not-live", RFC_PATH, "- ci: payments-db\n", "- ci: old-db\n", 16),
    ("rfc-ci-not-live", RFC_PATH, "- ci: payments-db\n", "- ci: ledger-db\n", 16),
    ("rfc-unknown-person", RFC_PATH, "requester: alice", "requester: alcie", 7),
    ("rfc-unknown-person", RFC_PATH, "implementer: bob", "implementer: cab", 14),
    ("rfc-agent-requester", RFC_PATH, "requester: alice", "requester: renovate", 7),
    ("rfc-agent-requester", RFC_PATH, "implementer: bob", "implementer: renovate", 14),
    ("rfc-depends-on-missing", RFC_PATH, "depends_on: []", "depends_on: [CHG-20261120-gone]", 51),
    ("rfc-depends-on-cycle", RFC_PATH, "depends_on: []", f"depends_on: [{CHANGE}]", 51),
    ("rfc-model-missing", RFC_PATH, "type: normal  ", "type: standard\n  model: restart-cachet ", 11),
    ("rfc-model-scope", RFC_PATH, *STANDARD, 17),
    ("rfc-window-offset", RFC_PATH, "start: 2026-11-25T22:00:00+08:00", "start: 2026-11-25T22:00:00", 49),
    ("rfc-verification-soak", RFC_PATH, "run: [./scripts/smoke, settlement]", "run: [./scripts/smoke, settlement]\n      failures: 2", 41),
    ("rfc-verification-soak", RFC_PATH, "run: [./scripts/smoke, settlement]", "run: [./scripts/smoke, settlement]\n      for: PT1M\n      every: PT2M", 42),
    ("rfc-verification-soak", RFC_PATH, "run: [./scripts/smoke, settlement]", "run: [./scripts/smoke, settlement]\n      for: PT1M\n      failures: 4", 42),
    ("rfc-verification-window", RFC_PATH, "run: [./scripts/smoke, settlement]", "run: [./scripts/smoke, settlement]\n      for: PT2H", 41),
    ("rfc-query-token", RFC_PATH, "run: [./scripts/smoke, settlement]", "query: {url: 'https://metrics.example', promql: up, above: 0, token_from: TOKEN}", 40),
    ("rfc-window-order", RFC_PATH, "end: 2026-11-25T23:30", "end: 2026-11-25T21:30", 50),
    ("rfc-window-order", RFC_PATH, "end: 2026-11-25T23:30:00+08:00", "end: 2026-11-25T22:00:00+08:00", 50),
    ("rfc-rollback-steps", RFC_PATH, ROLLBACK_STEPS, "", 41),
    ("rfc-step-return", RFC_PATH, *TIED, 36),
    ("rfc-undoes", RFC_PATH, TIED[0], TIED[1].replace("upgraded", "upgrade"), 46),
    ("rfc-undoes", RFC_PATH, TIED[0], f"{TIED[0]}        undoes: [Tell the settlement desk, Promote]\n", 46),
    ("rfc-undone-twice", RFC_PATH, "manual: Call the desk and wait for their go", f"manual: Call the desk\n        undo: {{manual: Call them again}}\n{IRREVERSIBLE}", 39),
    ("rfc-plan-acts", RFC_PATH, "        timeout: PT5M\n", "        timeout: PT5M\n        plan: {run: [./scripts/promote, payments-db-1], format: text}\n", 36),
    ("rfc-undo-verify", RFC_PATH, "        timeout: PT5M\n", "        timeout: PT5M\n        undo: {run: [./scripts/promote, payments-db-1]}\n", 36),
    ("rfc-workflow-moves", RFC_PATH, "        run: [./scripts/promote, payments-db-1]\n        verify: [./scripts/is-primary, payments-db-1]\n", WORKFLOW, 46),
    ("rfc-workflow-input", RFC_PATH, "        run: [./scripts/promote, payments-db-1]\n        verify: [./scripts/is-primary, payments-db-1]\n", WORKFLOW.replace("ref: main", f"ref: main, commit: {'a' * 40}, inputs: {{changeflow: x}}"), 46),
    ("rfc-rollback-trigger", RFC_PATH, "    trigger: Settlement errors above 2 % for five minutes\n", "", 41),
    ("rfc-rollback-limit", RFC_PATH, "    limit: PT30M                    # promised time to restore\n", "", 41),
    ("rfc-return-time", RFC_PATH, "        verify: [./scripts/is-primary, payments-db-1]\n", "        verify: [./scripts/is-primary, payments-db-1]\n        timeout: PT16M\n", 43),
    ("rfc-placeholder", RFC_PATH, "trigger: Settlement errors above 2 % for five minutes", "trigger: TODO", 42),
    ("rfc-placeholder", RFC_PATH, "run: [./scripts/promote, payments-db-1]", "manual: Revert the change.", 46),
    ("rfc-placeholder", RFC_PATH, "reason: PostgreSQL 13 leaves support this month", "reason: 'TBD: ask Carol'", 12),
    ("rfc-placeholder", RFC_PATH, "reason: PostgreSQL 13 leaves support this month", "reason: none", 12),
    ("rfc-placeholder", RFC_PATH, "reason: PostgreSQL 13 leaves support this month", "reason: 暂无", 12),
    ("rfc-id-folder", RFC_PATH, "id: CHG-20261121-payments-db-upgrade", "id: CHG-20261121-payments-db", 5),
    ("rfc-duplicate-ci", RFC_PATH, "    - ci: payments-db\n", "    - ci: payments-db\n    - ci: payments-db\n", 17),
    ("cmdb-duplicate-id", MORE, "metadata: {id: cache-2}", "metadata: {id: cache-1}", 19),
    ("cmdb-unknown-dependency", ITEMS, "ci: feature-flags", "ci: feature-flag", 12),
    ("cmdb-unknown-dependency", ITEMS, "[cache-1,", "[cache-9,", 14),
    ("cmdb-self-dependency", ITEMS, "ci: feature-flags", "ci: payments-api", 12),
    ("cmdb-retired-dependency", ITEMS, "ci: feature-flags", "ci: old-db", 12),
    ("cmdb-unknown-owner", ITEMS, "owner: team-payments", "owner: team-payment", 8),
    ("cmdb-unknown-type", ITEMS, "type: service", "type: servise", 5),
    ("cmdb-incomplete", ITEMS, "  criticality: tier1                # tier1 (highest) .. tier4\n", "", 4),
    ("cmdb-incomplete", ITEMS, "  type: service                     # free text from a list in changeflow.yaml\n", "", 4),
    ("cmdb-incomplete", ITEMS, "  environment: production\n", "", 4),
    ("cmdb-incomplete", ITEMS, ", name: Payments API", "", 3),
    ("cmdb-group-min", ITEMS, "min: 2", "min: 4", 15),
    ("cmdb-maps-path", ITEMS, "  depends_on:\n", "  maps: {paths: [services/payments/**, /srv/payments]}\n  depends_on:\n", 10),
    ("cmdb-maps-path", ITEMS, "  depends_on:\n", "  maps: {paths: [../payments/**]}\n  depends_on:\n", 10),
    ("cmdb-maps-path", ITEMS, "  depends_on:\n", "  maps: {paths: [services//payments]}\n  depends_on:\n", 10),
    ("cmdb-maps-path", ITEMS, "  depends_on:\n", "  maps: {paths: ['!services/payments']}\n  depends_on:\n", 10),
    ("cmdb-maps-address", ITEMS, "  depends_on:\n", "  maps: {terraform: [payments]}\n  depends_on:\n", 10),
    ("cmdb-maps-address", ITEMS, "  depends_on:\n", "  maps: {terraform: [data.aws_ami.linux]}\n  depends_on:\n", 10),
    ("cmdb-maps-image", ITEMS, "  depends_on:\n", "  maps: {images: ['https://registry.example/shop']}\n  depends_on:\n", 10),
    ("cmdb-id-collision", MORE, "metadata: {id: cache-2}", "metadata: {id: cache-l}", 19),
    ("roster-unknown-member", ROSTER, "cab: [carol,", "cab: [carole,", 13),
    ("roster-duplicate-member", ROSTER, "cab: [carol, dave,", "cab: [carol, carol,", 13),
    ("roster-empty-role", ROSTER, "policy-owners: [erin]", "policy-owners: []", 15),
    ("roster-role-name", ROSTER, "  delegations:", "  role_names: {cap: Change advisory board}\n  delegations:", 17),
    ("roster-unknowable", ROSTER, "{name: Carol, emails: [carol@example.com]}", "{name: Carol}", 8),
    ("roster-agent-member", ROSTER, "policy-owners: [erin]", "policy-owners: [renovate]", 15),
    ("roster-duplicate-github", ROSTER, "github_id: 1002", "github_id: 1001", 7),
    ("roster-duplicate-github", ROSTER, "github: bob-gh", "github: Alice-GH", 7),
    ("roster-duplicate-github", ROSTER, "github: bob-gh,", "github: bob-gh, accounts: [{github_id: 1001}],", 7),
    ("roster-duplicate-github", ROSTER, "github: bob-gh,", "github: bob-gh, accounts: [{github_id: 7, github: Alice-GH}],", 7),
    ("roster-duplicate-github", ROSTER, "bob@example.com", "1001+bob@Users.noreply.github.com", 7),
    ("roster-duplicate-key", ROSTER, f"{BOBS_KEY} bob", f"{ALICES_KEY} bob", 7),
    ("roster-key-unreadable", ROSTER, f"{BOBS_KEY} bob", "ssh-ed25519 AAAA bob", 7),
    ("roster-duplicate-email", ROSTER, "bob@example.com", "Alice@example.com", 7),
    ("roster-delegation-unknown", ROSTER, "to: dave", "to: david", 18),
    ("roster-delegation-self", ROSTER, "to: dave", "to: carol", 18),
    ("roster-delegation-agent", ROSTER, "to: dave", "to: renovate", 18),
    ("roster-delegation-role", ROSTER, "roles: [ecab]", "roles: [policy-owners]", 18),
    ("roster-delegation-role", ROSTER, "roles: [ecab]", "roles: [ecap]", 18),
    ("roster-delegation-order", ROSTER, "end: 2027-01-07", "end: 2026-01-07", 18),
    ("policy-condition", POLICY, "risk.level in", "risk.level within", 8),
    ("policy-condition", POLICY, "assert: change.", "assert: chnage.", 15),
    ("policy-unknown-fact", POLICY, "risk.level in", "risk.levle in", 8),
    ("policy-unknown-fact", POLICY, "assert: change.assessment.tested", "assert: change.assessment.testd", 15),
    ("policy-fact-not-told", POLICY, 'change.type != "emergency"', "evidence.merged", 14),
    ("policy-evidence", POLICY, *evidence("kind: junit, name: Unit tests"), 12),
    ("policy-evidence", POLICY, *evidence("kind: junit, name: un\u0456t"), 12),
    ("policy-evidence", POLICY, *evidence("kind: file, name: image"), 12),
    ("policy-evidence", POLICY, *evidence("kind: check, name: build, path: a.xml"), 12),
    ("policy-evidence", POLICY, *evidence("kind: junit, name: unit, by: alice"), 12),
    ("policy-evidence", POLICY, *evidence("kind: junit, name: unit, by: cab"), 12),
    ("policy-duplicate-rule", POLICY, "id: tested-before-production", "id: cab-quorum", 13),
    ("policy-unknown-role", POLICY, "role: cab,", "role: cap,", 9),
    ("policy-reviews", POLICY, "  rules:", "  reviews: {due: [{within: P3D}]}\n  rules:", 6),
    ("policy-unsatisfiable", POLICY, "count: 2", "count: 9", 9),
    ("policy-test-unknown", TEST, "policy: approvals", "policy: approval", 5),
    ("policy-test-unknown", TEST, "expect: {tested", "expect: {test", 9),
    ("model-unknown-authority", MODEL, "authority: cab", "authority: cub", 6),
    ("model-unknown-person", MODEL, "authorised_by: [carol]", "authorised_by: [coral]", 7),
    ("model-unknown-ci", MODEL, "{types: [cache],", "{items: [cache-7],", 9),
    ("model-takes-away", MODEL, "types: [cache],", "types: [cache], actions: [modify, remove],", 9),
    ("model-takes-away", MODEL, "types: [cache],", "types: [cache], actions: [transfer],", 9),
    ("model-validity-order", MODEL, "  expires: 2027-06-30", "  valid_from: 2028-01-01\n  expires: 2027-06-30", 9),
    ("model-step-never", MODEL, '[./scripts/restart, "*"]', '["*", cache]', 10),
    ("model-step-never", MODEL, "  ceiling: 20", "  ceiling: 20\n  template:\n    implementation:\n      - {name: R, run: [./flush, '{ci}']}", 14),
    ("model-step-wildcard", MODEL, '[./scripts/restart, "*"]', '[sudo, sh, "*"]', 10),
    ("model-step-wildcard", MODEL, "  ceiling: 20", "  ceiling: 20\n  template:\n    verification:\n      - {name: R, run: [./scripts/restart, '{ci}']}", 10),
    ("calendar-freeze-order", CALENDAR, "end: 2027-01-05", "end: 2026-01-05", 9),
    ("calendar-recurrence", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=DALY", 17),
    ("calendar-recurrence", CALENDAR, "timezone: Asia/Singapore", "timezone: Asia/Singapura", 18),
    ("calendar-recurrence", CALENDAR, "timezone: Asia/Singapore", "zone: Asia/Singapura", 18),
    ("calendar-recurrence", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=DAILY;INTERVAL=0;BYDAY=MO", 17),
    ("calendar-recurrence", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=WEEKLY;BYDAY=MO", 15),
    ("calendar-recurrence", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=DAILY;UNTIL=20261031", 15),
    ("calendar-recurrence", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 15),
    ("calendar-recurrence", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=DAILY\n      exdates: ['2026-11-01T22:00:00']", 18),
    ("calendar-count", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=DAILY;COUNT=150001", 17),
    ("calendar-duplicate-id", CALENDAR, "  windows:", "    - {id: year-end, start: 2027-12-20T00:00:00Z, end: 2027-12-21T00:00:00Z}\n  windows:", 12),
    ("calendar-id-twice", CALENDAR, "  windows:", "  windows:\n    - {id: year-end, start: 2027-12-20T00:00:00Z, end: 2027-12-21T00:00:00Z}", 13),
    ("calendar-exdate", CALENDAR, "rrule: FREQ=DAILY", "rrule: FREQ=DAILY\n      exdates: ['2026-11-05T21:00:00']", 18),
    ("calendar-period", CALENDAR, "      duration: PT4H\n", "", 13),
    ("calendar-period", CALENDAR, "start: 2026-11-01T22:00:00+08:00", "dtstart: '2026-11-01T22:00:00'\n      end: 2026-11-02T02:00:00Z", 17),
    ("calendar-period", CALENDAR, "timezone: Asia/Singapore", "timezone: Asia/Singapore\n      zone: UTC", 18),
    ("calendar-freeze-order", CALENDAR, "duration: PT4H", "duration: PT0S", 16),
    ("calendar-covers-nothing", CALENDAR, "items: [payments-db]", "allow: [standard, normal, emergency]", 10),
    ("calendar-covers-nothing", CALENDAR, "items: [payments-db]", "scope: {types: [emergency]}", 6),
    ("calendar-unknown-ci", CALENDAR, "items: [payments-db]", "items: [payment-db]", 10),
    ("calendar-unknown-ci", CALENDAR, "items: [payments-db]", "environments: [prodution]", 10),
    ("calendar-unknown-ci", CALENDAR, "items: [payments-db]", "environments: [Production]", 10),
    ("calendar-unknown-ci", CALENDAR, "environments: [production]", "scope: {environments: [prod]}", 19),
    ("calendar-unknown-ci", CALENDAR, "items: [payments-db]", "scope: {items: [payments-bd]}", 10),
    ("calendar-unknown-ci", CALENDAR, "items: [payments-db]", "scope: {criticality: [tier4]}", 10),
    ("calendar-unknown-ci", CALENDAR, "items: [payments-db]", "scope: {items: [payments-db], criticality: [tier1]}", 10),
    ("calendar-unknown-hours", CALENDAR, "  windows:", "    - {id: public, on: bavria}\n  holidays: [{id: bavaria, days: [2026-12-24]}]\n  windows:", 12),
    ("calendar-unknown-hours", CALENDAR, "  windows:", "  hours: [{id: day, from: '09:00', to: '18:00', holidays: china}]\n  windows:", 12),
    ("calendar-unknown-hours", CALENDAR, "  windows:", "  windows:\n    - {id: evenings, outside: ofice}", 13),
    ("calendar-unknown-hours", CALENDAR, "  windows:", "  holidays:\n    - {id: own, days: [2026-12-24]}\n    - {id: own, days: [2026-12-31]}\n  windows:", 13),
    ("calendar-hours", CALENDAR, "  windows:", "  hours: [{id: day, from: '09:00', to: '18:00', zone: Asia/Beijing}]\n  windows:", 12),
    ("calendar-hours", CALENDAR, "  windows:", "  holidays: [{id: china, country: CN, region: ZZ}]\n  windows:", 12),
    ("calendar-period", CALENDAR, "timezone: Asia/Singapore", "timezone: Asia/Singapore\n      during: office", 15),
    ("calendar-period", CALENDAR, "      timezone: Asia/Singapore\n", "    - {id: both, during: office, outside: office}\n    - id: more\n      dtstart: '2026-11-01T22:00:00'\n      duration: PT1H\n", 18),
    ("calendar-too-long", CALENDAR, "end: 2027-01-05", "end: 2027-02-19", 9),
    ("calendar-too-long", CALENDAR, "end: 2027-01-05T00:00:00+08:00", "duration: P61D", 9),
    ("calendar-always", CALENDAR, "duration: PT4H", "duration: P1D", 17),
    ("calendar-always", CALENDAR, "end: 2027-01-05T00:00:00+08:00", "duration: P7D\n      rrule: FREQ=WEEKLY\n      zone: Asia/Shanghai", 10),
    ("calendar-always", CALENDAR, "  windows:", "  hours:\n    - {id: day, days: [MO, TU, WE, TH, FR, SA, SU], from: '00:00', to: '24:00'}\n  windows:", 13),
    ("calendar-empty-scope", CALENDAR, "items: [payments-db]", "items: []", 10),
    ("calendar-empty-scope", CALENDAR, "items: [payments-db]", "scope: {types: []}", 10),
    ("calendar-never", CALENDAR, "  windows:", "  holidays:\n    - {id: own, days: []}\n  windows:", 13),
    ("calendar-unknown-person", CALENDAR, "granted_by: erin", "granted_by: eric", 11),
    ("config-timezone", CONFIG, "spec: {", "spec: {timezone: Asia/Shangai, ", 4),
    ("config-no-repository", CONFIG, "repository: 5f0f2b6a-payments", "main_branch: main", 4),
    ("config-branches", CONFIG, "spec: {", "spec: {main_branch: changeflow, ", 4),
    ("config-unknown-role", CONFIG, "spec: {", "spec: {cab: board, ", 4),
    ("notify-channel", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: mail, server: s}]}, ", 4),
    ("notify-channel", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: webhook, url: 'ftp://x/'}]}, ", 4),
    ("notify-channel", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: apprise, url: 'slack://x/'}]}, ", 4),
    ("notify-secret", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: webhook, url: 'https://u:pass@x.example/'}]}, ", 4),
    ("notify-secret", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: webhook, url: 'https://x.example/h/1a2b3c4d5e6f7a8b9c0d1e'}]}, ", 4),
    ("notify-unannounced", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: webhook, url: 'https://x.example/', events: [moved]}]}, ", 4),
    ("notify-unknown", CONFIG, "spec: {", "spec: {notify: {subscribers: {stranger: [payments-db]}}, ", 4),
    ("notify-unknown", CONFIG, "spec: {", "spec: {notify: {channels: [{id: m, kind: webhook, url: 'https://x.example/', to: [a@example.com]}]}, ", 4),
    ("rfc-unknown-notified", RFC_PATH, "  implementer: bob", "  notify: [stranger]\n  implementer: bob", 14),
    ("risk-bands-order", RISK, "[6, 14, 24, 36]", "[6, 24, 14, 36]", 4),
    ("risk-table", RISK, "{impact_bands: [6, 14, 24, 36]}", "{likelihood: {tested: {production-like: 1}}}", 4),
    ("risk-record", RISK, "{impact_bands: [6, 14, 24, 36]}", "{likelihood: {record: [{fact: quietness, at_least: 1, points: 1}]}}", 4),
    ("risk-smoothing", RISK, "{impact_bands: [6, 14, 24, 36]}", "{smoothing: {failures: 30}}", 4),
    ("duplicate-kind", RISK, "kind: RiskModel", "kind: Config", 2),
    ("duplicate-id", CALENDAR, "kind: Calendar\nmetadata: {id: year-end}\nspec:\n",
     "kind: Policy\nmetadata: {id: approvals}\nspec:\n", 3),
    ("layout-kind", RISK, "kind: RiskModel", "kind: PolicyTest", 2),
    ("release-id-folder", RELEASE, "id: november", "id: december", 3),
    ("release-unknown-change", RELEASE, f"[{CHANGE}]", "[CHG-20261121-payments-db]", 5),
    ("release-duplicate-change", RELEASE, f"[{CHANGE}]", f"[{CHANGE}, {CHANGE}]", 5),
    ("release-closes", RELEASE, "manager: alice\n", "manager: alice\n  closes: [PRB-1042, PRB-7]\n", 7),
    ("release-unknown-person", RELEASE, "manager: alice", "manager: alicia", 6),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "old", "new", "line"), CASES)
def test_a_rule_finds_its_slip_in_its_place(tmp_path: Path, rule: str, path: str, old: str, new: str, line: int) -> None:
    found = of(run(valid.write(tmp_path, (path, old, new))), rule)
    assert found, f"{rule} found nothing"
    assert (found[0].path, found[0].line) == (path, line)
    assert found[0].column > 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Asia/Shangai", "did you mean `Asia/Shanghai`?"),
        ("asia/shanghai", "did you mean `Asia/Shanghai`?"),
        ("europe/Berlin", "did you mean `Europe/Berlin`?"),
        ("UTC+8", "IANA names"),
        ("+08:00", "IANA names"),
        ("CST", "IANA names"),
        ("Shanghai", "did you mean `Asia/Shanghai`?"),
        ("new york", "did you mean `America/New_York`?"),
        ("../../etc/passwd", "IANA names"),
        ("/usr/share/zoneinfo/Europe/Berlin", ""),
        ("Factory", "IANA names"),
        ("localtime", "IANA names"),
        ("Europe", ""),
        ("北京", "IANA names"),
    ],
)
def test_a_zone_that_is_none_is_named_with_the_one_that_was_meant(tmp_path: Path, name: str, hint: str) -> None:
    checked = run(valid.write(tmp_path, (CONFIG, "spec: {", f"spec: {{timezone: '{name}', ")))
    [found] = of(checked, "config-timezone")
    assert f"`{name}` is no IANA time zone" in found.message
    assert hint in found.hint


@pytest.mark.parametrize("name", ["UTC", "Asia/Shanghai", "Australia/Lord_Howe", "Etc/GMT-8", "America/Argentina/La_Rioja"])
def test_zones_of_the_world_pass(tmp_path: Path, name: str) -> None:
    assert not run(valid.write(tmp_path, (CONFIG, "spec: {", f"spec: {{timezone: {name}, "))).findings.findings


@pytest.mark.parametrize(("gate", "rules"), [("approve", ["policy-rule-twice"]), ("deploy", [])])
def test_a_rule_id_is_used_once_for_a_gate_over_all_policies(tmp_path: Path, gate: str, rules: list[str]) -> None:
    other = valid.POLICY.replace("id: approvals", "id: more").replace("gate: approve", f"gate: {gate}")
    other = other.replace("id: tested-before-production", "id: its-own")
    found = run(valid.write(tmp_path, **{"policies/more.yaml": other})).findings.findings
    assert [(finding.rule, finding.level, finding.path) for finding in found] == [(rule, "warning", "policies/more.yaml") for rule in rules]
    assert all(f"`cab-quorum` already, in {POLICY}, line " in finding.message for finding in found)


REVIEW_PATH = f"changes/{CHANGE}/review.yaml"
SIGNED = ("changeflow.yaml", "spec: {", "spec: {require_signatures: true, ")


@pytest.mark.parametrize(
    ("keyed", "found"),
    [
        ((), ["config-nobody-signs", "policy-unsatisfiable"]),
        (("carol",), ["policy-unsatisfiable"]),  # the board's two seats need two keys
        (("carol", "erin"), []),
        (("renovate",), ["config-nobody-signs", "policy-unsatisfiable"]),
    ],
)
def test_where_signatures_are_required_the_approvers_need_keys(tmp_path: Path, keyed: tuple[str, ...], found: list[str]) -> None:
    plain = valid.ROSTER.replace(f", keys: [{ALICES_KEY}]", "").replace(f", keys: [{BOBS_KEY} bob]", "")
    for person in keyed:
        plain = re.sub(rf"^(    {person}: {{.*?)}}", rf"\1, keys: [{key(person)}]}}", plain, count=1, flags=re.MULTILINE)
    root = valid.write(tmp_path, SIGNED, **{ROSTER: plain})
    assert sorted(finding.rule for finding in run(root).findings.findings if finding.level == "error") == found
    (root / CONFIG).write_text(valid.CONFIG, encoding="utf-8")
    assert run(root).findings.errors == 0
    (root / CONFIG).write_text(valid.CONFIG.replace("{}", "{require_signatures: true, host: github}"), encoding="utf-8")
    assert run(root).findings.errors == 0


ON_GITHUB = ("changeflow.yaml", "spec: {", "spec: {host: github, ")


@pytest.mark.parametrize(
    ("accounts", "found"),
    [
        ({}, ["config-nobody-reviews"]),
        ({"carol": "github_id: 7"}, ["policy-unsatisfiable"]),
        ({"carol": "github_id: 7", "erin": "accounts: [{github_id: 8}]"}, []),
        ({"carol": "github: carol-gh", "erin": "github: erin-gh"}, ["config-nobody-reviews"]),
        ({"renovate": "github_id: 9"}, ["config-nobody-reviews", "policy-unsatisfiable"]),
    ],
)
def test_where_changes_are_reviewed_on_github_the_approvers_need_account_numbers(
    tmp_path: Path, accounts: dict[str, str], found: list[str]
) -> None:
    plain = re.sub(r", github_id: [0-9]+", "", valid.ROSTER)
    for person, words in accounts.items():
        plain = re.sub(rf"^(    {person}: {{.*?)}}", rf"\1, {words}}}", plain, count=1, flags=re.MULTILINE)
    checked = run(valid.write(tmp_path, ON_GITHUB, **{ROSTER: plain})).findings
    assert sorted(finding.rule for finding in checked.findings) == found
    assert checked.errors == 0, "a repository on GitHub begins without numbers, and its gate stays shut until they are there"


CERTIFICATE = (
    "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIFr0l4IJGeL0cvFGHEUYd0hFVzTZqIh0pIlGnhM7xlyQ"
)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (key("carol")[:-4], "ends early"),
        ("ssh-rsa " + key("carol").split()[1], "not of the type"),
        ("ssh-ed25519 AAAA", "ends early"),
        ("ssh-ed25519 %%%%", "not base64"),
        ("ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x1f" + bytes(31)).decode(), "32 bytes"),
        ("ssh-ed25519 " + base64.b64encode(base64.b64decode(key("x").split()[1]) + b"more").decode(), "follows"),
        ("ssh-rsa " + base64.b64encode(b"\0\0\0\x07ssh-rsa\0\0\0\1\3\0\0\0\1\x7f").decode(), "1024 bits"),
        ("ssh-dss " + base64.b64encode(b"\0\0\0\x07ssh-dss\0\0\0\1\3").decode(), "not supported"),
        (CERTIFICATE, "certificate"),
    ],
)
def test_a_key_that_no_signature_can_be_checked_with_is_found_and_its_owner_cannot_sign(tmp_path: Path, line: str, says: str) -> None:
    roster = valid.ROSTER.replace("erin: {name: Erin, emails: [erin@example.com]}", 'erin: {name: Erin, keys: ["' + line + '"]}')
    roster = roster.replace("carol: {name: Carol, emails: [carol@example.com]}", f"carol: {{name: Carol, keys: [{key('carol')}]}}")
    found = run(valid.write(tmp_path, SIGNED, **{ROSTER: roster})).findings.findings
    assert sorted(finding.rule for finding in found if finding.level == "error") == ["policy-unsatisfiable", "roster-key-unreadable"]
    assert says in next(finding.message for finding in found if finding.rule == "roster-key-unreadable")


def test_a_deputy_with_a_key_is_somebody_who_could_approve(tmp_path: Path) -> None:
    roster = valid.ROSTER.replace("erin: {name: Erin, emails: [erin@example.com]}", "erin: {name: Erin, keys: [" + key("erin") + "]}")
    roster = roster.replace("bob: {name: Bob", "bob: {kind: human, name: Bob")
    handed = roster + "    - {from: carol, to: bob, roles: [cab], start: 2026-12-20T00:00:00Z, end: 2027-01-07T00:00:00Z}\n"
    root = valid.write(tmp_path, SIGNED, **{ROSTER: roster})
    assert [finding.rule for finding in run(root).findings.findings] == ["policy-unsatisfiable"]
    (root / ROSTER).write_text(handed, encoding="utf-8")
    assert run(root).findings.errors == 0


REVIEW_CASES = [
    ("review-unknown-change", "\n  change: CHG-20261121-payments-db-upgrade", "\n  change: CHG-20261121-payments"),
    ("review-id-folder", "{id: CHG-20261121-payments-db-upgrade}", "{id: CHG-20261121-payments}"),
    ("review-unknown-person", "reviewer: dave", "reviewer: david"),
    ("review-unknown-person", "reviewer: dave", "reviewer: renovate"),
    ("review-hollow", "reviewer: dave", "reviewer: dave\n  lessons: TODO"),
    ("review-hollow", "reviewer: dave", "reviewer: dave\n  lessons: 一切正常"),
    ("review-hollow", "reviewer: dave", "reviewer: dave\n  answers: {root-cause: 待补充}"),
    ("review-unanswered", "reviewer: dave", "reviewer: dave\n  reviewed: 2026-11-27"),
]


@pytest.mark.parametrize(("rule", "old", "new"), REVIEW_CASES)
def test_a_review_is_about_its_own_change(tmp_path: Path, rule: str, old: str, new: str) -> None:
    assert old in valid.REVIEW
    checked = run(valid.write(tmp_path, **{REVIEW_PATH: valid.REVIEW.replace(old, new, 1)}))
    assert of(checked, rule)


INCIDENT_PATH = "incidents/INC-4711.yaml"
INCIDENT_CASES = [
    ("incident-id-file", "id: INC-4711", "id: INC-4712"),
    ("incident-order", "2026-11-26T11:05:00+08:00", "2026-11-26T10:05:00+08:00"),
    ("incident-unknown-change", "[CHG-20261121-payments-db-upgrade]", "[CHG-20261121-payments]"),
    ("incident-unknown-change", "  description:", "  fixes: [CHG-20261121-payments]\n  description:"),
    ("incident-unknown-ci", "[payments-db]", "[payments-bd]"),
    ("incident-link", "opened: 2026-11-26T", "opened: 2026-11-25T"),
    ("incident-link", "caused_by: [CHG", "fixes: [CHG"),
]


@pytest.mark.parametrize(("rule", "old", "new"), INCIDENT_CASES)
def test_an_incident_is_about_what_exists_and_its_times_are_in_order(tmp_path: Path, rule: str, old: str, new: str) -> None:
    assert run(valid.write(tmp_path / "valid", **{INCIDENT_PATH: valid.INCIDENT})).findings.findings == ()
    assert old in valid.INCIDENT
    checked = run(valid.write(tmp_path / "changed", **{INCIDENT_PATH: valid.INCIDENT.replace(old, new, 1)}))
    assert [finding.rule for finding in checked.findings.findings] == [rule]


AUDIT_PATH, IMPROVEMENT_PATH = "cmdb/audits/2026-11-27.yaml", "improvements/audit-2026-11-27-payments-api.yaml"
API = "found: differs, value: office"
AUDIT_CASES = [
    ("audit-id-file", 'metadata: {id: "2026-11-27"}', 'metadata: {id: "2026-11-28"}'),
    ("audit-unknown-auditor", "auditor: dave", "auditor: david"),
    ("audit-unknown-auditor", "auditor: dave", "auditor: renovate"),
    ("audit-own-item", "auditor: dave", "auditor: bob"),
    ("audit-own-item", "recorded: team-payments}", "recorded: dave}"),
    ("audit-own-item", "- ci: cache-1", "- ci: gone\n      note: no owner is known of it"),
    ("audit-value", API, "found: differs"),
    ("audit-value", API, "value: office"),
    ("audit-value", API, "found: agrees, value: office"),
    ("audit-value", API, "found: surplus, value: office"),
    ("audit-value", "{name: description, found: surplus, value: One of three}", "{name: description, found: missing}"),
    ("audit-sample", "items: 2, drawn: 1", "items: 2, drawn: 2"),
    ("audit-sample", "- {tier: tier2, type: cache, items: 2, drawn: 1}", "- {tier: tier2, type: queue, items: 2, drawn: 0}"),
    ("audit-sample", "- ci: cache-1", "- ci: payments-api"),
    ("audit-unknown-change", "corrected_by: CHG-20261121-payments-db-upgrade", "corrected_by: CHG-20261121-payments"),
    ("audit-unknown-change", "type: cache}\n", "type: cache, corrected_by: CHG-20261121-payments}\n"),
    ("audit-unfinished", "found: agrees", "found: unchecked"),
    ("audit-unfinished", "found: missing", "found: unchecked"),
    ("audit-unfinished", "  auditor: dave\n", ""),
]


@pytest.mark.parametrize(("rule", "old", "new"), AUDIT_CASES)
def test_an_audit_is_whole_and_its_auditor_owns_nothing_of_it(tmp_path: Path, rule: str, old: str, new: str) -> None:
    assert run(valid.write(tmp_path / "valid", **{AUDIT_PATH: valid.AUDIT})).findings.findings == ()
    text = valid.AUDIT
    if "gone" in new:
        # the CAB, of which dave is a member, answers for an item without a known owner
        text = text.replace("        - {name: owner, recorded: team-payments}\n        - {name: desc", "        - {name: desc")
    assert old in text
    checked = run(valid.write(tmp_path / "changed", **{AUDIT_PATH: text.replace(old, new, 1)}))
    assert {finding.rule for finding in checked.findings.findings} == {rule}


IMPROVEMENT_CASES = [
    ("improvement-id-file", "id: audit-2026-11-27-payments-api", "id: audit-2026-11-28"),
    ("improvement-source", 'audit: "2026-11-27", ', ""),
    ("improvement-source", 'audit: "2026-11-27", ', 'audit: "2026-11-27", review: CHG-20261121-payments-db-upgrade, '),
    ("improvement-source", "done_by: {change: CHG-20261121-payments-db-upgrade}", "done_by: {change: CHG-20261121-payments-db-upgrade, commit: abcdef0}"),
    ("improvement-unknown-owner", "owner: team-payments", "owner: team-payment"),
    ("improvement-unknown-owner", "  owner:", "  verifier: nobody\n  owner:"),
    ("improvement-order", "  owner:", "  raised: 2027-01-01\n  owner:"),
    ("improvement-source", 'audit: "2026-11-27", ', 'audit: "2026-11-27", follow_up: 1, '),
    ("improvement-unknown-change", "done_by: {change: CHG-20261121-payments-db-upgrade}", "done_by: {change: CHG-20261121-payments}"),
    ("improvement-unknown-change", 'audit: "2026-11-27", ', "review: CHG-20261121-payments, "),
    ("improvement-verified", "by: carol", "by: caroline"),
    ("improvement-verified", "by: carol", "by: renovate"),
    ("improvement-verified", "owner: team-payments", "owner: carol"),
    ("improvement-verified", "  done_by: {change: CHG-20261121-payments-db-upgrade}\n", ""),
]


@pytest.mark.parametrize(("rule", "old", "new"), IMPROVEMENT_CASES)
def test_an_improvement_names_what_exists_and_is_verified_by_another(tmp_path: Path, rule: str, old: str, new: str) -> None:
    assert run(valid.write(tmp_path / "valid", **{IMPROVEMENT_PATH: valid.IMPROVEMENT})).findings.findings == ()
    assert old in valid.IMPROVEMENT
    checked = run(valid.write(tmp_path / "changed", **{IMPROVEMENT_PATH: valid.IMPROVEMENT.replace(old, new, 1)}))
    assert [finding.rule for finding in checked.findings.findings] == [rule]


@pytest.mark.parametrize(
    ("end", "hint"),
    [
        # the December of the start, for the January after it
        ("2026-12-05T00:00:00+08:00", "did you mean 2027-01-05T00:00:00+08:00?"),
        # the year that had just ended
        ("2026-01-05T00:00:00+08:00", "did you mean 2027-01-05T00:00:00+08:00?"),
        # a day that the next month does not have, and nothing near
        ("2025-01-31T00:00:00+08:00", "`end` must be later than `start`"),
    ],
)
def test_a_freeze_that_ends_before_it_starts_names_the_end_that_was_likely_meant(tmp_path: Path, end: str, hint: str) -> None:
    checked = run(valid.write(tmp_path, (CALENDAR, "2027-01-05T00:00:00+08:00", end)))
    (found,) = of(checked, "calendar-freeze-order")
    assert found.hint is not None
    assert found.hint.replace("`2027", "2027").replace("00`?", "00?") == hint


def test_the_configuration_says_how_long_a_freeze_may_last(tmp_path: Path) -> None:
    longer = (CALENDAR, "end: 2027-01-05", "end: 2027-02-19")
    config = (CONFIG, "spec: {", "spec: {calendars: {longest_freeze: P100D}, ")
    assert of(run(valid.write(tmp_path / "longer", longer, config)), "calendar-too-long") == []
    shorter = (CONFIG, "spec: {", "spec: {calendars: {longest_freeze: P7D}, ")
    (found,) = of(run(valid.write(tmp_path / "shorter", shorter)), "calendar-too-long")
    assert found.message == "the freeze `year-end` lasts P16D, and at most P7D are expected"


EXCEPTION_PATH = "exceptions/payments-db-in-the-freeze.yaml"
EXCEPTION_CASES = [
    ("exception-id-file", "id: payments-db-in-the-freeze", "id: payments-db"),
    ("exception-unknown-change", "change: CHG-20261121-payments-db-upgrade", "change: CHG-20261121-payments"),
    ("exception-unknown-freeze", "freeze: year-end", "freeze: nights"),
    ("exception-order", "end: 2026-12-20T00:00:01", "end: 2026-12-20T00:00:00"),
    ("exception-unknown-freeze", "freeze: year-end", "freeze: [year-end, nights]"),
    ("exception-order", "end: 2026-12-20T00:00:01", "end: 2025-12-22T00:00:00"),
    ("exception-twice", "freeze: year-end", "freeze: [year-end, year-end]"),
    ("exception-approver", "[carol, dave]", "[alice]"),
    ("exception-approver", "[carol, dave]", "[carol, renovate]"),
    ("exception-approver", "[carol, dave]", "[caroline]"),
]


@pytest.mark.parametrize(("rule", "old", "new"), EXCEPTION_CASES)
def test_a_freeze_exception_names_what_exists_and_people_who_may_approve_it(tmp_path: Path, rule: str, old: str, new: str) -> None:
    assert run(valid.write(tmp_path / "valid", **{EXCEPTION_PATH: valid.EXCEPTION})).findings.findings == ()
    assert old in valid.EXCEPTION
    checked = run(valid.write(tmp_path / "changed", **{EXCEPTION_PATH: valid.EXCEPTION.replace(old, new, 1)}))
    # who has a part in the change has no role here, either
    assert [finding.rule for finding in checked.findings.findings if finding.rule != "exception-own"] == [rule]


@pytest.mark.parametrize(("who", "line"), [("alice", 9), ("bob", 9)])
def test_nobody_approves_an_exception_for_a_change_in_which_they_have_a_part(tmp_path: Path, who: str, line: int) -> None:
    asked = ("changeflow.yaml", "spec: {", "spec: {freeze_exceptions: {roles: [cab, team-payments]}, ")
    checked = run(valid.write(tmp_path, asked, **{EXCEPTION_PATH: valid.EXCEPTION.replace("dave", who)}))
    assert [(finding.rule, finding.line) for finding in checked.findings.findings] == [("exception-own", line)]


def test_an_exception_may_end_before_a_freeze_comes_again_and_not_before_it_comes_at_all(tmp_path: Path) -> None:
    again = (CALENDAR, "      items: [payments-db]\n", "      items: [payments-db]\n      rrule: FREQ=YEARLY\n      zone: Asia/Shanghai\n")
    early = valid.EXCEPTION.replace("2026-12-20T00:00:01", "2026-12-19T00:00:00")
    late = valid.EXCEPTION.replace("2026-12-20T00:00:01", "2028-12-01T00:00:00")
    checked = run(valid.write(tmp_path / "early", again, **{EXCEPTION_PATH: early}))
    assert [finding.rule for finding in checked.findings.findings] == ["exception-order"]
    assert run(valid.write(tmp_path / "late", again, **{EXCEPTION_PATH: late})).findings.findings == ()


def test_as_many_people_approve_a_freeze_exception_as_the_configuration_says(tmp_path: Path) -> None:
    asked = ("changeflow.yaml", "spec: {", "spec: {freeze_exceptions: {count: 3}, ")
    checked = run(valid.write(tmp_path, asked, **{EXCEPTION_PATH: valid.EXCEPTION}))
    assert [(finding.rule, finding.line) for finding in checked.findings.findings] == [("exception-approver", 9)]


def test_a_valid_review_passes(tmp_path: Path) -> None:
    assert run(valid.write(tmp_path, **{REVIEW_PATH: valid.REVIEW})).findings.findings == ()


def test_a_reviewed_change_is_history_and_what_has_gone_since_is_a_warning(tmp_path: Path) -> None:
    gone = (RFC_PATH, "- ci: payments-db\n", "- ci: old-db\n"), (RFC_PATH, "implementer: bob", "implementer: left-us")
    checked = run(valid.write(tmp_path, *gone, **{REVIEW_PATH: valid.REVIEW}))
    assert {finding.rule for finding in checked.findings.findings} == {"rfc-ci-not-live", "rfc-unknown-person"}
    assert checked.findings.errors == 0


def test_a_standard_change_may_have_closed_without_a_review_and_is_history_then(tmp_path: Path) -> None:
    gone = (RFC_PATH, *STANDARD), (RFC_PATH, "- ci: payments-db\n", "- ci: cache-9\n"), (RFC_PATH, "implementer: bob", "implementer: left-us")
    checked = run(valid.write(tmp_path, *gone))
    assert {finding.rule for finding in checked.findings.findings} >= {"rfc-unknown-ci", "rfc-unknown-person"}
    assert checked.findings.errors == 0


def test_a_draft_may_leave_out_everything_and_its_unfinished_references_are_warnings(tmp_path: Path) -> None:
    draft = valid.RFC.split("spec:")[0] + "spec:\n  type: normal\n  draft: true\n  reason: TODO\n  items: [{ci: not-there-yet}]\n"
    checked = run(valid.write(tmp_path, **{RFC_PATH: draft}))
    assert [(finding.rule, finding.level) for finding in checked.findings.findings] == [
        ("rfc-placeholder", "warning"), ("rfc-unknown-ci", "warning"),
    ]  # fmt: skip


@pytest.mark.parametrize(("action", "ci", "fits"), [
    ("add", "ledger-db", True), ("add", "payments-db", True), ("add", "old-db", False), ("remove", "payments-db", True),
    ("remove", "old-db", True), ("remove", "ledger-db", False), ("transfer", "payments-db", True), ("transfer", "ledger-db", False), ("modify", "payments-db", True),
])  # fmt: skip
def test_the_status_of_an_item_must_fit_the_action(tmp_path: Path, action: str, ci: str, fits: bool) -> None:
    root = valid.write(
        tmp_path, (RFC_PATH, "ci: payments-db\n", f"ci: {ci}\n"), (RFC_PATH, "action: modify", f"action: {action}")
    )
    assert bool(of(run(root), "rfc-ci-not-live")) is not fits


def test_a_model_that_covers_the_item_passes(tmp_path: Path) -> None:
    root = valid.write(tmp_path, (RFC_PATH, *STANDARD), (RFC_PATH, "- ci: payments-db\n", "- ci: cache-1\n"))
    assert run(root).findings.findings == ()


def test_an_expired_model_is_none_of_checks_business(tmp_path: Path) -> None:
    assert run(valid.write(tmp_path, (MODEL, "expires: 2027-06-30", "expires: 1999-01-01"))).findings.findings == ()


def test_a_window_in_the_past_is_none_of_checks_business(tmp_path: Path) -> None:
    root = valid.write(
        tmp_path, (RFC_PATH, "start: 2026-11-25", "start: 1996-11-25"), (RFC_PATH, "end: 2026-11-25", "end: 1996-11-25")
    )
    assert run(root).findings.findings == ()


def test_a_near_miss_is_answered_with_the_name_that_was_meant(tmp_path: Path) -> None:
    root = valid.write(tmp_path, (RFC_PATH, "- ci: payments-db\n", "- ci: payments-bd\n"), (RFC_PATH, "alice", "alcie"))
    checked = run(root)
    assert of(checked, "rfc-unknown-ci")[0].hint == "did you mean `payments-db`?"
    assert of(checked, "rfc-unknown-person")[0].hint == "did you mean `alice`?"


def test_all_findings_of_all_files_come_at_once_sorted_by_file_and_place(tmp_path: Path) -> None:
    root = valid.write(
        tmp_path,
        (RFC_PATH, "complexity: medium", "complexity: medum"),
        (RFC_PATH, "requester: alice", "requester: alcie"),
        (RFC_PATH, "end: 2026-11-25T23:30", "end: 2026-11-25T21:30"),
        (ITEMS, "ci: feature-flags", "ci: feature-flag"),
        (ROSTER, "cab: [carol,", "cab: [carole,"),
    )
    found = run(root).findings.findings
    assert [finding.rule for finding in found] == [
        "rfc-unknown-person", "schema-choice", "rfc-window-order", "cmdb-unknown-dependency", "roster-unknown-member",
    ]  # fmt: skip
    assert list(found) == sorted(found, key=lambda finding: finding.order)


def test_the_same_words_in_one_file_are_counted_instead_of_repeated(tmp_path: Path) -> None:
    items = "".join(f"    - ci: cache-1\n      outage: PT{number}M\n" for number in range(1, 30))
    root = valid.write(tmp_path, (RFC_PATH, "      outage: PT10M                 # expected outage, ISO 8601 duration\n", items))
    found = of(run(root), "rfc-duplicate-ci")
    assert len(found) == 5
    assert "in this file" not in found[0].message
    assert found[-1].message.endswith(" (and 23 times more in this file)")


def test_a_cycle_is_shown_once_as_a_ring(tmp_path: Path) -> None:
    names = ["CHG-20261101-a", "CHG-20261102-b", "CHG-20261103-c"]
    for name, other in zip(names, [*names[1:], names[0]], strict=True):
        text = valid.RFC.replace(CHANGE, name).replace("depends_on: []", f"depends_on: [{other}]")
        valid.write(tmp_path, **{f"changes/{name}/rfc.yaml": text})
    found = of(run(tmp_path), "rfc-depends-on-cycle")
    assert len(found) == 1
    assert " -> ".join([*names, names[0]]) in found[0].message
    assert (found[0].path, found[0].line) == (f"changes/{names[0]}/rfc.yaml", 51)


def test_a_cycle_through_requests_that_were_not_asked_for_is_found(tmp_path: Path) -> None:
    names = ["CHG-20261101-a", "CHG-20261102-b"]
    for name, other in zip(names, reversed(names), strict=True):
        text = valid.RFC.replace(CHANGE, name).replace("depends_on: []", f"depends_on: [{other}]")
        valid.write(tmp_path, **{f"changes/{name}/rfc.yaml": text})
    found = check(CheckTarget(tmp_path, (f"changes/{names[1]}",))).findings.findings
    assert [(finding.rule, finding.path) for finding in found] == [("rfc-depends-on-cycle", f"changes/{names[1]}/rfc.yaml")]


def test_without_a_roster_the_hint_says_where_to_write_one(tmp_path: Path) -> None:
    valid.write(tmp_path)
    (tmp_path / ROSTER).unlink()
    assert "policies/roster.yaml" in of(run(tmp_path), "rfc-unknown-person")[0].hint


def test_what_may_be_in_a_file_that_could_not_be_read_is_said_so(tmp_path: Path) -> None:
    valid.write(tmp_path)
    (tmp_path / MORE).write_bytes(b"\xff\xfe")
    checked = run(tmp_path)
    assert checked.unreadable
    assert "could not be read" in of(checked, "cmdb-unknown-dependency")[0].hint


def test_ids_that_look_alike_are_pointed_out(tmp_path: Path) -> None:
    for name in ("CHG-20261101-db-1", "CHG-20261101-db-l"):
        valid.write(tmp_path, **{f"changes/{name}/rfc.yaml": valid.RFC.replace(CHANGE, name)})
    assert [finding.level for finding in of(run(tmp_path), "rfc-id-collision")] == ["warning"]


def test_an_id_with_a_day_that_is_not_in_the_calendar_is_pointed_out(tmp_path: Path) -> None:
    valid.write(tmp_path, **{"changes/CHG-20261399-x/rfc.yaml": valid.RFC.replace(CHANGE, "CHG-20261399-x")})
    assert of(run(tmp_path), "rfc-id-date")


def test_every_rule_has_one_row_and_every_finding_in_the_code_a_rule() -> None:
    package = Path(__file__).resolve().parents[2] / "changeflow"
    sources = [
        *(package / "documents").glob("*.py"),
        *(package / "checks").glob("*.py"),
        *(package / "cmdb_sources").glob("*.py"),
        *(package / "history").glob("*.py"),
        package / "reading" / "configuration_sources.py",
        package / "reading" / "documents.py",
        package / "reading" / "branch_check.py",
        package / "usecases" / "check" / "check.py",
        package / "usecases" / "cmdb" / "import_items.py",
        package / "usecases" / "report" / "review_findings.py",
    ]
    prefixes = "|".join(prefix for group in groups() for prefix in group.prefixes)
    raised = {text for path in sources for text in texts_beside_rows(path) if re.fullmatch(rf"({prefixes})(-[a-z0-9]+)+", text)}
    # raised by the name of their row, and by the table of `cmdb.health`
    named = {"cmdb-not-updated", "cmdb-releases-unknown", "cmdb-unauthorised", *{rule.id for rule in cmdb_health.RULES} - {"cmdb-more"}}
    assert len(BY_ID) == len(RULES)
    assert set(BY_ID) - raised == named, "never found"
    assert raised - set(BY_ID) == set(), "without a row"


def test_every_rule_about_documents_has_a_case_here() -> None:
    tried = (
        {rule for rule, *_ in CASES}
        | {rule for rule, *_ in REVIEW_CASES}
        | {rule for rule, *_ in INCIDENT_CASES}
        | {rule for rule, *_ in AUDIT_CASES}
        | {rule for rule, *_ in IMPROVEMENT_CASES}
        | {rule for rule, *_ in EXCEPTION_CASES}
        | {"exception-own"}
        | {"rfc-id-date", "rfc-id-collision", "config-nobody-signs", "config-nobody-reviews", "policy-rule-twice"}
        # of `cmdb check` alone, see tests/cmdb/test_upkeep.py and test_cmdb_diff.py
        | {"cmdb-not-updated", "cmdb-releases-unknown", "cmdb-unauthorised"}
        # see tests/report/test_service_papers.py
        | {"release-acceptance"}
        # see tests/release/test_approved_plans.py
        | {"rfc-plan-kept"}
        # of standards, see tests/audit/test_clauses.py
        | {rule.id for rule in standards.RULES}
        # of targets, see test_objectives.py
        | {"objective-unknown-kpi", "objective-twice", "objective-unit", "objective-unknown-owner"}
        # of reviews of periods, see tests/report/test_period_review.py
        | {rule.id for rule in period_reviews.RULES}
        # and tests/cmdb/test_health.py
        | {rule.id for rule in cmdb_health.RULES}
    )
    # the last three in tests/cmdb_sources/test_source_rules.py, tests/check/test_check_branches.py and tests/history
    elsewhere = ("Files", "YAML", "Schema", "Sources of the CMDB", "Branches", "Mappings and exports of history")
    wanted = {rule.id for group in groups() if group.title not in elsewhere for rule in group.rules} - {"rfc-missing"}
    assert wanted <= tried


def test_every_rule_falls_into_one_group() -> None:
    assert groups() == GROUPS
    assert sorted(rule.id for group in GROUPS for rule in group.rules) == sorted(BY_ID)
