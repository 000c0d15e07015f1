"""The table of document kinds: name, record, and where such documents live."""

from __future__ import annotations

from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import Config
from changeflow.model.models import ChangeModel
from changeflow.model.people import Roster
from changeflow.model.policy import Policy, PolicyTest
from changeflow.model.review import PostImplementationReview, Release
from changeflow.model.riskmodel import RiskModel

Document = (
    ChangeRequest
    | ConfigurationItem
    | Config
    | ChangeModel
    | Roster
    | Policy
    | PolicyTest
    | PostImplementationReview
    | Release
    | RiskModel
    | Calendar
)

RECORDS: dict[str, type[Document]] = {
    "Calendar": Calendar,
    "ChangeModel": ChangeModel,
    "ChangeRequest": ChangeRequest,
    "Config": Config,
    "ConfigurationItem": ConfigurationItem,
    "Policy": Policy,
    "PolicyTest": PolicyTest,
    "PostImplementationReview": PostImplementationReview,
    "Release": Release,
    "RiskModel": RiskModel,
    "Roster": Roster,
}
