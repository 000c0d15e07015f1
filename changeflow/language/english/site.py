"""The static site."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- the frame
    "site.title": "Changes",
    "site.skip": "To the content",
    "site.navigation": "Pages of the site",
    "site.area:start": "Start",
    "site.area:register": "Register",
    "site.area:schedule": "Schedule",
    "site.area:items": "CMDB",
    "site.area:kpis": "Measures",
    "site.area:search": "Search",
    "site.foot": "Made by changeflow from what is committed. The first page names the commits.",
    "site.pages": "Pages of the list",
    # -- lists
    "site.range": "{first} to {last} of {total:plural change changes}, the newest first",
    "site.between": ", ",
    "site.count": "{count:plural change changes}",
    "site.more": "and {count} more",
    "site.column:item": "Item",
    "site.column:type": "Type",
    "site.column:tier": "Criticality",
    "site.column:owner": "Owner",
    "site.column:environment": "Environment",
    "site.column:status": "Status",
    # -- search and filters
    "site.search": (
        "Finds changes and items by title, id, person and item. Several words must all be there; "
        "part of a word is enough."
    ),
    "site.field:q": "Words",
    "site.field:state": "State",
    "site.field:type": "Type",
    "site.field:level": "Risk",
    "site.field:sort": "Order",
    "site.sort:newest": "newest first",
    "site.sort:oldest": "oldest first",
    "site.sort:risk": "riskiest first",
    "site.sort:name": "by id",
    "site.found": "{count} found",
    "site.found:found": "{count} found",
    "site.found:found_one": "1 found",
    "site.found:none": "Nothing was found. Fewer words find more.",
    "site.found:more": "Show more",
    "site.found:any": "any",
    "site.found:item": "item",
    "site.found:change": "change",
    "site.noscript": "Search and filters need JavaScript. The lists can be read without it.",
    # -- first page
    "site.open": "Open now",
    "site.next": "Next windows",
    "site.all_measures": "All measures",
    "site.whole_schedule": "The whole schedule",
    # -- schedule
    "site.period": "From {start} to {end}, times in {zone}",
    "site.calendar": "How many changes begin on which day",
    "site.begin": "{count:plural change changes}",
    "site.frozen": "freeze",
    "site.freeze": "Freeze: {name}, {start} to {end}",
    "site.span": "{start} to {end}",
    "site.weekday:1": "Mon",
    "site.weekday:2": "Tue",
    "site.weekday:3": "Wed",
    "site.weekday:4": "Thu",
    "site.weekday:5": "Fri",
    "site.weekday:6": "Sat",
    "site.weekday:7": "Sun",
    # -- a change
    "site.connected": "Connected with",
    "site.relation:items": "Items",
    "site.relation:depends_on": "Waits for",
    "site.relation:fixes": "Fixes",
    "site.relation:conflicts": "Conflicts with",
    "site.relation:incidents": "Incidents",
    "site.decisions": "Decisions of the gates",
    "site.gate": "Gate {gate:word} as things stand: {verdict:word}",
    "site.gate:recorded": "Gate {gate:word} on {at:minute}: {verdict:word} (entry {entry} of the ledger)",
    "site.clause": "({clause})",
    # -- an item
    "site.changes": "Changes of it",
    "site.group": "{least} of",
    # -- measures
    "site.behind": "Records behind the numbers",
    "site.records": "{measure}: {count:plural record records}",
    "site.no_measures": "Measures cannot be computed: {why:sentence}",
    "site.charts": "Over time",
    "site.no_charts": "Charts need the extra `changeflow[site]` where the site is built.",
    "site.legend": "Dashed lines are limits; a diamond is a signal, with the number of Nelson's rule.",
    "site.chart": "{measure}, by {by}",
    "site.values": "Values: {count:plural point points}",
    "site.chart_column:point": "Period",
    "site.chart_column:value": "Value",
    "site.chart_column:limits": "Limits",
    "site.chart_column:signals": "Signals",
    # -- the command
    "site.made": (
        "{folder}: {pages:plural page pages} ({written} written, {removed} removed). "
        "Open {start} in a browser."
    ),
}
