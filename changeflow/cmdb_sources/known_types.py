"""The type of an item from the words with which another system names its kind."""

from __future__ import annotations

import re
from typing import Final

# parts of names, the first that fits counts
_PARTS: Final = (
    ("cache", "redis|memcache|valkey|elasticache|cache"),
    ("queue", "queue|kafka|rabbitmq|sqs|sns|nats|pubsub|servicebus|eventhub|kinesis|amq|topic"),
    ("database", "database|postgres|mysql|mariadb|mongo|sql|rds|dynamodb|cassandra|db"),
    ("cluster", "cluster|eks|gke|aks|farm"),
    ("storage", "storage|bucket|s3|volume|disk|efs|nas|san|blob|filesystem|persistentvolume"),
    ("network", "network|subnet|vpc|vnet|route|router|switch|firewall|gateway|dns|zone|vlan|circuit"),
    ("network", "lb|elb|alb|load balancer|loadbalancer|balancer|ingress|security group"),
    ("server", "server|instance|vm|virtual machine|droplet|host|hypervisor|compute"),
    ("library", "library|package"),
    ("business-service", "business service|business process|domain"),
    ("application", "application|app|appl|website|web site|software|web"),
    ("service", "service|function|lambda|api"),
    ("platform", "platform|namespace|middleware"),
    ("device", "device|ups|pdu|rack|printer|phone"),
)  # fmt: skip
_PATTERNS: Final = tuple(
    (name, re.compile(rf"(?:^|[^a-z0-9])(?:{words})s?(?:$|[^a-z])")) for name, words in _PARTS
)
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_./:-]+")


def known_type(*names: str | None) -> str | None:
    """Return the type for the first name that has a word for it; None where none has."""
    for name in names:
        if name is None:
            continue
        words = " ".join(_WORDS.sub(" ", name).casefold().split())
        for found, pattern in _PATTERNS:
            if pattern.search(words):
                return found
    return None
