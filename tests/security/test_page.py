"""`pgseq ui` in front of strangers: who may open it, who may send its forms, and what it never shows."""

from __future__ import annotations

import os
import re
import socket
import stat
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from pgseq.web import server
from tests.support.database import Database
from tests.support.page import FORM, Site, running_page

pytestmark = pytest.mark.slow

BROKEN = "CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1), (2)"


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    """The page over a database with one broken sequence."""
    database.run(BROKEN)
    with running_page(tmp_path, database.dsn) as running:
        yield running


def step(site: Site) -> str:
    """The only step of the plan, as its tick box says it."""
    (value,) = re.findall(r'name="step" value="([^"]+)"', site.get("/database/1/plan").text)
    return str(value)


def untouched(database: Database) -> bool:
    """Whether the sequence stands where it stood."""
    return database.rows("SELECT last_value, is_called FROM users_id_seq") == [(1, False)]


def test_only_the_page_s_own_names_are_answered(site: Site) -> None:
    site.enter()
    for host in (f"evil.example:{site.port}", "127.0.0.1", "evil.example", f"127.0.0.1.evil.example:{site.port}", ""):
        answer = site.ask(f"{site.place}/", headers={"Host": host, "Cookie": site.cookie})
        assert answer.status == 421, host
        assert "users" not in answer.text
    assert site.ask(f"{site.place}/", headers={"Host": f"localhost:{site.port}", "Cookie": site.cookie}).status == 200


def test_a_form_from_a_name_that_was_made_to_lead_here_is_refused(site: Site, database: Database) -> None:
    site.enter()
    chosen, token = step(site), site.token()
    evil = {"Host": f"evil.example:{site.port}", "Origin": f"http://evil.example:{site.port}"}
    assert site.post("/database/1/fix", evil, step=chosen, token=token).status == 421
    assert untouched(database)


def test_without_the_key_nothing_opens(site: Site) -> None:
    assert site.ask("/").status == 404
    assert site.ask("/style.css").status == 404
    assert site.ask(f"{site.place}/").status == 403
    assert site.ask(f"{site.place}/style.css").status == 403
    assert site.ask(f"{site.place}/?key=wrong").status == 403
    assert site.ask(f"{site.place}/?key=%C3%A4").status == 403
    assert site.ask(f"{site.place}/database/1").status == 403
    assert site.ask(f"{site.place}x/", headers={"Cookie": "a=b"}).status == 404


def test_the_key_opens_the_page_once(site: Site) -> None:
    site.enter()
    assert site.get("/").status == 200
    assert site.ask(site.address.partition(f":{site.port}")[2]).status == 403


def test_the_cookie_is_for_the_folder_alone_and_no_script_reads_it(site: Site) -> None:
    answer = site.ask(site.address.partition(f":{site.port}")[2])
    parts = [part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")]
    assert {"httponly", "samesite=strict", f"path={site.place.lower()}/"} <= set(parts)
    assert not any(part.startswith(("domain=", "expires=", "max-age=")) for part in parts)
    key = site.address.rpartition("=")[2]
    assert key not in answer.headers["Set-Cookie"]
    assert site.ask(f"{site.place}/", headers={"Cookie": f"pgseq-{site.port}=wrong"}).status == 403
    assert site.ask(f"{site.place}/", headers={"Cookie": 'pgseq="\\777'}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Cookie": ""},
    ],
)
def test_a_form_of_another_page_changes_nothing(site: Site, database: Database, headers: dict[str, str]) -> None:
    site.enter()
    assert site.post("/database/1/fix", headers, step=step(site), token=site.token()).status == 403
    assert untouched(database)


def test_a_form_without_the_token_changes_nothing(site: Site, database: Database) -> None:
    site.enter()
    chosen = step(site)
    assert site.post("/database/1/fix", step=chosen).status == 403
    for token in ("", "wrong", "ä"):
        assert site.post("/database/1/fix", step=chosen, token=token).status == 403
    assert site.ask(f"{site.place}/database/1/fix?step={chosen}", headers={"Cookie": site.cookie}).status == 405
    assert untouched(database)


def test_a_step_that_was_not_shown_is_not_taken(site: Site, database: Database) -> None:
    site.enter()
    oid, _, mark = step(site).partition(":")
    token = site.token()
    for other in (f"{oid}:", f"{oid}:{'0' * 64}", f"{int(oid) + 1}:{mark}", f"{oid}:{mark[:-1]}", oid):
        answer = site.post("/database/1/fix", step=other, token=token)
        assert answer.status == 303
        assert "The database has changed" in site.ask(answer.headers["Location"], headers={"Cookie": site.cookie}).text
    assert site.post("/database/1/fix", which="all", plan=mark, token=token).status == 409
    assert site.post("/database/1/fix", step="x", token=token).status == 400
    assert untouched(database)
    assert list(site.folder.glob("pgseq-undo*")) == []


