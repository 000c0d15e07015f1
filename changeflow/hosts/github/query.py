"""The questions we ask GitHub's GraphQL.

One query reads a pull request; every list in it brings its first page, and the same text with a
cursor asks for the next one. Ids are read as `fullDatabaseId` where GitHub offers it: its 32-bit
`databaseId` of reviews is deprecated and ran out. That of check runs ran out too, and they have no
other: it is not asked for. What writes to a check run finds it over REST.
"""

from __future__ import annotations

from typing import Final

ACTOR: Final = (
    "__typename login ... on User{databaseId} ... on Bot{databaseId} ... on "
    "Mannequin{databaseId} ... on Organization{databaseId}"
)
PAGE: Final = "totalCount pageInfo{hasNextPage endCursor}"
PERSON: Final = "email user{__typename login databaseId}"

_EVENTS: Final = (
    "REVIEW_DISMISSED_EVENT,HEAD_REF_FORCE_PUSHED_EVENT,BASE_REF_FORCE_PUSHED_EVENT,BASE_REF_CHANGED_EVENT,"
    "AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT,LABELED_EVENT,UNLABELED_EVENT,READY_FOR_REVIEW_EVENT,CONVERT_TO_DRAFT_EVENT,"
    "RENAMED_TITLE_EVENT,CLOSED_EVENT,REOPENED_EVENT,MERGED_EVENT"
)
_VIEWER: Final = "viewer{__typename login databaseId}"
_MOMENT: Final = f"createdAt actor{{{ACTOR}}}"
_PUSHED: Final = f"{_MOMENT} beforeCommit{{oid}} afterCommit{{oid}}"
_PLAIN_EVENTS: Final = (
    "ReadyForReviewEvent", "ConvertToDraftEvent", "RenamedTitleEvent", "ClosedEvent", "ReopenedEvent", "MergedEvent",
)  # fmt: skip

CONTEXT: Final = f"""__typename
... on CheckRun{{name status conclusion checkSuite{{app{{databaseId slug}} workflowRun{{file{{path}}}}}}}}
... on StatusContext{{context state description targetUrl creator{{{ACTOR}}}}}"""

# connection -> (its field with arguments, its nodes); `%s` takes `,after:$after` on later pages
CONNECTIONS: Final[dict[str, tuple[str, str]]] = {
    "reviews": (
        "reviews(first:100%s)",
        f"fullDatabaseId state submittedAt lastEditedAt body commit{{oid}} author{{{ACTOR}}}",
    ),
    "commits": (
        "commits(first:100%s)",
        f"""commit{{oid committedDate committedViaWeb parents(first:10){{totalCount nodes{{oid}}}}
        signature{{isValid state wasSignedByGitHub signer{{__typename login databaseId}}}}
        authors(first:100){{totalCount nodes{{{PERSON}}}}} committer{{{PERSON}}}}}""",
    ),
    "timelineItems": (
        f"timelineItems(first:100%s,itemTypes:[{_EVENTS}])",
        f"""__typename
        ... on ReviewDismissedEvent{{{_MOMENT} previousReviewState review{{fullDatabaseId}}}}
        ... on HeadRefForcePushedEvent{{{_PUSHED}}} ... on BaseRefForcePushedEvent{{{_PUSHED}}}
        ... on BaseRefChangedEvent{{{_MOMENT} previousRefName currentRefName}}
        ... on AutomaticBaseChangeSucceededEvent{{{_MOMENT} oldBase newBase}}
        ... on LabeledEvent{{{_MOMENT} label{{name}}}} ... on UnlabeledEvent{{{_MOMENT} label{{name}}}}
        """
        + " ".join(f"... on {name}{{{_MOMENT}}}" for name in _PLAIN_EVENTS),
    ),
    "labels": ("labels(first:100%s)", "name"),
    "reviewRequests": (
        "reviewRequests(first:100%s)",
        """requestedReviewer{__typename ... on User{login databaseId} ... on Bot{login databaseId}
        ... on Mannequin{login databaseId} ... on Team{slug databaseId}}""",
    ),
    "comments": ("comments(first:100%s)", f"id fullDatabaseId viewerDidAuthor author{{{ACTOR}}}"),
}

OLDER_ID: Final = "databaseId"


