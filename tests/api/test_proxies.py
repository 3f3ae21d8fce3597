"""nginx and Caddy, really in front of a lab, by the files of docs/recipes, and Chromium in front of them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest
import soundfile
from playwright.sync_api import sync_playwright

from tests.needs import chromium, needs
from tests.running import Server, aside, free_port
from tests.voices.making import words_for
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from voicelab.clips.clip import Clip

RECIPES = CHECKOUT / "docs" / "recipes"
BEHIND = ("--allow-host", "voice.example", "--trusted-proxy", "127.0.0.1")
"""As the recipes say."""
WAIT_MS = 60_000


@dataclass(frozen=True)
class Front:
    """What browsers reach: a proxy with a certificate of its own."""

    url: str
    certificate: Path

    def curl(self, *arguments: str) -> str:
        """Return what curl prints, asked as the recipes ask."""
        port = self.url.split(":")[2].partition("/")[0]
        curl = ["curl", "--silent", "--retry", "20", "--retry-connrefused", "--retry-delay", "1"]
        curl += ["--cacert", str(self.certificate), "--resolve", f"voice.example:{port}:127.0.0.1"]
        return subprocess.run([*curl, *arguments], capture_output=True, text=True, check=True, timeout=90).stdout


def lab_of(home: Path, clip: Clip, *flags: str) -> Server:
    VoiceLibrary(home / "voices").save("Sample", clip, words_for(clip), "english", "Synthetic.", synthetic=True)
    server = Server.start(home, "--model", "preview", *flags)
    while not (home / "data" / "token").is_file():
        assert server.process.poll() is None, server.log
        time.sleep(0.05)
    token = token_of(server)
    while not _is_ready(server, token):
        assert time.monotonic() - server.started < 90, server.log
        time.sleep(0.1)
    return server


def token_of(server: Server) -> str:
    return (server.home / "data" / "token").read_text().strip()


def _is_ready(server: Server, token: str) -> bool:
    try:
        health = httpx.get(f"{server.url}/health", headers={"Authorization": f"Bearer {token}"}).json()
    except httpx.HTTPError:
        return False
    return bool(health.get("page") and health.get("ready"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Iterator[Server]:
    """A lab on loopback that knows its proxy."""
    clip = spoken("The old baker opened his window before the first light.")
    server = lab_of(tmp_path_factory.mktemp("behind"), clip, *BEHIND)
    yield server
    server.end()


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Iterator[Server]:
    """A lab that was told its path, for a proxy that cannot say it."""
    clip = spoken("The old baker opened his window before the first light.")
    server = lab_of(tmp_path_factory.mktemp("below"), clip, *BEHIND, "--root-path", "/lab")
    yield server
    server.end()


def certificate_in(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", "/CN=voice.example", "-addext", "subjectAltName=DNS:voice.example"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return key, certificate


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """Return the recipe with this test's ports and files; each must stand in it."""
    for theirs, ours in pairs:
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


@contextmanager
def nginx(lab: Server, folder: Path, recipe: str, path: str = "", *pairs: tuple[str, str]) -> Iterator[Front]:
    needs("nginx")
    key, certificate = certificate_in(folder)
    port = free_port()
    snippet = changed(
        (RECIPES / recipe).read_text(),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl/voice.example.pem", str(certificate)),
        ("/etc/ssl/voice.example.key", str(key)),
        *pairs,
        ("http://127.0.0.1:7860", lab.url),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off;\n{paths}{snippet}}}\n"
    )
    with running(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]):
        yield Front(f"https://voice.example:{port}{path}", certificate)


@contextmanager
def caddy(lab: Server, folder: Path) -> Iterator[Front]:
    needs("caddy")
    key, certificate = certificate_in(folder)
    port = free_port()
    snippet = changed(
        (RECIPES / "Caddyfile").read_text(),
        ("voice.example {", f"https://voice.example:{port} {{\n\ttls {certificate} {key}"),
        ("127.0.0.1:7860", lab.url.removeprefix("http://")),
    )
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{snippet}")
    with running(["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"], folder):
        yield Front(f"https://voice.example:{port}", certificate)


