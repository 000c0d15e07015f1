"""The frame of an assessment, of an impact and of a risk: headings, sums and columns."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "assess.class": "Class: {class_:word} (declared {declared:word}, computed {computed:word})",
    "assess.summary": ("{class_:word} change, {level:word} risk ({score} of 100)"),
    "assess.risk": (
        "Risk: {level:word}, {score} of 100 (likelihood {likelihood} of 5, impact {impact} of 5)"
    ),
    "assess.risk_folded": (
        "Risk: likelihood {likelihood} of 5, impact {impact} of 5, every point explained"
    ),
    "assess.impact": "Impact: {sum}",
    "assess.title": "{change}: assessment",
    "assess.digest": "Assessment of content `{digest}`",
    "assess.section:approvals": "Approvals",
    "assess.section:conflicts": "Conflicts",
    "assess.section:freezes": "Freezes",
    "assess.section:impact": "Impact",
    "assess.section:risk": "Risk, point by point",
    "assess.section:class": "Class",
    "assess.section:level": "Risk",
    "assess.section:since": "Since approved",
    "assess.column:points": "Points",
    "assess.column:short_points": "pts.",
    "assess.column:source": "Source",
    "assess.column:factor": "Factor",
    "assess.column:reason": "Reason",
    "assess.column:count": "Needed",
    "assess.column:role": "Role",
    "assess.column:because": "Because",
    "assess.column:change": "Change",
    "assess.column:what": "What",
    "assess.column:likelihood": "Likelihood",
    "assess.column:impact": "Impact",
    "assess.sum": "sum",
    "assess.of_five": "{points} of 5",
    "assess.level": "{level:word}, {score} of 100",
    "assess.source": "{source:word}",
    "assess.kind": "{class_:word}",
    "assess.seat": "{count} x",
    "assess.no_approval": "policy asks for no approval",
    "assess.undecided": "cannot be told: {rules:sentences}",
    "assess.no_conflict": "with no other open change",
    "assess.conflict": ("{what} ({start:time} to {end:time}; {kind:word}: {items:items})"),
    "assess.freeze": "the freeze `{name}` runs from {start:time} to {end:time}",
    # -- the impact
    "impact.title": "Impact of {items:items}",
    "impact.changing": "Changing {item}",
    "impact.within": "{sum} (within {depth:plural step steps})",
    "impact.sum:none": "nothing else is hit",
    "impact.sum": "{hit:sentences}: {direct} directly, {further} further away",
    "impact.rebuilt": "the snapshot of the CMDB was damaged, so the CMDB was read again",
    "impact.near": "Direct",
    "impact.far": "Further away",
    "impact.count": "{heading}: {count}",
    "impact.column:score": "Score",
    "impact.column:distance": "Distance",
    "impact.column:item": "Item",
    "impact.column:tier": "Tier",
    "impact.column:owner": "Owner",
    "impact.column:how": "How",
    "impact.distance:direct": "direct",
    "impact.distance": "{hops} steps",
    "impact.no_tier": "no tier",
    "impact.no_owner": "no owner",
    "impact.tier": "{tier:word}",
    "impact.link": "{arrow} {before}, {link:word}",
    "impact.link:unknown": "{arrow} {before}",
    "impact.item": "{ci:item}",
    "impact.status": "{ci:item}, {status:word}",
    "impact.more": "{count} more are not listed here; `changeflow impact --all` lists them all.",
    # -- its picture
    "impact.drawn": "Impact: {changed} changed, {hit} hit",
    "impact.changed": "changed",
    "impact.scored": "score {score}",
    "impact.scored:fails": "fails",
    "impact.state": "{status:word}",
    "impact.note": "{facts:list}",
    "impact.not_drawn": "{count} more items are hit less and not drawn",
    "impact.not_drawn:one": "1 more item is hit less and not drawn",
    "impact.distance:deeper": "{hops} steps and more",
    "impact.kind": "{row}, {distance}",
    "impact.items": "{count:count} items",
    "impact.items:one": "1 item",
    "impact.fail": "{count:count} fail",
    "impact.fail:one": "1 fails",
    "impact.others:tier": "{count} other tiers",
    "impact.others:environment": "{count} other environments",
    "impact.others:owner": "{count} other owners",
    "impact.others:service": "{count} other services",
    "impact.unknown:tier": "no tier",
    "impact.unknown:environment": "no environment",
    "impact.unknown:owner": "no owner",
    "impact.unknown:service": "no service",
    "impact.folded": (
        "{count:count} items are folded into {boxes:plural box boxes};"
        " `changeflow impact` with `--format html` shows each item"
    ),
    "impact.lines": "lines show the ways by which most items of a box are hit",
    "impact.uncounted": "{count:count} more are hit less and not counted here; `--all` counts them",
    "impact.many_changed": "{count:count} items are changed",
    "impact.legend:changed": "changed",
    "impact.legend:fails": "fails (score 1)",
    "impact.legend:degraded": "degraded (0.5 and more)",
    "impact.legend:touched": "below 0.5",
    # -- `risk explain`
    "risk_sheet.total": "Risk: {level:word}, {score} of 100",
    "risk_sheet.side:likelihood": (
        "Likelihood: {band} of 5, from {total} points (2 begins at {band2}, 3 at {band3}, 4 at"
        " {band4}, 5 at {band5})"
    ),
    "risk_sheet.side:impact": (
        "Impact: {band} of 5, from {total} points (2 begins at {band2}, 3 at {band3}, 4 at"
        " {band4}, 5 at {band5})"
    ),
    "risk_sheet.band:likelihood": "Likelihood {band} of 5",
    "risk_sheet.band:impact": "Impact {band} of 5",
    "risk_sheet.nothing": "nothing counts",
    "risk_sheet.likelihood": "likelihood",
    "risk_sheet.impact": "impact {band}",
    "risk_sheet.level": "{level:word}",
}
