"""A server of mail and one of webhooks on loopback, which do what a test asks for, good or bad."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import ipaddress
import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# no test waits longer for a server that hangs
LONGEST = 20.0


@dataclass
class Mails:
    """What a server of mail was given, and how it behaves."""

    port: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    offers_tls: bool = False
    takes_login: bool = True
    hangs: bool = False
    closes_at: str = ""
    context: ssl.SSLContext | None = None

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for who, mail in self.got if who == address]

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for _, mail in self.got]


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        plain = self.connection
        with contextlib.suppress(OSError):
            self._handle()
        if self.connection is not plain:
            self.connection.close()

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _handle(self) -> None:  # noqa: C901, PLR0912, PLR0915 - a protocol, line by line
        mails: Mails = self.server.mails  # type: ignore[attr-defined]
        self.connection.settimeout(LONGEST)
        if mails.hangs:
            self.rfile.read(1)
            return
        self._say("220 localhost ESMTP")
        to: list[str] = []
        secured = False
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            word = word.upper()
            if word == mails.closes_at:
                return
            match word:
                case "EHLO" | "HELO":
                    offers = ["localhost", "AUTH PLAIN"]
                    if mails.offers_tls and not secured:
                        offers.insert(1, "STARTTLS")
                    for one in offers[:-1]:
                        self._say(f"250-{one}")
                    self._say(f"250 {offers[-1]}")
                case "STARTTLS":
                    self._say("220 go")
                    assert mails.context is not None
                    self.connection = mails.context.wrap_socket(self.connection, server_side=True)
                    self.rfile = self.connection.makefile("rb")
                    self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
                    secured = True
                case "AUTH":
                    _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                    mails.logins.append((user, password))
                    self._say("235 welcome" if mails.takes_login else "535 no")
                case "MAIL":
                    to = []
                    self._say("250 ok")
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0]
                    if address in mails.refused:
                        self._say("550 no such user")
                    else:
                        to.append(address)
                        self._say("250 ok")
                case "DATA":
                    self._say("354 go on")
                    data = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        data += part
                    mail = message_from_bytes(data, policy=policy.default)
                    assert isinstance(mail, EmailMessage)
                    mails.got += [(one, mail) for one in to]
                    mails.secured.append(secured)
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextlib.contextmanager
def mail_server(**behaviour: Any) -> Iterator[Mails]:
    mails = Mails(**behaviour)
    with _Threads(("127.0.0.1", 0), _Smtp) as server:
        server.mails = mails  # type: ignore[attr-defined]
        mails.port = server.server_address[1]
        with _running(server):
            yield mails


@dataclass
class Hooks:
    """What a server of webhooks was given, and what it answers."""

    port: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    # the next answers; the last one stays
    answers: list[int | str] = field(default_factory=lambda: [200])
    location: str = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


class _Http(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hooks: Hooks = self.server.hooks  # type: ignore[attr-defined]
        self.connection.settimeout(LONGEST)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hooks.got.append((dict(self.headers.items()), body))
        answer = hooks.answers.pop(0) if len(hooks.answers) > 1 else hooks.answers[0]
        if answer == "close":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif answer == "hang":
            with contextlib.suppress(OSError):
                self.connection.recv(1)
        elif answer == "drip":
            self._drip()
        else:
            assert isinstance(answer, int)
            self.send_response(answer)
            if hooks.location:
                self.send_header("Location", hooks.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_GET = do_POST

    def _drip(self) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            until = time.monotonic() + LONGEST
            while time.monotonic() < until:
                self.wfile.write(b"X: y\r\n")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        pass


class _Web(ThreadingHTTPServer):
    daemon_threads = True


@contextlib.contextmanager
def web_server(*answers: int | str, location: str = "") -> Iterator[Hooks]:
    hooks = Hooks(answers=list(answers) or [200], location=location)
    with _Web(("127.0.0.1", 0), _Http) as server:
        server.hooks = hooks  # type: ignore[attr-defined]
        hooks.port = server.server_address[1]
        with _running(server):
            yield hooks


@contextlib.contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(LONGEST)


def certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A context that speaks for a host, and the file of the certificate, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    began = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + pem
    )
    (folder / f"{host}.crt").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, folder / f"{host}.crt"
