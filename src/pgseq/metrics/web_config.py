"""Prometheus' web-config file: TLS and basic authentication for what is served.

Source: docs/web-configuration.md of github.com/prometheus/exporter-toolkit. What pgseq does not know of it is refused,
since left out it would protect less than it says.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import yaml
from msgspec import Struct, field

from pgseq.errors import ConfigError
from pgseq.files.trusted import read
from pgseq.names import display
from pgseq.values import Value

#: Bytes of a web-config file.
MOST: Final = 2**20
_HINT: Final = "see docs/monitoring.md for what pgseq knows of Prometheus' web-config file"
_PEM: Final = "certificates and keys are PEM files, a key without a password"
_VERSIONS: Final = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
#: client_auth_type, and what Python's ssl calls it. The others take any certificate, which it does not offer.
_CLIENTS: Final = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_BCRYPT: Final = re.compile(r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}")
_TLS: Final = frozenset({"cert_file", "key_file", "client_auth_type", "client_ca_file", "min_version", "max_version"})
_HEADERS: Final = frozenset(
    {
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "X-XSS-Protection",
        "Strict-Transport-Security",
    }
)


class WebConfig(Value, frozen=True, kw_only=True):
    """What a web-config file says; empty: plain HTTP for everybody."""

    unshown: ClassVar = ("users",)
    #: None: no TLS.
    tls: ssl.SSLContext | None = None
    #: bcrypt hashes of passwords by user; empty: nobody is asked for one.
    users: Mapping[str, bytes] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def load(path: Path | None) -> WebConfig:
    """Read a web-config file. Raises ConfigError for one that cannot be read, that others could have written, or that
    says what pgseq does not know."""
    if path is None:
        return WebConfig()
    name = display(str(path))
    try:
        content = read(path, most=MOST, vouched=True)
    except OSError as error:
        raise ConfigError(f"cannot read {name}: {error.strerror}", "name another file") from None
    if content.doubt is not None:
        raise ConfigError(f"{name} is not used: {content.doubt.reason}", content.doubt.hint)
    try:
        document = yaml.safe_load(content.data)
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as error:
        # Only the place: the text around it may be a password's hash.
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{name} is not YAML{place}", _HINT) from None
    file = _File(name=name, folder=path.absolute().parent)
    tops = file.mapping({} if document is None else document, "the file")
    file.known(tops, {"tls_server_config", "http_server_config", "basic_auth_users"})
    tls = file.mapping(tops.get("tls_server_config", {}), "tls_server_config")
    return WebConfig(
        tls=file.tls(tls) if "tls_server_config" in tops else None,
        users=dict(file.users(file.mapping(tops.get("basic_auth_users", {}), "basic_auth_users"))),
        headers=file.headers(file.mapping(tops.get("http_server_config", {}), "http_server_config")),
    )


class _File(Struct, frozen=True, kw_only=True):
    """A web-config file: names it in errors, and what its paths are relative to."""

    name: str
    folder: Path

    def error(self, message: str, hint: str = _HINT) -> ConfigError:
        return ConfigError(f"{self.name}: {message}", hint)

    def mapping(self, value: Any, key: str) -> dict[str, Any]:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value):
            raise self.error(f"{key} is not a mapping of names")
        return value

    def known(self, values: Mapping[str, Any], keys: set[str] | frozenset[str]) -> None:
        if unknown := sorted(set(values) - keys):
            raise self.error(f"pgseq does not know {display(unknown[0])}")

    def text(self, values: Mapping[str, Any], key: str, default: str = "") -> str:
        value = values.get(key, default)
        if not isinstance(value, str):
            raise self.error(f"{key} is not a text")
        return value

    def path(self, values: Mapping[str, Any], key: str) -> Path:
        text = self.text(values, key)
        if not text:
            raise self.error(f"{key} is missing")
        path = self.folder / text
        try:
            path.open("rb").close()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no path"
            raise self.error(f"cannot read {key} {display(str(path))}: {reason}") from None
        return path

    def tls(self, values: Mapping[str, Any]) -> ssl.SSLContext:
        self.known(values, _TLS)
        clients = self.text(values, "client_auth_type") or "NoClientCert"
        if clients not in _CLIENTS:
            raise self.error(f"client_auth_type {display(clients)} is none of {', '.join(_CLIENTS)}")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = self._version(values, "min_version", "TLS12")
        context.maximum_version = self._version(values, "max_version", "TLS13")
        certificate, key = self.path(values, "cert_file"), self.path(values, "key_file")
        try:
            # Else OpenSSL would ask on the terminal for the password of a key.
            context.load_cert_chain(certificate, key, password=lambda: "")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise self.error(f"cert_file and key_file cannot be used: {_words(error)}", _PEM) from None
        if values.get("client_ca_file"):
            if clients == "NoClientCert":
                raise self.error("client_ca_file goes with a client_auth_type that asks for certificates")
            try:
                context.load_verify_locations(self.path(values, "client_ca_file"))
            except (ssl.SSLError, OSError) as error:
                raise self.error(f"client_ca_file cannot be used: {_words(error)}", _PEM) from None
        elif clients != "NoClientCert":
            raise self.error(f"client_auth_type {clients} needs a client_ca_file")
        context.verify_mode = _CLIENTS[clients]
        return context

    def _version(self, values: Mapping[str, Any], key: str, default: str) -> ssl.TLSVersion:
        version = self.text(values, key, default)
        if version not in _VERSIONS:
            raise self.error(f"{key} {display(version)} is none of {', '.join(_VERSIONS)}")
        return _VERSIONS[version]

    def users(self, values: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        for user, hashed in values.items():
            if not isinstance(hashed, str) or not _BCRYPT.fullmatch(hashed):
                # It is not repeated: it may be the password itself.
                raise self.error(
                    f"what basic_auth_users has for {display(user)} is not a bcrypt hash",
                    "htpasswd -nBC 10 USER | cut -d: -f2 makes one",
                )
            yield user, hashed.encode()

    def headers(self, values: Mapping[str, Any]) -> dict[str, str]:
        self.known(values, {"http2", "headers"})
        headers = self.mapping(values.get("headers", {}), "headers")
        self.known(headers, _HEADERS)
        for key in headers:
            if any(ord(letter) < 32 or ord(letter) > 126 for letter in self.text(headers, key)):
                raise self.error(f"{key} has characters that a header cannot have")
        return headers


def _words(error: Exception) -> str:
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or "they do not belong together"
