"""`pgseq metrics --listen`: pages, TLS and passwords, and how it ends."""

from __future__ import annotations

import base64
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
from pathlib import Path
from typing import Final

import bcrypt
import pytest

from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database
from tests.support.exporter import exporter, names, of, samples
from tests.support.proxy import proxy

BEHIND: Final = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
WAITING: Final = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgseq' AND wait_event_type = 'Lock'"
OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.fixture
def behind(database: Database) -> Database:
    """A database with a sequence that is out of sync."""
    database.run(BEHIND)
    return database


def test_pages(behind: Database, tmp_path: Path) -> None:
    with exporter(tmp_path, behind.dsn) as served:
        status, text, headers = served.answer()
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        assert of(samples(text), "pgseq_sequences", datname=behind.name, status="out_of_sync") == 1
        status, text, headers = served.answer(Accept=OPENMETRICS)
        assert headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0; charset=utf-8")
        assert text.endswith("# EOF\n")
        assert of(samples(text), "pgseq_sequences", datname=behind.name, status="out_of_sync") == 1
        # Some of them.
        assert {name for name, _ in samples(served.get("/metrics?name[]=pgseq_up")[1])} == {"pgseq_up"}
        assert served.get("/healthz") == (200, "ok\n")
        assert served.get("/") == (404, "there are /metrics and /healthz\n")
        assert served.get("/metrics/..%2f..%2fetc/passwd")[0] == 404


def test_looks_at_most_once_a_minute(behind: Database, tmp_path: Path) -> None:
    count = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
    with exporter(tmp_path, behind.dsn) as served:
        first = served.get()[1]
        behind.run("INSERT INTO t VALUES (2)")
        assert [served.get()[1] for _ in range(20)] == [first] * 20
        if behind.server.major >= 14:
            assert behind.value(count) <= 10


def test_it_goes_on_when_a_target_is_down(behind: Database, tmp_path: Path) -> None:
    with exporter(tmp_path, behind.dsn, "host=127.0.0.1 port=1 dbname=gone user=u password=hunter2") as served:
        found = samples(served.get()[1])
        assert of(found, "pgseq_up", target="127.0.0.1:1/gone") == 0
        assert names(found, "datname") == {behind.name}
        served.process.terminate()
        said = served.process.communicate()[1]
    assert said.startswith("pgseq: error: 127.0.0.1:1/gone: connection failed")
    assert "hunter2" not in said


def test_the_next_look_sees_what_has_changed(behind: Database, tmp_path: Path) -> None:
    """With the loop's own code and no pause: a minute is long for a test."""
    from pgseq.cli.options.connection import Connection
    from pgseq.cli.run.metrics_watch import Watch
    from pgseq.workflow import Options

    with proxy(behind.server.embedded.port) as between:
        dsn = f"host=127.0.0.1 port={between.port} dbname={behind.name} user=postgres"
        watch = Watch(connection=Connection(dsn=(dsn,)), options=Options(), every=False)

        def look() -> list[float | None]:
            found = {sample.name: sample.value for metric in watch.look()[0] for sample in metric.samples}
            wanted = ("up", "sequence_inserts_until_collision", "last_success_timestamp_seconds")
            return [found.get(f"pgseq_{name}") for name in wanted]

        up, until, first = look()
        assert (up, until) == (1, 0)
        behind.run("SELECT setval('t_id_seq', 1)")
        up, until, second = look()
        assert (up, until) == (1, None)
        assert first is not None
        assert second is not None
        assert first < second
        between.close()
        # Nothing is known of its sequences, but when it was.
        assert look() == [0, None, second]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(behind: Database, tmp_path: Path, sent: signal.Signals) -> None:
    with exporter(tmp_path, behind.dsn) as served:
        served.get()
        served.process.send_signal(sent)
        out, said = served.process.communicate(timeout=30)
        assert (served.process.returncode, out, said) == (0, "", "")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_the_middle_of_a_look(behind: Database, tmp_path: Path, sent: signal.Signals) -> None:
    with behind.connect(autocommit=False) as blocker:
        blocker.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with exporter(tmp_path, behind.dsn, "--lock-timeout", "60s", "--statement-timeout", "0") as served:
            while not behind.rows(WAITING):
                assert served.process.poll() is None
                time.sleep(0.02)
            assert served.get("/healthz") == (200, "ok\n")
            served.process.send_signal(sent)
            assert served.process.wait(30) == 0
        while behind.rows(WAITING):
            time.sleep(0.02)