@contextmanager
def running(command: list[str], home: Path | None = None) -> Iterator[None]:
    environment = os.environ | (
        {"HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)} if home else {}
    )
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def test_nginx(lab: Server, tmp_path: Path) -> None:
    with nginx(lab, tmp_path, "nginx.conf") as front:
        check(front, lab, tmp_path)


def test_caddy(lab: Server, tmp_path: Path) -> None:
    with caddy(lab, tmp_path) as front:
        check(front, lab, tmp_path)


def test_nginx_takes_the_path_away_and_says_so(lab: Server, tmp_path: Path) -> None:
    with nginx(lab, tmp_path, "nginx-subpath.conf", "/lab") as front:
        check(front, lab, tmp_path)


def test_nginx_leaves_the_path_and_the_lab_was_told(below: Server, tmp_path: Path) -> None:
    left = ("http://127.0.0.1:7860/;", "http://127.0.0.1:7860;")
    said = ("        proxy_set_header X-Forwarded-Prefix /lab;\n", "")
    with nginx(below, tmp_path, "nginx-subpath.conf", "/lab", left, said) as front:
        check(front, below, tmp_path)


def check(front: Front, lab: Server, folder: Path) -> None:
    """TLS, the proxy's name, the token, a stream, a redirect, and the page, whose press goes to the lab and back."""
    assert json.loads(front.curl(f"{front.url}/voices"))["code"] == "token_needed"
    token = token_of(lab)
    out = folder / "hello.wav"
    front.curl(f"{front.url}/synthesize?text=Hello+there&stream=true&token={token}", "-o", str(out))
    assert soundfile.info(out).duration > 0.3
    cookie = front.curl("-D", "-", "-o", os.devnull, "-H", "Accept: text/html", f"{front.url}/voices?token={token}")
    assert "secure" in cookie.lower(), "the lab knows that the browser came by https"
    path = "/" + front.url.split("/", 3)[3] if front.url.count("/") > 2 else ""
    assert f"location: {path}/voices" in cookie.lower()
    slash = front.curl("-D", "-", "-o", os.devnull, "-H", f"Authorization: Bearer {token}", f"{front.url}/voices/")
    assert f"location: {front.url}/voices" in slash.lower()
    assert f'action="{path}/"' in front.curl("-H", "Accept: text/html", f"{front.url}/")
    aside(partial(press, front, token))


def press(front: Front, token: str) -> None:
    """Open the page as a person does, give the token, and let it speak; nothing of it is missing."""
    with sync_playwright() as playwright:
        rule = "--host-resolver-rules=MAP voice.example 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", rule])
        page = browser.new_context(ignore_https_errors=True).new_page()
        failed: list[str] = []
        page.goto(f"{front.url}/")
        page.get_by_label("Token").fill(token)
        page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
        page.get_by_role("button", name="Open the lab").click()
        page.get_by_role("tab", name="Speak").wait_for(timeout=WAIT_MS)
        page.locator("#speak-text textarea").fill("Hello there.")
        page.locator("#speak-button").click()
        page.locator("#speak-facts .vl-notice").first.wait_for(timeout=WAIT_MS)
        page.locator("#speak-audio audio").first.wait_for(state="attached", timeout=WAIT_MS)
        browser.close()
    # Gradio names it from the root of the server, whatever path it was told (6.31, templates/frontend/index.html).
    assert [url for url in failed if not url.endswith("/manifest.json")] == []


def test_what_no_proxy_said_is_not_believed(lab: Server) -> None:
    """The lab on loopback knows 127.0.0.1 as its proxy, and no other address of this machine."""
    token = token_of(lab)
    sent = {"Accept": "text/html", "X-Forwarded-Prefix": "/lab", "X-Forwarded-Host": "evil.example"}
    sent |= {"X-Forwarded-Proto": "https"}
    transport = httpx.HTTPTransport(local_address="127.0.0.9")
    with httpx.Client(transport=transport) as stranger:
        answer = stranger.get(f"{lab.url}/voices?token={token}", headers=sent)
        assert answer.headers["location"] == "/voices"
        assert "Secure" not in answer.headers["set-cookie"]
    believed = httpx.get(f"{lab.url}/voices?token={token}", headers=sent | {"X-Forwarded-Host": "voice.example"})
    assert believed.headers["location"] == "/lab/voices"
    for prefix in ("//evil.example", "/lab/../x", "https://evil.example", "/" + "a" * 5000, "/%2e", "/a b"):
        answer = httpx.get(f"{lab.url}/voices?token={token}", headers=sent | {"X-Forwarded-Prefix": prefix})
        assert answer.headers["location"] == "/voices"
