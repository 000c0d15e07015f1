"""Paper of `report management`: what a management review has before it (ISO/IEC 20000-1 9.3)."""

from typing import Literal

from changeflow.model.answers.completeness import NotAsked
from changeflow.model.answers.register import RiskInBrief
from changeflow.model.answers.report import KpiAnswer, Paper
from changeflow.model.answers.report_lists import ImprovementRow
from changeflow.model.answers.report_trends import ChartedSignal, DecidedInReview, ReviewOfPeriod
from changeflow.model.document_parts import Day, Instant, Record


class EarlierDecision(DecidedInReview):
    """A decision of an earlier management review; nothing records what became of it."""

    review: str


class ChangedRules(Record):
    """A commit of the main branch that changed policies, roles, models or settings."""

    commit: str
    at: Instant
    title: str
    files: tuple[str, ...]


class AuditInBrief(Record):
    """An audit of the CMDB that was drawn in the period."""

    path: str
    auditor: str | None
    drawn: Instant
    items: int
    conclusion: str | None


class OpenRisk(Record):
    """A change of high or critical risk that is not over."""

    change: str
    title: str
    risk: RiskInBrief
    state: str


class OverBudget(Record):
    """A service whose planned and used minutes are more than its budget."""

    service: str
    target: float
    start: Instant
    end: Instant
    budget: float
    used: float
    planned: float


class MeasureSignal(Record):
    """A signal of a control chart in the period."""

    measure: str
    signal: ChartedSignal


class ManagementPaper(Paper):
    """Answer of `report management`.

    `actions` are improvements that are not done, `decisions` those of earlier management reviews.
    `kpis` are the measures with a target; `met` counts those that are met, `untold` those of which
    it is not known. `nonconformities` are improvements whose source is one. `unauthorised` counts
    deliveries that were not authorised and what is left open, null where not everything was looked
    at; `unauthorised_untold` is what the code host alone can tell, and did not. `services` is the
    number of services with a level, `over` those beyond their budget.
    `resources` are the measures of the load of the CAB and of waiting. `suppliers` is null: no
    document says which changes are a supplier's. `numbers` is the digest of all of it, `review`
    what people decided, null where no management review of the period is on the main branch.
    """

    kind: Literal["management"] = "management"
    actions: tuple[ImprovementRow, ...]
    overdue: int
    decisions: tuple[EarlierDecision, ...]
    rules: tuple[ChangedRules, ...]
    kpis: tuple[KpiAnswer, ...]
    met: int
    untold: int
    performance: tuple[KpiAnswer, ...]
    nonconformities: tuple[ImprovementRow, ...]
    unauthorised: int | None
    unauthorised_open: int | None
    unauthorised_untold: tuple[NotAsked, ...] = ()
    audits: tuple[AuditInBrief, ...]
    risks: tuple[OpenRisk, ...]
    services: int
    over: tuple[OverBudget, ...]
    resources: tuple[KpiAnswer, ...]
    suppliers: None
    signals: tuple[MeasureSignal, ...]
    recurring: int
    last_review: Day | None
    numbers: str
    review: ReviewOfPeriod | None
