"""A stateful double of GitHub: a world with real git behind REST and GraphQL, on loopback."""
