"""Clients of other people's making, unchanged: OpenAI's for node and in a browser, LiveKit's plugin, aiohttp."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import pytest
from livekit.plugins import openai as livekit_openai
from playwright.sync_api import sync_playwright

from tests.api.conftest import serving
from tests.gradio_page import apart
from tests.needs import chromium
from tests.running import aside, free_port
from voicelab.api.token import token_in
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab

SCRIPTS = CHECKOUT / "tests" / "javascript"
"""Where npm put OpenAI's client."""
NODE = Path(sys.executable).with_name("node")

PAGE = """<!doctype html><title>Another site</title><script type="module">
import OpenAI from "/node_modules/openai/index.mjs";
window.lab = (baseURL, apiKey) => new OpenAI({ baseURL, apiKey, dangerouslyAllowBrowser: true });
</script>"""
SAY = """async ([baseURL, apiKey, voice]) => {
  while (!window.lab) await new Promise((done) => setTimeout(done, 10));
  const client = window.lab(baseURL, apiKey);
  try {
    const answer = await client.audio.speech.create({ model: "tts-1", voice, input: "Hello there" });
    return { size: (await answer.arrayBuffer()).byteLength, voice: answer.headers.get("x-voice") };
  } catch (error) {
    return { error: error.message, code: error.code };
  }
}"""


def test_node(address: str, engine: HeldEngine) -> None:
    code = """
    import OpenAI from "openai";
    const client = new OpenAI({ baseURL: process.env.LAB, apiKey: "none" });
    const order = { model: "gpt-4o-mini-tts", voice: "anna", input: "Hello there", response_format: "pcm" };
    const answer = await client.audio.speech.create(order);
    const size = (await answer.arrayBuffer()).byteLength;
    const failed = await client.audio.speech.create({ ...order, voice: "nobody" }).catch((error) => error);
    console.log(JSON.stringify({ size, code: failed.code, status: failed.status }));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", code],
        cwd=SCRIPTS,
        env=os.environ | {"LAB": f"{address}/v1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"size": 2 * 24_000 * 0.6, "code": "unknown_voice", "status": 404}


@contextmanager
def another_site() -> Iterator[str]:
    """A site of its own on this machine, with OpenAI's client beside its page: its origin."""

    class Site(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.encode())

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Site, directory=str(SCRIPTS)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # Another site for the browser, and not only another origin: the lab is at 127.0.0.1.
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_openais_client_in_a_browser_on_another_site(lab: Lab) -> None:
    """With its own headers (x-stainless-…), the token, and answers and errors that the page may read."""
    aside(partial(speaks_from_another_site, lab))


def speaks_from_another_site(lab: Lab) -> None:
    port = free_port()
    with another_site() as origin, sync_playwright() as playwright:
        settings = replace(lab.settings, port=port, allow_origins=(origin,), allow_hosts=("voice.example",))
        token = token_in(settings.token_file)[0]
        with serving(replace(lab, settings=settings), port):
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"{origin}/")
            base = f"http://127.0.0.1:{port}/v1"
            said = page.evaluate(SAY, [base, token, "anna"])
            assert said["voice"] == "anna"
            assert said["size"] > 1000
            assert page.evaluate(SAY, [base, token, "nobody"])["code"] == "unknown_voice"
            browser.close()


def test_an_allowed_origin_may_send_any_header_and_method_and_come_from_the_internet(lab: Lab) -> None:
    origin = "https://robot.example"
    port = free_port()
    settings = replace(lab.settings, port=port, allow_origins=(origin,))
    asked = {"Origin": origin, "Access-Control-Request-Private-Network": "true"}
    with serving(replace(lab, settings=settings), port):
        for method, header in (("DELETE", "x-anything"), ("PUT", "x-stainless-os,content-type"), ("POST", "range")):
            more = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
            answer = httpx.options(f"http://127.0.0.1:{port}/voices/anna", headers=asked | more)
            assert answer.status_code == 200
            assert method in answer.headers["access-control-allow-methods"]
            assert answer.headers["access-control-allow-headers"] == header
            assert answer.headers["access-control-allow-private-network"] == "true"
        other = httpx.options(
            f"http://127.0.0.1:{port}/voices/anna", headers=asked | more | {"Origin": "https://evil.example"}
        )
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize("model", ["gpt-4o-mini-tts", "tts-1"])
@pytest.mark.parametrize("kind", ["mp3", "wav", "pcm"])
def test_livekits_plugin(address: str, model: str, kind: str) -> None:
    """It asks for events of every model but tts-1."""

    async def spoken_s() -> float:
        tts = livekit_openai.TTS(
            base_url=f"{address}/v1", api_key="none", model=model, voice="anna", response_format=kind
        )
        try:
            async with tts.synthesize("Hello there") as stream:
                return sum([event.frame.duration async for event in stream])
        finally:
            await tts.aclose()

    assert apart(spoken_s) == pytest.approx(0.6, abs=0.1)


def test_aiohttp(address: str, engine: HeldEngine) -> None:
    """As Home Assistant's integrations ask: the first bytes are there before the text is spoken."""
    engine.hold()

    async def heard() -> int:
        order = {"text": "Hello there", "voice": "anna", "format": "pcm", "stream": True}
        async with aiohttp.ClientSession() as session, session.post(f"{address}/synthesize", json=order) as answer:
            assert answer.status == 200
            first = await answer.content.readany()
            engine.released.set()
            return len(first) + len(await answer.read())

    assert apart(heard) == 2 * 24_000 * 0.6


def test_open_webui_and_sillytavern(lab: Lab) -> None:
    """What they send: Open WebUI asks for the voices without its key, SillyTavern names a speed with every text."""
    told = replace(lab, settings=replace(lab.settings, host="0.0.0.0", voice_aliases={"alloy": "anna"}))  # noqa: S104
    port = free_port()
    with serving(told, port):
        base = f"http://127.0.0.1:{port}/v1"
        assert httpx.get(f"{base}/audio/voices").status_code == 401
        key = {"Authorization": f"Bearer {token_in(told.settings.token_file)[0]}"}
        open_webui = {"model": "tts-1", "input": "Hello there", "voice": "alloy"}
        sillytavern = open_webui | {"response_format": "mp3", "speed": 1}
        for order in (open_webui, sillytavern):
            said = httpx.post(f"{base}/audio/speech", json=order, headers=key)
            assert (said.status_code, said.headers["content-type"]) == (200, "audio/mpeg")
            assert said.headers["x-voice"] == "anna"
            assert said.content[:3] == b"ID3"
