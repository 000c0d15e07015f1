"""A second verifier of the ledger, written from docs/reference/evidence-format.md alone, by an author who had not seen the program.

    python second_verifier.py REPOSITORY ALLOWED_SIGNERS [--branch B] [--repository ID] [--checkpoint FILE]...

Not checked, for want of inputs (see the end of `verify`): rosters in the history of the main branch, `spec.require_signatures`,
`spec.ledger.wrong_clocks`, another skew than five minutes, the Ed25519 of cosignatures, and subjects against the files they name.
"""

# ruff: noqa: ARG001, B006, B905, C901, PLR0911, PTH118, PTH123, RUF005, SLOT000, T201, TRY301, UP017, UP031 - it is kept as it was written
# mypy: ignore-errors

import argparse
import base64
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import urllib.parse
from datetime import datetime, timedelta, timezone

KINDS = ("approval", "assessment", "baseline", "decision", "evidence", "hold", "notification", "rehearsal", "release", "review", "verification")
NAME = re.compile(r"(?:CHG-[0-9]{8}-[a-z0-9][a-z0-9-]{0,46}|_)/(?:[0-9]{6}|[1-9][0-9]{6,})-(?:%s)\.json" % "|".join(KINDS))
PREDICATE_TYPE = re.compile(r"https://changeflow\.dev/(%s)/v1" % "|".join(KINDS))
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
PAYLOAD_TYPE = "application/vnd.in-toto+json"
SKEW = timedelta(minutes=5)
LEDGER_KEYS = {"seq", "previous", "change", "at", "recorded_at", "simulated", "tool"}


class Bad(Exception):
    """A file is no entry; the argument is the rule."""


# --- git ---------------------------------------------------------------------------------------------------------------------------

def git(repository, *arguments, stdin=b""):
    environment = dict(os.environ, GIT_NO_REPLACE_OBJECTS="1", LC_ALL="C")
    command = ["git", "-C", repository, "-c", "core.commitGraph=false", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment, check=False)
    return done.returncode, done.stdout


def text_of(data):
    return data.decode("utf-8", "surrogateescape")


def read_objects(repository, names):
    """The bytes of each object; an object that is missing or damaged is left out."""
    found, names = {}, list(names)
    while names:
        _, out = git(repository, "cat-file", "--batch", stdin="".join(name + "\n" for name in names).encode())
        place = done = 0
        for name in names:
            end = out.find(b"\n", place)
            if end < 0:
                break
            header, place = out[place:end].split(), end + 1
            done += 1
            if len(header) == 3:
                size = int(header[2])
                content, place = out[place:place + size], place + size + 1
                hasher = hashlib.sha256 if len(name) == 64 else hashlib.sha1
                if hasher(header[1] + b" " + header[2] + b"\0" + content).hexdigest() == name:
                    found[name] = content
        names = names[max(done, 1):]  # where git gave up at an object, go on after it
    return found


def find_tip(repository, branch):
    for reference in ("refs/heads/" + branch, "refs/remotes/origin/" + branch):  # the second: a plain clone
        code, out = git(repository, "rev-parse", "--verify", "--quiet", reference + "^{commit}")
        if code == 0:
            return out.decode().strip()
    return None


def walk(repository, tip, findings):
    """"The branch", 1: the commits, the first one first."""
    code, out = git(repository, "rev-list", "--first-parent", tip)
    commits = out.decode().split()
    contents = read_objects(repository, commits)
    if code != 0 or not commits:
        findings.append(("ledger-commit", ""))
    for number, commit in enumerate(commits):
        header = contents.get(commit, b"").split(b"\n\n", 1)[0].split(b"\n")
        parents = [line[7:].decode("ascii", "replace") for line in header if line.startswith(b"parent ")]
        if commit not in contents or parents != commits[number + 1:number + 2]:
            findings.append(("ledger-commit", ""))
    return commits[::-1]