def with_older_ids(text: str) -> str:
    """Return the same question with the 32-bit ids beside the others.

    It is for servers that lack the others. The 32-bit ids are not asked for at once: newer servers
    no longer have them, and for an id that needs more bits they are an error.
    """
    return text.replace("fullDatabaseId", f"fullDatabaseId {OLDER_ID}")


# Facts that an older Enterprise Server does not know; a question it refuses is asked again without
# them.
OPTIONAL: Final[dict[str, str]] = {
    "mergeQueueEntry": "mergeQueueEntry{state position headCommit{oid} baseCommit{oid}}",
}


def _connection(name: str, after: str = "") -> str:
    field, nodes = CONNECTIONS[name]
    return f"{field % after}{{{PAGE} nodes{{{nodes}}}}}"


def _contexts(after: str = "") -> str:
    return f"statusCheckRollup{{contexts(first:100{after}){{{PAGE} nodes{{{CONTEXT}}}}}}}"


def pull_request(without: tuple[str, ...] = ()) -> str:
    """Return everything about one pull request; variables `owner`, `name`, `number`."""
    lists = "\n".join(_connection(name) for name in CONNECTIONS)
    optional = "\n".join(text for name, text in OPTIONAL.items() if name not in without)
    return f"""query PullRequest($owner:String!,$name:String!,$number:Int!){{
rateLimit{{cost remaining}}
{_VIEWER}
repository(owner:$owner,name:$name){{
databaseId nameWithOwner isArchived defaultBranchRef{{name}}
pullRequest(number:$number){{
id fullDatabaseId number state isDraft locked title createdAt lastEditedAt author{{{ACTOR}}}
baseRefName baseRefOid baseRef{{target{{oid}}}} headRefName headRefOid headRepository{{databaseId}} isCrossRepository
changedFiles potentialMergeCommit{{oid {_contexts()}}}
{optional}
{lists}
head:commits(last:1){{nodes{{commit{{oid {_contexts()}}}}}}}
}}}}}}"""


def page(name: str) -> str:
    """Return the next page of one list; variables `owner`, `name`, `number`, `after`.

    The head must not have moved meanwhile.
    """
    body = _connection(name, ",after:$after")
    return f"""query Page($owner:String!,$name:String!,$number:Int!,$after:String!){{
repository(owner:$owner,name:$name){{pullRequest(number:$number){{headRefOid {body}}}}}}}"""


CONTEXTS_PAGE: Final = f"""query Contexts($owner:String!,$name:String!,$oid:GitObjectID!,$after:String){{
repository(owner:$owner,name:$name){{object(oid:$oid){{__typename ... on Commit{{oid {_contexts(",after:$after")}}}}}}}}}"""

_REF: Final = "number state baseRefName headRefOid mergeCommit{oid}"

OPEN_PULLS: Final = f"""query Open($owner:String!,$name:String!,$after:String){{
repository(owner:$owner,name:$name){{pullRequests(first:100,after:$after,states:OPEN){{{PAGE}
nodes{{{_REF} labels(first:100){{nodes{{name}}}}}}}}}}}}"""

PULLS_OF_COMMIT: Final = f"""query OfCommit($owner:String!,$name:String!,$oid:GitObjectID!,$after:String){{
repository(owner:$owner,name:$name){{object(oid:$oid){{__typename
... on Commit{{associatedPullRequests(first:100,after:$after){{{PAGE} nodes{{{_REF}}}}}}}}}}}}}"""

QUEUE: Final = f"""query Queue($owner:String!,$name:String!,$branch:String!,$after:String){{
{_VIEWER}
repository(owner:$owner,name:$name){{mergeQueue(branch:$branch){{entries(first:100,after:$after){{{PAGE}
nodes{{state position headCommit{{oid}} baseCommit{{oid}} pullRequest{{{_REF}}}}}}}}}}}}}"""

COMMENT_BODIES: Final = """query Bodies($ids:[ID!]!){nodes(ids:$ids){__typename ... on IssueComment{id fullDatabaseId body}}}"""

RECENT_COMMENTS: Final = """query Recent($owner:String!,$name:String!,$number:Int!){
repository(owner:$owner,name:$name){pullRequest(number:$number){
comments(last:50){nodes{id fullDatabaseId viewerDidAuthor body}}}}}"""