@pytest.mark.parametrize(("sent", "word"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated")])
def test_a_signal_leaves_the_file_as_it_was(behind: Database, tmp_path: Path, sent: signal.Signals, word: str) -> None:
    (tmp_path / "x.prom").write_text("# HELP pgseq_up before\n")
    with behind.connect(autocommit=False) as blocker:
        blocker.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with subprocess.Popen(
            [executable(), "metrics", behind.dsn, "--lock-timeout", "60s", "--textfile", "x.prom"],
            stderr=subprocess.PIPE,
            text=True,
            env=environment(tmp_path),
            cwd=tmp_path,
        ) as running:
            while not behind.rows(WAITING):
                assert running.poll() is None
                time.sleep(0.02)
            running.send_signal(sent)
            assert running.communicate(timeout=30)[1] == f"pgseq: {word} before everything was looked at\n"
            assert running.returncode == 128 + sent
    assert [path.name for path in tmp_path.glob("*.prom*")] == ["x.prom"]
    assert (tmp_path / "x.prom").read_text() == "# HELP pgseq_up before\n"


def test_a_port_in_use(behind: Database, tmp_path: Path, pgseq: Pgseq) -> None:
    with exporter(tmp_path, behind.dsn) as served:
        address = served.url.split("/")[2]
        done = pgseq("metrics", behind.dsn, "--listen", address)
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            f"pgseq: error: cannot listen on {address}: another program listens there\n"
            "hint: name another port, or end what listens there\n"
        )


@pytest.mark.parametrize("address", ["0", ":0", "localhost:0"])
def test_this_machine_alone_unless_told_otherwise(behind: Database, tmp_path: Path, address: str) -> None:
    with exporter(tmp_path, behind.dsn, listen=address) as served:
        assert served.url.startswith("http://127.0.0.1:")


@pytest.mark.slow
def test_clients_that_say_nothing_or_nonsense_hold_nobody_up(behind: Database, tmp_path: Path) -> None:
    with exporter(tmp_path, behind.dsn) as served:
        port = int(served.url.split(":")[2].split("/")[0])
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        for text in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\0" * 70000):
            with socket.create_connection(("127.0.0.1", port)) as rude:
                rude.sendall(text)
        assert served.get("/healthz") == (200, "ok\n")
        for one in silent:
            one.close()
        served.process.terminate()
        # Nothing of it is an error of ours.
        assert served.process.communicate()[1] == ""


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def hashed_by_bcrypt(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with cert.pem and key.pem of 127.0.0.1."""
    make_certificate(tmp_path)
    return tmp_path


def make_certificate(folder: Path) -> None:
    """Write cert.pem and key.pem."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
    names = "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
    subprocess.run([*command.split(), *names.split()], cwd=folder, capture_output=True, check=True)


@pytest.mark.slow
class TestWebConfig:
    """--web-config FILE: the same as of Prometheus itself."""

    def test_basic_authentication(self, behind: Database, tmp_path: Path) -> None:
        hashed = hashed_by_bcrypt("über geheim")
        (tmp_path / "web.yml").write_text(
            f"basic_auth_users:\n  alice: {hashed}\nhttp_server_config:\n  headers:\n    X-Frame-Options: deny\n"
        )
        with exporter(tmp_path, behind.dsn, "--web-config", "web.yml") as served:
            right = basic("alice", "über geheim")
            assert served.get(Authorization=right)[0] == 200
            assert served.get("/healthz", Authorization=right) == (200, "ok\n")
            for wrong in (
                "",
                basic("alice", "wrong"),
                basic("bob", "über geheim"),
                basic("alice", ""),
                basic("alice", "x" * 200),
                basic("alice", "a\0b"),
                "Bearer x",
                "Basic !",
                "Basic " + base64.b64encode(b"\xff\xfe").decode(),
            ):
                for path in ("/metrics", "/healthz", "/"):
                    status, text, headers = served.answer(path, Authorization=wrong)
                    assert (status, text) == (401, "user and password are needed\n")
                    assert headers["WWW-Authenticate"] == "Basic"
                    assert headers["X-Frame-Options"] == "deny"
            served.process.terminate()
            said = served.process.communicate()[1]
        assert hashed not in said

    def test_tls(self, behind: Database, certificate: Path) -> None:
        (certificate / "web.yml").write_text("tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n")
        ca = certificate / "cert.pem"
        with exporter(certificate, behind.dsn, "--web-config", "web.yml") as served:
            assert served.url.startswith("https://127.0.0.1:")
            assert served.get("/healthz", ca) == (200, "ok\n")
            # A client that does not speak holds nobody up.
            address = ("127.0.0.1", int(served.url.split(":")[2].split("/")[0]))
            with socket.create_connection(address), socket.create_connection(address) as plain:
                plain.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                status, text = served.get("/metrics", ca)
                assert status == 200
                assert b"pgseq" not in plain.recv(1000)
            assert of(samples(text), "pgseq_sequences", datname=behind.name, status="out_of_sync") == 1
            # Certificates are replaced while it serves.
            before = ca.read_text()
            make_certificate(certificate)
            assert ca.read_text() != before
            assert served.get("/healthz", ca) == (200, "ok\n")
            # And while it is broken, the last one holds.
            (certificate / "web.yml").write_text("tls_server_config: [\n")
            assert served.get("/healthz", ca) == (200, "ok\n")
            assert served.get("/healthz", ca) == (200, "ok\n")
            served.process.terminate()
            said = served.process.communicate()[1]
        assert said == "pgseq: web.yml is not YAML at line 2; what it said before holds on\n"

    def test_client_certificates(self, behind: Database, certificate: Path) -> None:
        (certificate / "web.yml").write_text(
            "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n  min_version: TLS13\n"
            "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: cert.pem\n"
        )
        with exporter(certificate, behind.dsn, "--web-config", "web.yml") as served:
            with pytest.raises((urllib.error.URLError, ssl.SSLError, ConnectionError)):
                served.get("/healthz", certificate / "cert.pem")
            context = ssl.create_default_context(cafile=certificate / "cert.pem")
            context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
            address = ("127.0.0.1", int(served.url.split(":")[2].split("/")[0]))
            with context.wrap_socket(socket.create_connection(address), server_hostname="127.0.0.1") as known:
                known.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                assert b"200 OK" in known.recv(1000)

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("basic_auth_users: {a: hunter2}", "what basic_auth_users has for a is not a bcrypt hash"),
            ("basic_auth_users: {a: 5}", "what basic_auth_users has for a is not a bcrypt hash"),
            ("basic_auth_users: [a]", "basic_auth_users is not a mapping of names"),
            ("- a", "the file is not a mapping of names"),
            ("password: hunter2", "pgseq does not know password"),
            ("tls_server_config: {cipher_suites: []}", "pgseq does not know cipher_suites"),
            ("tls_server_config: {}", "cert_file is missing"),
            ("basic_auth_users:", "basic_auth_users is not a mapping of names"),
            ("tls_server_config:", "tls_server_config is not a mapping of names"),
            ("tls_server_config: {cert_file: no.pem, key_file: no.pem}", "cannot read cert_file"),
            ("tls_server_config: {cert_file: web.yml, key_file: web.yml}", "cert_file and key_file cannot be used"),
            ("tls_server_config: {client_auth_type: Any}", "client_auth_type Any is none of NoClientCert, "),
            ("tls_server_config: {min_version: TLS10}", "min_version TLS10 is none of TLS12, TLS13"),
            ("http_server_config: {headers: {X-Evil: a}}", "pgseq does not know X-Evil"),
            ('http_server_config: {headers: {X-Frame-Options: "a\\r\\nb"}}', "X-Frame-Options has characters that"),
            ("a: [", "is not YAML at line 1"),
            ("[" * 5000, "is not YAML"),
        ],
    )
    def test_what_is_wrong_in_it(self, pgseq: Pgseq, tmp_path: Path, text: str, error: str) -> None:
        (tmp_path / "web.yml").write_text(text)
        done = pgseq("metrics", "nowhere", "--listen", "0", "--web-config", "web.yml", timeout=30)
        assert (done.code, done.out) == (2, "")
        first, hint = done.err.splitlines()
        assert first.startswith("pgseq: error: web.yml")
        assert error in first
        assert hint.startswith("hint: ")
        assert "hunter2" not in done.err

    def test_one_that_is_missing_or_may_be_anybodys(self, pgseq: Pgseq, tmp_path: Path) -> None:
        done = pgseq("metrics", "nowhere", "--listen", "0", "--web-config", "no.yml")
        assert done.err == "pgseq: error: cannot read no.yml: No such file or directory\nhint: name another file\n"
        (tmp_path / "web.yml").write_text("")
        os.chmod(tmp_path / "web.yml", 0o666)
        done = pgseq("metrics", "nowhere", "--listen", "0", "--web-config", "web.yml")
        assert done.code == 2
        assert done.err.startswith("pgseq: error: web.yml is not used: all users may write to it")