def added_files(repository, commits, findings):
    """"The branch", 2: the paths in the order of the commits that added them."""
    lines = [commit + (" " + parent if parent else "") for parent, commit in zip([""] + commits, commits)]
    code, out = git(repository, "diff-tree", "--stdin", "--root", "-r", "--raw", "--no-renames", "--no-abbrev", "--always", "-z",
                    "--ignore-submodules=none", stdin="".join(line + "\n" for line in lines).encode())
    changes = {commit: [] for commit in commits}
    current, fields = None, iter(re.split(rb"[\0]", out))
    for field in fields:
        if field.startswith(b":"):
            _, mode, _, _, status = field[1:].split()
            path = next(fields, b"")
            if current in changes:
                changes[current].append((status, mode, text_of(path)))
        elif field.strip():
            current = field.strip().split()[0].decode("ascii", "replace")
    if code != 0:
        findings.append(("ledger-commit", ""))
    paths = []
    for commit in commits:
        for status, mode, path in changes[commit]:
            if status != b"A" or mode != b"100644":
                findings.append(("ledger-commit", path))
            if status == b"A" and path not in paths:
                paths.append(path)
        if sum(status == b"A" for status, _, _ in changes[commit]) != 1:
            findings.append(("ledger-commit", ""))
    return paths


def read_files(repository, tip, paths, findings):
    """"The branch", 3: (path, bytes) as in the tree of the tip; bytes are None where they cannot be read."""
    code, out = git(repository, "ls-tree", "-r", "-z", "--full-tree", tip)
    if code != 0:
        findings.append(("ledger-commit", ""))
    names = {}
    for row in out.split(b"\0"):
        if row:
            about, path = row.split(b"\t", 1)
            names[text_of(path)] = about.split()[2].decode()
    kept = [path for path in paths if path in names]  # a removed file was found above
    contents = read_objects(repository, [names[path] for path in kept])
    return [(path, contents.get(names[path])) for path in kept]


# --- Canonical JSON ------------------------------------------------------------------------------------------------------------------

class Digits(str):
    """An integer too long for Python to convert."""


def integer(text):
    return int(text) if len(text) <= 4000 else Digits(text)


def refuse(text):
    raise Bad("ledger-unreadable")


