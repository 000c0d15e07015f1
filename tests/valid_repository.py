"""A small change repository that passes its own check; tests change a word or two in it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

CHANGE = "CHG-20261121-payments-db-upgrade"
RFC_PATH = f"changes/{CHANGE}/rfc.yaml"

RFC = """\
# yaml-language-server: $schema=../../schemas/ChangeRequest.schema.json
apiVersion: changeflow/v1
kind: ChangeRequest
metadata:
  id: CHG-20261121-payments-db-upgrade
  title: Upgrade payments-db to PostgreSQL 17
  requester: alice
  created: 2026-11-21
spec:
  type: normal                      # standard | normal | emergency
  category: database
  reason: PostgreSQL 13 leaves support this month
  benefit: Security fixes and 20 % faster settlement
  implementer: bob
  items:                            # configuration items changed directly
    - ci: payments-db
      action: modify                # add | modify | remove
      outage: PT10M                 # expected outage, ISO 8601 duration
  assessment:
    complexity: medium              # low | medium | high
    experience: done-before         # routine | done-before | first-time
    tested: production-like         # none | partly | production-like
  effects:                          # what was considered (8.5.1.3); policy says which must be filled, and when
    customers: Settlement pauses for ten minutes at night
    availability: Ten of this month's 21 minutes
    capacity: none
    continuity: The standby is rebuilt within an hour
    security: Closes CVE-2026-1234
    cost: none
  implementation:
    steps:
      - name: Promote the upgraded replica
        run: [./scripts/promote, payments-db-2]      # argv, never a shell string
        verify: [./scripts/is-primary, payments-db-2] # exit 0: the step is done
        timeout: PT5M
      - name: Tell the settlement desk
        manual: Call the desk and wait for their go
  verification:
    - name: Settlement smoke test
      run: [./scripts/smoke, settlement]
  rollback:
    trigger: Settlement errors above 2 % for five minutes
    limit: PT30M                    # promised time to restore
    steps:
      - name: Promote the old primary
        run: [./scripts/promote, payments-db-1]
        verify: [./scripts/is-primary, payments-db-1]
  window:
    start: 2026-11-25T22:00:00+08:00
    end: 2026-11-25T23:30:00+08:00
  depends_on: []                    # ids of changes that must be implemented first
  fixes: [PRB-1042]                 # incidents or problems this change resolves
"""

ITEMS = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: payments-api, name: Payments API}
spec:
  type: service                     # free text from a list in changeflow.yaml
  status: live                      # planned | live | retired
  criticality: tier1                # tier1 (highest) .. tier4
  owner: team-payments              # a role or person in the roster
  environment: production
  depends_on:
    - ci: payments-db               # hard: without it this item fails
    - ci: feature-flags
      strength: soft                # degrades
    - any_of: [cache-1, cache-2, cache-3]
      min: 2                        # redundancy: fails only below two
"""

MORE_ITEMS = "".join(
    f"""\
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {{id: {name}}}
spec: {{type: {kind}, status: {status}, criticality: tier2, owner: team-payments, environment: production, description: One of several}}
"""
    for name, kind, status in (
        ("payments-db", "database", "live"),
        ("feature-flags", "service", "live"),
        ("cache-1", "cache", "live"),
        ("cache-2", "cache", "live"),
        ("cache-3", "cache", "live"),
        ("ledger-db", "database", "planned"),
        ("old-db", "database", "retired"),
    )
)



def key(owner: str) -> str:
    """A whole public key of the right form, which nobody can sign with."""
    point = hashlib.sha256(owner.encode()).digest()
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", point))
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


ALICES_KEY, BOBS_KEY = key("alice"), key("bob")
ROSTER = """\
apiVersion: changeflow/v1
kind: Roster
metadata: {id: roster}
spec:
  people:
    alice: {name: Alice, emails: [alice@example.com], github: alice-gh, github_id: 1001, keys: [ALICES-KEY]}
    bob: {name: Bob, emails: [bob@example.com], github: bob-gh, github_id: 1002, keys: [BOBS-KEY bob]}
    carol: {name: Carol, emails: [carol@example.com]}
    dave: {name: Dave, emails: [dave@example.com]}
    erin: {name: Erin, emails: [erin@example.com]}
    renovate: {kind: agent}         # an automation: never counts as an approver
  roles:
    cab: [carol, dave, erin]
    ecab: [carol]
    policy-owners: [erin]
    team-payments: [alice, bob]
  delegations:
    - {from: carol, to: dave, roles: [ecab], start: 2026-12-20T00:00:00Z, end: 2027-01-07T00:00:00Z}
""".replace("ALICES-KEY", ALICES_KEY).replace("BOBS-KEY", BOBS_KEY)

POLICY = """\
apiVersion: changeflow/v1
kind: Policy
metadata: {id: approvals}
spec:
  gate: approve                     # submit | approve | deploy | close
  rules:
    - id: cab-quorum
      when: change.type == "normal" && risk.level in ["high", "critical"]
      require: [{role: cab, count: 2}]
      message: High-risk changes need two CAB members
      clause: ISO/IEC 20000-1:2018 8.5.1.3
      level: deny                   # deny | warn
    - id: tested-before-production
      when: change.type != "emergency"
      assert: change.assessment.tested != "none"
      message: Test the change somewhere first, or say why it cannot be tested
      level: deny
"""

