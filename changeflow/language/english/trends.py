"""The paper on trends, and control charts."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "trend.paper": "Trends of changes",
    "trend.compared": "Compared with",
    "trend.period:previous": "period before",
    "trend.period:year_before": "a year earlier",
    "trend.no_period": "no records",
    "trend.measures": "This period beside earlier ones",
    "trend.column:measure": "Measure",
    "trend.column:value": "This period",
    "trend.column:previous": "Before",
    "trend.column:year_before": "A year earlier",
    "trend.column:of": "Of",
    "trend.column:changes": "Changes",
    "trend.column:ended": "Ended",
    "trend.column:failed": "Failed",
    "trend.column:rolled_back": "Rolled back",
    "trend.column:with_incident": "With incident",
    "trend.column:item": "Item",
    "trend.column:records": "Changes that failed",
    "trend.column:section": "Section",
    "trend.column:name": "Name",
    "trend.column:unit": "Unit",
    "trend.column:signals": "Signals",
    "trend.column:point": "Point",
    "trend.column:drawn": "Value",
    "trend.column:limits": "Limits",
    "trend.column:lower": "Lower limit",
    "trend.column:upper": "Upper limit",
    "trend.column:centre": "Centre",
    "trend.by:type": "By type",
    "trend.by:class": "By class",
    "trend.by:service": "By service",
    "trend.by:team": "By team",
    "trend.by:category": "By area",
    "trend.by:origin": "By reason",
    "trend.value:unknown": "not recorded",
    "trend.value:incident": "incident",
    "trend.others": "{count:plural value values} with fewer changes not listed",
    "trend.not_recorded": "not recorded for any change: {dimensions}",
    "trend.dimension:type": "type",
    "trend.dimension:class": "class",
    "trend.dimension:service": "service",
    "trend.dimension:team": "team",
    "trend.dimension:category": "area",
    "trend.dimension:origin": "reason",
    "trend.several_services": "A change counts for each of its services.",
    "trend.failing": "Where changes fail",
    "trend.failing_counts": (
        "{failed:plural change changes} of this period failed, were rolled back, caused an incident or "
        "failed by their review. Most of them were on:"
    ),
    "trend.failing_counts:none": "No change of this period failed, was rolled back, caused an incident or failed by its review.",
    "trend.charts": "Control charts",
    "trend.chart": "{measure}: control chart by {by}",
    "trend.unit:day": "day",
    "trend.unit:week": "week",
    "trend.unit:month": "month",
    "trend.unit:quarter": "quarter",
    "trend.told": "{kind} chart of {points:plural point points}, centre {centre}; limits are three sigma away.",
    "trend.told:wide": (
        "{kind} chart of {points:plural point points}, centre {centre}; limits are three sigma away,"
        " and {factor} times as wide as chance alone asks for, as points vary that much more."
    ),
    "trend.provisional": "Fewer than 20 points: limits will still move.",
    "trend.left_out": "Left out, as nothing was to be measured: {count:plural point points}.",
    "trend.no_limits:few": (
        "No limits: 10 points are needed (so far {points:count})."
        " Take shorter points (--by), or a longer past."
    ),
    "trend.no_limits:rare": "No limits: in most points too little is counted. Take longer points (--by).",
    "trend.no_limits:steady": "No limits: all points are alike.",
    "trend.no_point": "Nothing to draw.",
    "trend.no_signal": "No signal in this period.",
    "trend.signal": "SIGNAL: {rule}, {where}",
    "trend.signal:earlier": "earlier signal: {rule}, {where}",
    "trend.where": "{first}",
    "trend.where:span": "{points:plural point points} from {first} to {last}",
    "trend.rule:beyond_3_sigma:above": "above the upper limit (Nelson 1)",
    "trend.rule:beyond_3_sigma:below": "below the lower limit (Nelson 1)",
    "trend.rule:nine_on_one_side:above": "nine or more in a row above the centre (Nelson 2)",
    "trend.rule:nine_on_one_side:below": "nine or more in a row below the centre (Nelson 2)",
    "trend.rule:six_trending:up": "six or more in a row rising (Nelson 3)",
    "trend.rule:six_trending:down": "six or more in a row falling (Nelson 3)",
    "trend.rule:two_of_three_beyond_2_sigma:above": "two of three more than two sigma above the centre (Nelson 5)",
    "trend.rule:two_of_three_beyond_2_sigma:below": "two of three more than two sigma below the centre (Nelson 5)",
    "trend.about_rules": (
        "A signal says that something changed, not what. Even where nothing changes, about one point in a hundred is one."
        " A point belongs to the period in which it ends."
    ),
    "trend.mark": "N{number}",
    "trend.legend:value": "value",
    "trend.legend:centre": "centre",
    "trend.legend:limit": "limits",
    "trend.legend:signal": "signal, with Nelson's rule",
    "trend.legend:period": "this period",
    "trend.limits": "{lower} to {upper}",
    "trend.recurring": "Changes that recur: candidates for standard changes",
    "trend.no_recurring": "No kind of normal change ended {enough} times or more in this period, all of them well.",
    "trend.recurring_how": (
        "Of one kind are normal changes of items of the same types, in the same area."
        " At least {enough} ended, all of them well."
        " `changeflow policy backtest` compares what they did, too."
    ),
    "trend.conclusions": "Conclusions and improvements",
    "trend.to_conclude": "{measure}: {signals:plural signal signals} in this period",
    "trend.nothing_to_conclude": "No signal in this period asks for a conclusion.",
    "trend.blank:about": "About",
    "trend.blank:conclusion": "Conclusion",
    "trend.blank:improvement": "Improvement, who, until when",
    "trend.fact:analysed_by": "Analysed by",
    "trend.fact:reviewed_by": "Reviewed by",
    "trend.fact:numbers": "Digest of the numbers",
    "trend.not_said": "not recorded",
    "trend.fact:path": "Review",
    "trend.fact:reviewed": "Reviewed on",
    "trend.fact:conclusion": "Conclusion",
    "trend.fact:improvements": "Improvements",
    "trend.other_numbers": "The review looked at other numbers: records have changed since, or were added.",
    "trend.decided": "decision, {owner:owner}",
    "trend.decided:due": "decision, {owner:owner}, until {due:date}",
}