def canonical(value, level=0):
    """The one spelling of a value, as text."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise Bad("ledger-unreadable")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, dict)):
        if level == 64:
            raise Bad("ledger-unreadable")
        if isinstance(value, list):
            return "[" + ",".join(canonical(item, level + 1) for item in value) + "]"
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key], level + 1) for key in sorted(value)) + "}"
    return json.dumps(value)


def parse(data):
    try:
        value = json.loads(data.decode("utf-8"), parse_int=integer, parse_float=refuse, parse_constant=refuse)
        same = canonical(value).encode("utf-8") == data
    except (ValueError, RecursionError):  # also of UTF-8 and of lone surrogates
        raise Bad("ledger-unreadable") from None
    need(same)
    return value


def need(condition):
    if not condition:
        raise Bad("ledger-unreadable")


def decode(text):
    need(isinstance(text, str))
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Bad("ledger-unreadable") from None
    need(base64.b64encode(data).decode() == text)
    return data


# --- Envelope and statement ------------------------------------------------------------------------------------------------------------

def read_envelope(data):
    """(payload, [(keyid, sig)])"""
    need(data is not None and len(data) <= 6291456 and data.endswith(b"\n"))
    envelope = parse(data[:-1])
    need(isinstance(envelope, dict) and set(envelope) == {"payload", "payloadType", "signatures"})
    need(envelope["payloadType"] == PAYLOAD_TYPE)
    payload, signatures = decode(envelope["payload"]), envelope["signatures"]
    need(len(payload) <= 4194304 and isinstance(signatures, list) and len(signatures) <= 8)
    for item in signatures:
        need(isinstance(item, dict) and set(item) == {"keyid", "sig"} and isinstance(item["keyid"], str))
    return payload, [(item["keyid"], decode(item["sig"])) for item in signatures]


def read_statement(payload):
    """(kind, predicate); `predicate["ledger"]` has the types that the page gives."""
    statement = parse(payload)
    need(isinstance(statement, dict) and set(statement) == {"_type", "subject", "predicateType", "predicate"})
    need(statement["_type"] == "https://in-toto.io/Statement/v1")
    check_subject(statement["subject"])
    need(isinstance(statement["predicateType"], str))
    kind = PREDICATE_TYPE.fullmatch(statement["predicateType"])
    if not kind:
        raise Bad("ledger-version")
    predicate = statement["predicate"]
    need(isinstance(predicate, dict) and isinstance(predicate.get("ledger"), dict))
    ledger = predicate["ledger"]
    need(LEDGER_KEYS <= set(ledger) <= LEDGER_KEYS | {"repository"})
    need(type(ledger["seq"]) is int and ledger["seq"] >= 1 and isinstance(ledger["change"], str))
    need(ledger["previous"] is None or matches(DIGEST, ledger["previous"]))
    need(isinstance(ledger["simulated"], bool) and isinstance(ledger.get("repository", ""), str))
    moment(ledger["at"]), moment(ledger["recorded_at"])
    return kind.group(1), predicate


def check_subject(subject):
    need(isinstance(subject, list) and subject)
    for item in subject:
        need(isinstance(item, dict) and set(item) == {"name", "digest"} and isinstance(item["name"], str))
        digest = item["digest"]
        need(isinstance(digest, dict) and {"sha256"} <= set(digest) <= {"sha256", "gitCommit"})
        need(matches(re.compile("[0-9a-f]{64}"), digest["sha256"]))
        need("gitCommit" not in digest or matches(re.compile("[0-9a-f]{40}|[0-9a-f]{64}"), digest["gitCommit"]))


def matches(pattern, value):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def moment(text):
    need(matches(TIME, text))
    try:
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Bad("ledger-unreadable") from None


# --- The chain -------------------------------------------------------------------------------------------------------------------------

def check_chain(files, repository_id, findings):
    """The entries, as dictionaries, and the digests of the files by number."""
    entries, numbers, payloads = [], {}, set()
    expected, previous, repository = 1, None, None
    for path, data in files:
        digest = "sha256:" + hashlib.sha256(data).hexdigest() if data is not None else "unknown"
        try:
            if not NAME.fullmatch(path):
                raise Bad("ledger-extra-file")
            payload, signatures = read_envelope(data)
            kind, predicate = read_statement(payload)
        except Bad as bad:
            findings.append((str(bad), path))
            numbers.setdefault(expected, set()).add(digest)
            expected, previous = expected + 1, digest
            continue
        ledger = predicate["ledger"]
        seq = ledger["seq"]
        if path != f"{ledger['change']}/{seq:06d}-{kind}.json":
            findings.append(("ledger-misplaced", path))
        if seq != expected:
            findings.append(("ledger-sequence", path))
        if ledger["previous"] != previous:
            findings.append(("ledger-predecessor", path))
        if payload in payloads:
            findings.append(("ledger-replayed", path))
        named = ledger.get("repository")
        if repository is None:
            repository = named
            if repository_id and named is not None and named != repository_id:
                findings.append(("ledger-repository", path))
        elif named != repository:
            findings.append(("ledger-repository", path))
        payloads.add(payload)
        numbers.setdefault(seq, set()).add(digest)
        expected, previous = max(expected, seq) + 1, digest
        entries.append({"path": path, "kind": kind, "predicate": predicate, "ledger": ledger, "payload": payload,
                        "signatures": signatures})
    return entries, numbers, repository


def check_times(entries, findings):
    now, latest = datetime.now(timezone.utc), {}
    for entry in entries:
        ledger = entry["ledger"]
        at, simulated = moment(ledger["at"]), ledger["simulated"]
        before = latest.get(simulated, at)
        if before - at > SKEW or (not simulated and at != moment(ledger["recorded_at"])):
            findings.append(("ledger-time", entry["path"]))
        if not simulated and at - now > SKEW:
            findings.append(("ledger-ahead", entry["path"]))
        latest[simulated] = max(before, at)


# --- Signatures ------------------------------------------------------------------------------------------------------------------------

def read_roster(allowed_signers):
    """The persons of each key, by the key's blob. Raises OSError."""
    roster = {}
    with open(allowed_signers, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = re.match(r'\s*("[^"]+"|[^#\s"]\S*)\s.*?((?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+)\s+(AAAA[A-Za-z0-9+/]+=*)(?:\s|$)', line)
            try:
                if found:
                    blob = base64.b64decode(found.group(3), validate=True)
                    roster.setdefault(blob, set()).update(found.group(1).strip('"').split(","))
            except ValueError:
                continue
    return roster


def key_in(sig):
    """The key's blob in a binary OpenSSH signature, or None. After SSHSIG: version 1, key, namespace, reserved, hash, signature."""
    if sig[:6] != b"SSHSIG" or len(sig) < 14:
        return None
    version, length = struct.unpack(">II", sig[6:14])
    return sig[14:14 + length] if version == 1 and len(sig) >= 14 + length else None


def ssh_keygen(sig, payload, *arguments):
    """Whether ssh-keygen accepts the signature."""
    armour = base64.b64encode(sig).decode()
    lines = [armour[place:place + 70] for place in range(0, len(armour), 70)]
    pae = b"DSSEv1 28 " + PAYLOAD_TYPE.encode() + b" " + str(len(payload)).encode() + b" " + payload
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "sig")
        with open(name, "w", encoding="ascii") as file:
            file.write("\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]))
        command = ["ssh-keygen", "-Y", *arguments, "-n", "changeflow", "-s", name]
        return subprocess.run(command, input=pae, capture_output=True, check=False).returncode == 0


def check_signatures(entries, allowed_signers, findings):
    try:
        roster = read_roster(allowed_signers)
    except (OSError, ValueError):
        roster = {}
        findings.append(("ledger-unknown-key", ""))
    for entry in entries:
        rules, keys, payload = [], set(), entry["payload"]
        for keyid, sig in entry["signatures"]:
            key = key_in(sig)
            name = "SHA256:" + base64.b64encode(hashlib.sha256(key or b"").digest()).decode().rstrip("=")
            if key is None or keyid != name or key in keys:
                rules.append("ledger-signature")
                continue
            keys.add(key)
            people = sorted(roster.get(key, ()))
            known = len(people) == 1 and ssh_keygen(sig, payload, "verify", "-f", allowed_signers, "-I", people[0])
            if not known:  # is it the signature or the roster?
                holds = ssh_keygen(sig, payload, "check-novalidate")
                rules.append("ledger-unknown-key" if holds else "ledger-signature")
            elif entry["kind"] == "approval" and entry["predicate"].get("by") != people[0]:
                rules.append("ledger-forged")
        findings.extend((rule, entry["path"]) for rule in dict.fromkeys(rules))


# --- The journal of a release ----------------------------------------------------------------------------------------------------------

def check_journals(entries, findings):
    decided, states = set(), {}
    for entry in entries:
        predicate, change = entry["predicate"], entry["ledger"]["change"]
        if entry["kind"] == "decision" and predicate.get("gate") == "deploy" and predicate.get("open") is True:
            decided.add((change, str(predicate.get("digest"))))
        if entry["kind"] != "release":
            continue
        if predicate.get("event") == "started" and (change, str(predicate.get("digest"))) not in decided:
            findings.append(("ledger-undecided", entry["path"]))
        allowed, states[change] = next_state(states.get(change, ("ended", None)), predicate)
        if not allowed:
            findings.append(("ledger-journal", entry["path"]))


def next_state(state, line):
    """(whether the line may stand here, state after it). A state is ended, failed or under way, and the open intent."""
    place, intent = state
    event, step = line.get("event"), [line.get(key) for key in ("phase", "index", "name")]
    if event == "started":
        return place != "under way", ("under way", None)
    if event == "resolved":
        return place == "failed", ("ended", None)
    under_way = place == "under way"
    if event == "finished":
        known = line.get("state") in ("implemented", "rolled_back", "rollback_failed")
        return under_way and known, ("failed" if line.get("state") == "rollback_failed" else "ended", None)
    if event == "intent":
        return under_way and intent is None, ("under way", step)
    if event == "outcome":
        return under_way and intent == step, ("under way", None)
    if event in ("resumed", "rolling_back", "confirmed"):
        return under_way, ("under way" if under_way else place, None)
    return under_way and event == "interrupted", state


# --- Earlier sights --------------------------------------------------------------------------------------------------------------------

def compare_sight(numbers, number, digest, path, findings):
    if number not in numbers:
        findings.append(("ledger-truncated", path))
    elif digest not in numbers[number]:
        findings.append(("ledger-rewritten", path))


def check_anchor(repository, branch, numbers, findings):
    code, out = git(repository, "rev-parse", "--path-format=absolute", "--git-common-dir")
    path = os.path.join(text_of(out).rstrip("\n"), "changeflow", "seen-" + urllib.parse.quote(branch, safe="") + ".json")
    if code != 0 or not os.path.lexists(path):
        return
    try:
        with open(path, encoding="utf-8") as file:
            anchor = json.load(file)
        number, digest = anchor["seq"], anchor["digest"]
        need(type(number) is int and matches(DIGEST, digest))
    except (OSError, ValueError, RecursionError, LookupError, TypeError, Bad):
        findings.append(("ledger-unreadable", path))
        return
    compare_sight(numbers, number, digest, "", findings)


def read_note(path):
    """(origin, number, digest) of a checkpoint. Raises Bad, OSError and ValueError."""
    with open(path, "rb") as file:
        text, empty, signatures = file.read().decode("utf-8").rpartition("\n\n")
    lines = text.split("\n")
    need(empty and len(lines) == 4 and signatures.endswith("\n"))
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and parts[1] and len(decode(parts[2])) == 76)
    need(re.fullmatch("[1-9][0-9]{0,17}", lines[1]) and re.fullmatch("commit (?:[0-9a-f]{40}|[0-9a-f]{64})", lines[3]))
    digest = decode(lines[2])
    need(len(digest) == 32)
    return lines[0], int(lines[1]), "sha256:" + digest.hex()


