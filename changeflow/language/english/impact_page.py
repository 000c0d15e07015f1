"""Words of the page that shows a blast radius. The script fills in what stays in braces."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- the bar
    "impact_page.word:skip": "To the table of all items",
    "impact_page.word:search": "Search by name or id",
    "impact_page.word:previous": "Previous item that was found",
    "impact_page.word:next": "Next item that was found",
    "impact_page.word:fold_by": "Fold by",
    "impact_page.word:by_tier": "tier",
    "impact_page.word:by_environment": "environment",
    "impact_page.word:by_owner": "owner",
    "impact_page.word:by_service": "service",
    "impact_page.word:by_none": "distance only",
    "impact_page.word:fold_all": "Fold all",
    "impact_page.word:zoom_out": "Zoom out",
    "impact_page.word:zoom_in": "Zoom in",
    "impact_page.word:fit": "Whole",
    "impact_page.word:keys": (
        "Picture of the items that are affected. Arrow keys push it, + and - zoom, 0 shows the whole,"
        " / searches, the tab key goes from box to box. The table below says the same."
    ),
    # -- boxes
    "impact_page.word:changed": "changed",
    "impact_page.word:fails": "fails",
    "impact_page.word:score": "score {n}",
    "impact_page.word:direct": "direct",
    "impact_page.word:steps": "{n} steps",
    "impact_page.word:deeper": "{n} steps and more",
    "impact_page.word:items": "{n} items",
    "impact_page.word:items_one": "1 item",
    "impact_page.word:fail": "{n} fail",
    "impact_page.word:fail_one": "1 fails",
    "impact_page.word:found": "{n} found",
    "impact_page.word:found_one": "1 found",
    "impact_page.word:nth": "{k} of {n}",
    "impact_page.word:changed_items": "{n} changed",
    "impact_page.word:more": "{n} more",
    "impact_page.word:others": "{n} others",
    "impact_page.word:heading": "{name}: {n}",
    "impact_page.word:no_tier": "no tier",
    "impact_page.word:no_owner": "no owner",
    "impact_page.word:no_environment": "no environment",
    "impact_page.word:no_service": "no service",
    "impact_page.word:comma": ", ",
    "impact_page.word:open": "unfold",
    "impact_page.word:close": "fold",
    # -- facts of the chosen item
    "impact_page.word:dismiss": "Close",
    "impact_page.word:path": "Strongest path",
    "impact_page.word:id": "Id",
    "impact_page.word:effect": "Effect",
    "impact_page.word:distance": "Distance",
    "impact_page.word:tier": "Tier",
    "impact_page.word:owner": "Owner",
    "impact_page.word:environment": "Environment",
    "impact_page.word:service": "Through service",
    "impact_page.word:type": "Type",
    "impact_page.word:status": "Status",
    "impact_page.word:followers": "Hit through it",
}