POLICY_TEST = """\
apiVersion: changeflow/v1
kind: PolicyTest
metadata: {id: approvals-test}
spec:
  policy: approvals
  cases:
    - name: An untested change fails
      given: {change: {type: normal, assessment: {tested: none}}}
      expect: {tested-before-production: fail}
"""

MODEL = """\
apiVersion: changeflow/v1
kind: ChangeModel
metadata: {id: restart-cache}
spec:
  description: Restart one cache at a time
  authority: cab
  authorised_by: [carol]
  expires: 2027-06-30
  scope: {types: [cache], environments: [production]}
  steps: [{run: [./scripts/restart, "*"]}]
  ceiling: 20
"""

CALENDAR = """\
apiVersion: changeflow/v1
kind: Calendar
metadata: {id: year-end}
spec:
  freezes:
    - id: year-end
      name: Year-end closing
      start: 2026-12-20T00:00:00+08:00
      end: 2027-01-05T00:00:00+08:00
      items: [payments-db]
      exceptions: [{change: CHG-20261121-payments-db-upgrade, granted_by: erin, reason: Support ends}]
  windows:
    - id: nights
      name: Nights
      start: 2026-11-01T22:00:00+08:00
      duration: PT4H
      rrule: FREQ=DAILY
      timezone: Asia/Singapore
      environments: [production]
"""

CONFIG = """\
apiVersion: changeflow/v1
kind: Config
metadata: {id: changeflow}
spec: {repository: 5f0f2b6a-payments}
"""

RISK = """\
apiVersion: changeflow/v1
kind: RiskModel
metadata: {id: risk}
spec: {impact_bands: [6, 14, 24, 36]}
"""

RELEASE = """\
apiVersion: changeflow/v1
kind: Release
metadata: {id: november}
spec:
  changes: [CHG-20261121-payments-db-upgrade]
  manager: alice
"""

REVIEW = """\
apiVersion: changeflow/v1
kind: PostImplementationReview
metadata: {id: CHG-20261121-payments-db-upgrade}
spec:
  change: CHG-20261121-payments-db-upgrade
  reviewer: dave
  actual:
    state: implemented
    started: 2026-11-25T22:00:00+08:00
    ended: 2026-11-25T22:40:00+08:00
    release: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""

INCIDENT = """\
apiVersion: changeflow/v1
kind: Incident
metadata: {id: INC-4711, name: Payments fail}
spec:
  opened: 2026-11-26T02:10:00Z
  resolved: 2026-11-26T11:05:00+08:00
  severity: high
  items: [payments-db]
  caused_by: [CHG-20261121-payments-db-upgrade]
  description: Every second payment times out
"""

AUDIT = """\
apiVersion: changeflow/v1
kind: ConfigurationAudit
metadata: {id: "2026-11-27"}
spec:
  sample:
    commit: "0000000000000000000000000000000000000000"
    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
    seed: "7"
    size: 2
    drawn: 2026-11-27T00:00:00Z
    population: 3
    left_out: 1
  auditor: dave
  strata:
    - {tier: tier1, type: service, items: 1, drawn: 1}
    - {tier: tier2, type: cache, items: 2, drawn: 1}
  items:
    - ci: payments-api
      tier: tier1
      type: service
      found: agrees
      attributes:
        - {name: owner, recorded: team-payments}
        - {name: environment, recorded: production, found: differs, value: office, corrected_by: CHG-20261121-payments-db-upgrade}
    - ci: cache-1
      tier: tier2
      type: cache
      found: missing
      attributes:
        - {name: owner, recorded: team-payments}
        - {name: description, found: surplus, value: One of three}
  surplus:
    - {name: cache-9, type: cache}
"""

EXCEPTION = """\
apiVersion: changeflow/v1
kind: FreezeException
metadata: {id: payments-db-in-the-freeze, name: Leave PostgreSQL 13 before its support ends}
spec:
  change: CHG-20261121-payments-db-upgrade
  freeze: year-end
  reason: Support ends during the freeze
  end: 2026-12-20T00:00:01+08:00
  approved_by: [carol, dave]
"""

IMPROVEMENT = """\
apiVersion: changeflow/v1
kind: Improvement
metadata: {id: audit-2026-11-27-payments-api}
spec:
  source: {audit: "2026-11-27", ci: payments-api}
  finding: The environment was another one
  cause: Nobody told the CMDB
  action: Read the environment from the cluster
  owner: team-payments
  due: 2026-12-31
  done_by: {change: CHG-20261121-payments-db-upgrade}
  verified: {by: carol, on: 2027-01-05}
"""

FILES = {
    "changeflow.yaml": CONFIG,
    RFC_PATH: RFC,
    "cmdb/payments.yaml": ITEMS,
    "cmdb/more/others.yaml": MORE_ITEMS,
    "policies/roster.yaml": ROSTER,
    "policies/approvals.yaml": POLICY,
    "policies/risk.yaml": RISK,
    "policies/calendar.yaml": CALENDAR,
    "policies/models/restart-cache.yaml": MODEL,
    "policies/tests/approvals.yaml": POLICY_TEST,
    "releases/november/release.yaml": RELEASE,
}


def write(root: Path, *replacements: tuple[str, str, str], **more: str) -> Path:
    """Write the repository with `(path, old, new)` replaced; `old` must be there, so that no test passes by accident."""
    files = FILES | more
    for path, old, new in replacements:
        assert old in files[path], f"{old!r} is not in {path}"
        files[path] = files[path].replace(old, new, 1)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root