def check_checkpoint(path, repository_id, numbers, findings):
    try:
        origin, number, digest = read_note(path)
        need(origin == "changeflow.dev/ledger" + ("/" + repository_id if repository_id else ""))
    except (OSError, ValueError, Bad):
        findings.append(("ledger-witness", path))
        return
    compare_sight(numbers, number, digest, path, findings)


# --- All of it -------------------------------------------------------------------------------------------------------------------------

def verify(repository: str, allowed_signers: str, branch: str, repository_id: str, checkpoints: list[str] = []) -> list[tuple[str, str]]:
    findings: list[tuple[str, str]] = []
    try:
        tip, files = find_tip(repository, branch), []
        if tip is None:
            findings.append(("ledger-commit", ""))
        else:
            commits = walk(repository, tip, findings)
            files = read_files(repository, tip, added_files(repository, commits, findings), findings)
        entries, numbers, named = check_chain(files, repository_id, findings)
        check_times(entries, findings)
        check_signatures(entries, allowed_signers, findings)
        check_journals(entries, findings)
        check_anchor(repository, branch, numbers, findings)
        for path in checkpoints:
            check_checkpoint(path, repository_id or named, numbers, findings)
    except (OSError, ValueError):  # no git, no ssh-keygen, a NUL in an argument, an answer of git in another form
        findings.append(("ledger-unreadable", ""))
    return list(dict.fromkeys(findings))


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a changeflow ledger.")
    parser.add_argument("repository")
    parser.add_argument("allowed_signers")
    parser.add_argument("--branch", default="changeflow/ledger")
    parser.add_argument("--repository", dest="repository_id", default="")
    parser.add_argument("--checkpoint", action="append", default=[])
    options = parser.parse_args()
    findings = verify(options.repository, options.allowed_signers, options.branch, options.repository_id, options.checkpoint)
    for rule, path in findings:
        print(rule, path.encode("unicode_escape", "surrogatepass").decode("ascii"))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
