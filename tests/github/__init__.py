"""GitHub as a host, against a double of GitHub on loopback."""
