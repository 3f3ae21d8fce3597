"""The server: it lists the tools, checks what they are given, and answers over standard input or HTTP."""

from __future__ import annotations

import base64
import json
import logging
import signal
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import (
    AudioContent,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
)
from pydantic import ValidationError

from voicelab import __version__
from voicelab.addresses import own_url, public_url
from voicelab.api.access import Access
from voicelab.api.connection_limits import LimitedProtocol, allow_many_files, network_of
from voicelab.api.credentials import Credentials
from voicelab.api.errors import FAULT, HANDLERS
from voicelab.api.guard import MCP_ROUTE, UPLOADS, Guard
from voicelab.api.proxy import Proxied
from voicelab.api.server import listening_socket
from voicelab.api.token import token_in
from voicelab.errors import Cancelled, VoiceLabError
from voicelab.mcp_server.arguments import Arguments, Compare, Nothing, Speak, Transcribe, wrong
from voicelab.mcp_server.attended import CLIENT_GONE, Attended, ended_when_gone
from voicelab.mcp_server.tools import Caller, Tools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import FrameType
    from typing import NoReturn

    from mcp.server.context import ServerRequestContext
    from starlette.applications import Starlette
    from starlette.requests import Request

    from voicelab.lab import Lab
    from voicelab.mcp_server.tools import Told

log = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Voice Lab speaks texts with voices of this machine, writes down what is said in recordings, and compares settings "
    "of a voice. Everything it speaks is synthetic and says so."
)
_PATIENCE_S = 3
_LANE = 8
"""Characters of a session's id that tell clients of one address apart."""


@dataclass(frozen=True)
class _Offered:
    """A tool as assistants see it."""

    description: str
    takes: type[Arguments]
    work: Callable[[Any, Caller], Awaitable[Told]]


def create_server(lab: Lab) -> Server[Any]:
    """Return the server of `lab`'s tools. Starts nothing."""
    tools = Tools(lab)
    offered = {
        "speak": _Offered("Say a text with a voice; the answer is an audio file.", Speak, tools.speak),
        "list_voices": _Offered("List the voices that `speak` can use.", Nothing, tools.list_voices),
        "transcribe": _Offered("Write down what is said in a recording, with times.", Transcribe, tools.transcribe),
        "compare": _Offered(
            "Speak lines with several clip lengths and models of one voice, and measure each take: likeness to the "
            "voice, word errors, noise, speed. Takes minutes.",
            Compare,
            tools.compare,
        ),
    }

    async def list_tools(_context: Any, _params: PaginatedRequestParams | None) -> ListToolsResult:
        listed = [
            Tool(name=name, description=each.description, input_schema=each.takes.model_json_schema())
            for name, each in offered.items()
        ]
        return ListToolsResult(tools=listed)

    async def call_tool(context: ServerRequestContext[Any, Request], params: CallToolRequestParams) -> CallToolResult:
        wanted = offered.get(params.name)
        if wanted is None:
            return _refused(f"There is no tool {params.name[:80]!r}. There are: {', '.join(offered)}.", "unknown_tool")
        request = context.request
        work = partial(_answered, params, wanted, _caller(request))
        answer = await ended_when_gone(work, request.scope[CLIENT_GONE] if request else None)
        return answer or _refused("Nobody waits for it any more.", Cancelled.code)

    return Server(
        "voicelab",
        version=__version__,
        title="Voice Lab",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _answered(params: CallToolRequestParams, wanted: _Offered, caller: Caller) -> CallToolResult:
    """Do what a client asks of a tool; whatever goes wrong is an answer."""
    try:
        given = wanted.takes.model_validate(params.arguments or {}, strict=True)
        return _answer(await wanted.work(given, caller))
    except ValidationError as error:
        failure: VoiceLabError = wrong(params.name, wanted.takes, error)
    except VoiceLabError as error:
        failure = error
    except Exception:
        log.exception("the tool %s failed", params.name)
        return _refused(FAULT, "internal_error")
    return _refused(failure.message, failure.code)


def _caller(request: Request | None) -> Caller:
    """Return who asks: over HTTP an address, and there a session; over standard input there is one client."""
    if request is None or request.client is None:
        return Caller()
    address = network_of((request.client.host, request.client.port)) or request.client.host
    return Caller(address, f"{address}/{request.headers.get('mcp-session-id', '')[:_LANE] or 'mcp'}")


def create_app(lab: Lab) -> Starlette:
    """Return the tools as an ASGI application, behind the rules of the lab's own HTTP side: names, origins, token."""
    settings = lab.settings
    app = create_server(lab).streamable_http_app(
        streamable_http_path=MCP_ROUTE,
        max_request_body_size=UPLOADS[MCP_ROUTE],
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # Guard's business
    )
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
    credentials = None if settings.local else Credentials(token_in(settings.token_file)[0])
    # The last one added comes first.
    app.add_middleware(Attended)
    if credentials is not None:
        app.add_middleware(Access, credentials=credentials)
    app.add_middleware(
        Guard,
        host=settings.host,
        names=settings.allow_hosts,
        origins=settings.allow_origins,
        credentials=credentials,
    )
    app.add_middleware(Proxied, trusted=settings.trusted_proxies, root_path=settings.root_path)
    return app


def run_stdio(lab: Lab) -> None:
    """Answer on standard input and output until the client closes them."""
    _be_brief()
    server = create_server(lab)

    async def answer() -> None:
        async with stdio_server() as (incoming, outgoing):
            lab.engine.start()
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(answer)


def run_http(lab: Lab, announce: Callable[[str], None]) -> None:
    """Answer at the address of the lab's settings until interrupted. Raises InvalidValue when it cannot be used.

    `announce` is given what to tell the person.
    """
    settings = lab.settings
    listener = listening_socket(settings.host, settings.port)
    allow_many_files()
    made = False if settings.local else token_in(settings.token_file)[1]
    config = uvicorn.Config(
        create_app(lab),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_PATIENCE_S,
        http=LimitedProtocol,
        proxy_headers=False,  # api/proxy.py reads them
    )
    _be_brief()
    signal.signal(signal.SIGTERM, _end)
    announce(f"Voice Lab's tools are at {own_url(settings)}{MCP_ROUTE} (Ctrl-C ends it)")
    if not settings.local:
        shown = f"this token: {token_in(settings.token_file)[0]}. It is" if made else "the token that is"
        announce(f"Other machines: {public_url(settings)}{MCP_ROUTE}, with {shown} kept in {settings.token_file}")
    lab.engine.start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        log.info("ended by Ctrl-C")


def _be_brief() -> None:
    """Keep what the packages tell of each session and connection out of the person's terminal."""
    for package in ("mcp", "uvicorn"):
        logging.getLogger(package).setLevel(logging.WARNING)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def _answer(told: Told) -> CallToolResult:
    audible, known = told
    content: list[AudioContent | TextContent] = []
    if audible is not None:
        data = base64.b64encode(audible.content).decode()
        content.append(AudioContent(data=data, mime_type=audible.media_type))
    text = json.dumps(known, ensure_ascii=False, default=str)
    return CallToolResult(content=[*content, TextContent(text=text)], structured_content=json.loads(text))


def _refused(message: str, code: str) -> CallToolResult:
    told = {"error": message, "code": code}
    return CallToolResult(content=[TextContent(text=message)], structured_content=told, is_error=True)
