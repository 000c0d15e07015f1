"""The order in which a sample is drawn: by SHA-256, the same on every machine."""

import hashlib


def seeded_rank(seed: str, name: str) -> str:
    r"""Return the rank of a name under a seed: SHA-256 of `<seed>` LF `<name>` as hexadecimal text.

    The smallest is drawn first. `printf '%s\n%s' SEED NAME | sha256sum` prints it.
    """
    return hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()