def test_every_answer_has_the_headers_of_safety(site: Site) -> None:
    refused = [site.ask("/"), site.ask(f"{site.place}/"), site.ask("/", headers={"Host": "evil.example"})]
    site.enter()
    shown = [site.get(path) for path in ("/", "/style.css", "/nothing", "/database/1", "/database/9", "/explain")]
    for answer in (*refused, *shown, site.post("/read")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; form-action")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert "Server" not in answer.headers
        assert "<script" not in answer.text
        assert " style=" not in answer.text


def test_other_sites_are_not_asked_whether_they_may(site: Site) -> None:
    site.enter()
    asked = {
        "Cookie": site.cookie,
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Private-Network": "true",
    }
    answer = site.ask(f"{site.place}/database/1/fix", "OPTIONS", headers=asked)
    assert answer.status == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_request_that_is_too_large_is_not_read(site: Site) -> None:
    site.enter()
    headers = {"Cookie": site.cookie, "Origin": f"http://127.0.0.1:{site.port}", "Content-Type": FORM}
    for length in (str(2**40), "-1", "1e3", "9" * 5000):
        with socket.create_connection(("127.0.0.1", site.port)) as raw:
            lines = [f"POST {site.place}/explain HTTP/1.1", f"Host: 127.0.0.1:{site.port}", f"Content-Length: {length}"]
            raw.sendall("\r\n".join([*lines, *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode())
            assert raw.recv(12)[9:12] in (b"413", b"400")
    assert site.get("/").status == 200


def test_nobody_else_on_the_network_is_listened_to(site: Site) -> None:
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", site.port), timeout=2):
        pass
    with socket.create_connection(("127.0.0.1", site.port), timeout=2):
        pass


def test_the_undo_file_is_its_owner_s_alone(site: Site, database: Database) -> None:
    site.enter()
    answer = site.post("/database/1/fix", step=step(site), token=site.token())
    assert "moved 1 → 2" in site.ask(answer.headers["Location"], headers={"Cookie": site.cookie}).text
    (file,) = site.folder.glob("pgseq-undo-*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_fix_means_no_fix(database: Database, tmp_path: Path) -> None:
    database.run(BROKEN)
    with running_page(tmp_path, database.dsn, "--no-fix") as site:
        site.enter()
        assert "Move forward</button>" not in site.get("/database/1/plan").text
        assert "--no-fix" in site.post("/database/1/fix", step=step(site), token=site.token()).text
    assert untouched(database)


def test_no_page_shows_a_password(database: Database, tmp_path: Path) -> None:
    database.run(BROKEN)
    secret = "sEcReT-of-the-test"
    dsn = f"{database.dsn} password={secret}"
    with running_page(tmp_path, dsn, f"postgresql://u:{secret}@127.0.0.1:1/gone") as site:
        site.enter()
        token = site.token()
        paths = [
            "/",
            "/database/1",
            "/database/2",
            "/database/1/plan",
            "/explain",
            "/database/1/sequence?schema=a&name=b",
        ]
        oid, _, _ = step(site).partition(":")
        paths += [f"/database/1/sequence/{oid}", f"/database/1/sequence/{oid}/why"]
        texts = [site.get(path).text for path in paths]
        text = f'postgresql://u:{secret}@h/d: duplicate key value violates unique constraint "users_pkey"'
        texts.append(site.post("/explain", text=text, token=token).text)
        answer = site.post("/database/1/fix", step=step(site), token=token)
        texts.append(site.ask(answer.headers["Location"], headers={"Cookie": site.cookie}).text)
        assert "moved 1" in texts[-1]
        _, said = site.interrupt()
        assert secret not in "".join(texts) + said


def test_another_site_s_form_in_a_real_browser_changes_nothing(
    site: Site, database: Database, browser: Browser
) -> None:
    site.enter()
    chosen, token = step(site), site.token()
    with browser.new_context() as context:
        name, _, value = site.cookie.partition("=")
        context.add_cookies(
            [
                {
                    "name": name,
                    "value": value,
                    "domain": "127.0.0.1",
                    "path": f"{site.place}/",
                    "sameSite": "Strict",
                    "httpOnly": True,
                }
            ]
        )
        page = context.new_page()
        form = (
            f'<form method="post" action="{site.base}/database/1/fix"><input name="step" value="{chosen}">'
            f'<input name="token" value="{token}"><button>Win a prize</button></form>'
        )

        def evil(route: Route) -> None:
            route.fulfill(body=form, content_type="text/html")

        page.route("http://evil.example/", evil)
        page.goto("http://evil.example/")
        page.click("button")
        page.wait_for_load_state()
        assert "open the address that was printed when it began" in page.content()
        frame = context.new_page()
        frame.route(
            "http://evil.example/",
            lambda route: route.fulfill(body=f'<iframe src="{site.base}/"></iframe>', content_type="text/html"),
        )
        frame.goto("http://evil.example/")
        frame.wait_for_timeout(300)
        assert all("users" not in one.content() for one in frame.frames)
    assert untouched(database)


def test_no_program_s_arguments_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", opened.append)
    address = "http://127.0.0.1:1/place/?key=secret&x=1"
    with server._opened(address):
        (uri,) = opened
        assert "secret" not in uri
        file = Path(uri.removeprefix("file://"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert file.stat().st_uid == os.geteuid()
        assert "url=http://127.0.0.1:1/place/?key=secret&amp;x=1" in file.read_text()
    assert not file.exists()
