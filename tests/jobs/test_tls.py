"""Mail on the wire: certificates are checked, and no password crosses an open line."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jobs import smtp
from tests.services import free_port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine that nobody but its own file vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(made.public_bytes(pem) + private)
    return file


@pytest.fixture(params=["smtps", "smtp"])
def server(request: pytest.FixtureRequest, certificate: Path) -> Iterator[str]:
    """The address of a server with TLS from the first byte, or by STARTTLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    direct = request.param == "smtps"
    options = {"ssl_context": context} if direct else {"tls_context": context, "require_starttls": True}
    port = free_port()
    # Its own check of readiness trusts no certificate that was made a moment ago.
    controller = Controller(Sink(), hostname="127.0.0.1", port=port, **options)
    controller._trigger_server = lambda: _touch(port)  # type: ignore[method-assign]  see above
    controller.start()
    yield f"{request.param}://127.0.0.1:{port}/?tls=yes"
    controller.stop()


def _touch(port: int) -> None:
    socket.create_connection(("127.0.0.1", port)).close()


def send(url: str) -> None:
    line = smtp.Line(smtp.urlsplit(url), timeout=5)
    line.open()
    try:
        line.send("a@example.org", "b@example.org", b"Subject: x\r\n\r\nx\r\n", "x")
    finally:
        line.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(server: str) -> None:
    with pytest.raises(smtp.NoConnection, match="certificate"):
        send(server)


def test_a_trusted_one_is_taken(server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    send(server)


@pytest.mark.parametrize("url", ["smtp://u:p@mail.example.org", "smtp://mail.example.org:587", "smtp://x?tls=yes"])
def test_where_tls_is_needed_it_is_insisted_on(url: str) -> None:
    assert smtp.LineMail(smtp.urlsplit(url), 1).use_tls


@pytest.mark.parametrize("url", ["smtp://localhost:587", "smtp://u:p@127.0.0.1", "smtp://mail.example.org:587?tls=no"])
def test_where_it_is_not(url: str) -> None:
    assert not smtp.LineMail(smtp.urlsplit(url), 1).use_tls


def test_no_password_crosses_an_open_line() -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with pytest.raises(smtp.NoConnection, match="STARTTLS"):
            send(f"smtp://user:secret@127.0.0.1:{controller.port}/?tls=yes")
    finally:
        controller.stop()
