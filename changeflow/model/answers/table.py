"""The table of answers: name in `changeflow/<name>/v1` -> record."""

from typing import Annotated, Any

from pydantic import Field

from changeflow.model.answers.assessment import Assessment
from changeflow.model.answers.backtest import BackTestAnswer
from changeflow.model.answers.baselines import BaselinesAnswer
from changeflow.model.answers.cmdb_audit import CmdbAuditAnswer
from changeflow.model.answers.cmdb_diff import CmdbDiffAnswer
from changeflow.model.answers.control import ControlAnswer
from changeflow.model.answers.decision import Decision
from changeflow.model.answers.findings import FindingsAnswer
from changeflow.model.answers.fit import FitAnswer
from changeflow.model.answers.gap import GapAnalysis
from changeflow.model.answers.holds import HoldsAnswer
from changeflow.model.answers.impact import ImpactAnswer
from changeflow.model.answers.ledger import LedgerAnswer, WitnessAnswer
from changeflow.model.answers.notifications import NotificationsAnswer
from changeflow.model.answers.one_change import ChangeAnswer
from changeflow.model.answers.plans import PlansAnswer
from changeflow.model.answers.policy_backtest import PolicyBacktest
from changeflow.model.answers.recorded_evidence import RecordedEvidence
from changeflow.model.answers.register import ChangesAnswer
from changeflow.model.answers.rehearsal import RehearsalAnswer
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.answers.report import KpiReport
from changeflow.model.answers.report_audit import AuditPaper
from changeflow.model.answers.report_change import CabPaper, ChangePaper, ReviewPaper
from changeflow.model.answers.report_cmdb import CmdbPaper
from changeflow.model.answers.report_lists import (
    EmergenciesPaper,
    ImprovementsPaper,
    RegisterPaper,
)
from changeflow.model.answers.report_management import ManagementPaper
from changeflow.model.answers.report_release import ReleasePaper
from changeflow.model.answers.report_rules import ModelsPaper, RolesPaper, SchedulePaper
from changeflow.model.answers.report_sla import SlaPaper
from changeflow.model.answers.report_trends import TrendsPaper
from changeflow.model.answers.report_unauthorised import UnauthorisedPaper
from changeflow.model.answers.schedule import ScheduleAnswer

# every paper of `report`, told apart by its kind
Report = Annotated[
    KpiReport
    | RegisterPaper
    | EmergenciesPaper
    | ImprovementsPaper
    | ChangePaper
    | ReviewPaper
    | CabPaper
    | ManagementPaper
    | TrendsPaper
    | UnauthorisedPaper
    | AuditPaper
    | SlaPaper
    | ReleasePaper
    | CmdbPaper
    | GapAnalysis
    | SchedulePaper
    | ModelsPaper
    | RolesPaper,
    Field(discriminator="kind"),
]

ANSWERS: dict[str, Any] = {
    "findings": FindingsAnswer,
    "impact": ImpactAnswer,
    "assessment": Assessment,
    "decision": Decision,
    "release": ReleaseAnswer,
    "rehearsal": RehearsalAnswer,
    "plan": PlansAnswer,
    "holds": HoldsAnswer,
    "notifications": NotificationsAnswer,
    "schedule": ScheduleAnswer,
    "changes": ChangesAnswer,
    "change": ChangeAnswer,
    "ledger": LedgerAnswer,
    "witness": WitnessAnswer,
    "control": ControlAnswer,
    "recorded-evidence": RecordedEvidence,
    "baselines": BaselinesAnswer,
    "cmdb-diff": CmdbDiffAnswer,
    "cmdb-audit": CmdbAuditAnswer,
    "fit": FitAnswer,
    "report": Report,
    "policy-backtest": PolicyBacktest,
    "backtest": BackTestAnswer,
}
