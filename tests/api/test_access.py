"""Beyond this machine: the token, the cookie, listeners' links, consent, other sites, the proxy's name."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from tests.voices.making import noise_clip, words_for
from voicelab.api.app import create_api
from voicelab.api.credentials import COOKIE
from voicelab.api.token import token_in
from voicelab.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.lab import Lab

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound


@pytest.fixture
def open_lab(lab: Lab) -> Lab:
    """The lab, reachable from the network."""
    return replace(lab, settings=replace(lab.settings, host=EVERYWHERE))


@pytest.fixture
def stranger(open_lab: Lab) -> Iterator[TestClient]:
    """Somebody on the network."""
    api = create_api(open_lab)
    api.get("/listening")(lambda: "something else")
    with TestClient(api, base_url="http://localhost:7861", follow_redirects=False) as client:
        yield client


@pytest.fixture
def token(open_lab: Lab, stranger: TestClient) -> str:
    return token_in(open_lab.settings.token_file)[0]


ROUTES = (
    "/",
    "/health",
    "/voices",
    "/metrics",
    "/synthesize?text=Hi",
    "/v1/models",
    "/openapi.json",
    "/gradio_api/info",
)


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_works_without_the_token(stranger: TestClient, route: str) -> None:
    answer = stranger.get(route)
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_needed"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    for wrong in ("", "wrong", "ü", "a" * 5000):
        assert stranger.get(route, params={"token": wrong}).status_code == 401
        assert stranger.get(route, headers={b"authorization": f"Bearer {wrong}".encode()}).status_code == 401
        assert stranger.get(route, headers={b"cookie": f"{COOKIE}={wrong}".encode()}).status_code == 401


def test_listeners_links_work_without_it_and_nothing_that_looks_like_them(stranger: TestClient) -> None:
    assert "Listening test" in stranger.get("/listen/abc").text
    for path in ("/listening", "/listen", "/x/listen/abc", "//listen/abc"):
        assert stranger.get(path).status_code in {401, 400}
    assert stranger.get("/listen/").status_code == 404
    assert "gradio" not in stranger.get("/listen/config").text, "never the page"
    for path in ("/listen/../voices", "/listen/%2e%2e/voices", "/listen/..%2fvoices"):
        assert "anna" not in stranger.get(path).text


def test_the_token_comes_as_a_bearer_or_in_the_address(stranger: TestClient, token: str) -> None:
    assert stranger.get("/voices", headers={"authorization": f"Bearer {token}"}).status_code == 200
    assert stranger.get("/voices", headers={"authorization": f"bearer  {token}"}).status_code == 200
    answer = stranger.get(f"/synthesize?token={token}&text=Hello+world%21&voice=anna")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_a_browser_gets_a_cookie_and_a_clean_address(stranger: TestClient, token: str) -> None:
    answer = stranger.get(f"/voices?token={token}&a=1", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/voices?a=1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert stranger.get("/voices", headers={"accept": "text/html"}).status_code == 200
    assert stranger.post("/synthesize", json={"text": "Hi"}).status_code == 200
    crossed = stranger.post("/synthesize", json={"text": "Hi"}, headers={"origin": "http://evil.example"})
    assert crossed.status_code == 403, "the cookie travels, and the guard still refuses"


def test_the_redirect_stays_here(stranger: TestClient, token: str) -> None:
    answer = stranger.get(f"http://localhost:7861//evil.example?token={token}", headers={"accept": "text/html"})
    assert answer.headers["location"] == "/evil.example"


def test_a_browser_without_it_is_asked_for_it(stranger: TestClient) -> None:
    answer = stranger.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert '<input name="token" type="password"' in answer.text


def test_openais_client_is_told_in_its_own_shape(stranger: TestClient) -> None:
    error = stranger.post("/v1/audio/speech", json={"input": "Hi"}).json()["error"]
    assert error["code"] == "token_needed"


def test_the_token_is_kept_where_only_this_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "token"
    token, made = token_in(path)
    assert made
    assert len(token) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert token_in(path) == (token, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("short\n")
    with pytest.raises(UnreadableFile, match="Remove it"):
        token_in(path)


def test_on_this_machine_only_no_token_is_made(lab: Lab, client: TestClient) -> None:
    assert client.get("/voices").status_code == 200
    assert not lab.settings.token_file.exists()


def test_a_voice_that_nobody_agreed_to_is_not_served_to_others(
    open_lab: Lab, stranger: TestClient, token: str, client: TestClient
) -> None:
    clip = noise_clip(10.0)
    open_lab.voices.save("Nobody", clip, words_for(clip), "english", "  ")
    for path in ("/synthesize?text=Hi&voice=nobody", "/synthesize?text=Hi&voice=nobody&stream=true&fallback=preview"):
        answer = stranger.get(path, headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "consent_missing")
    assert client.get("/synthesize?text=Hi&voice=nobody").status_code == 200, "at the lab it speaks"


def test_other_sites_pages_may_not_read_unless_they_are_named(lab: Lab, client: TestClient) -> None:
    theirs = {"origin": "https://robot.example"}
    assert "access-control-allow-origin" not in client.get("/voices", headers=theirs).headers
    lab = replace(lab, settings=replace(lab.settings, allow_origins=("https://robot.example",)))
    with TestClient(create_api(lab), base_url="http://127.0.0.1:7861") as named:
        answer = named.post("/synthesize", json={"text": "Hi"}, headers=theirs)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, theirs["origin"])
        assert "X-Duration" in answer.headers["access-control-expose-headers"]
        asked = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        assert named.options("/synthesize", headers=theirs | asked).status_code == 200
        other = named.post("/synthesize", json={"text": "Hi"}, headers={"origin": "https://evil.example"})
        assert other.status_code == 403
        assert "access-control-allow-origin" not in other.headers


def test_a_proxys_name_passes_and_asks_for_the_token(lab: Lab) -> None:
    lab = replace(lab, settings=replace(lab.settings, allow_hosts=("voice.example",)))
    with TestClient(create_api(lab), base_url="https://voice.example") as client:
        assert client.get("/voices").status_code == 401
        token = token_in(lab.settings.token_file)[0]
        answer = client.get(f"/voices?token={token}", headers={"accept": "text/html"}, follow_redirects=False)
        assert "Secure" in answer.headers["set-cookie"]
        assert client.get("/voices").status_code == 200
        assert client.post("/synthesize", json={"text": "Hi"}, headers={"origin": "https://voice.example"}).is_success
        client.cookies.clear()  # a rebound page's browser has none for that name
        assert client.get("/voices", headers={"host": "evil.example"}).status_code == 400


def test_a_token_file_that_was_left_empty_is_made_anew(tmp_path: Path) -> None:
    """An older lab, killed while it made the token, left 0 bytes: no later start worked."""
    path = tmp_path / "data" / "token"
    path.parent.mkdir()
    path.touch()
    token, made = token_in(path)
    assert made
    assert len(token) > 20
    assert token_in(path) == (token, False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["token"]


def test_two_labs_at_once_have_one_token(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(token_in, [tmp_path / "token"] * 32))
    assert len({token for token, _made in found}) == 1
    assert sum(made for _token, made in found) == 1
