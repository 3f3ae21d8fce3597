"""What the lab knows of servers elsewhere. Without any in the environment there is no such engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from voicelab.engines.remote.servers import SERVERS, servers
from voicelab.speech.engine_descriptor import Availability, Capabilities, EngineDescriptor, Model

if TYPE_CHECKING:
    from voicelab.engines.remote.servers import Server

NAME = "remote"


def _model(server: Server) -> Model:
    clones = server.kind == "vllm-omni" and not server.voice
    its_voice = f"its voice {server.voice}" if server.voice else "a voice of its own"
    return Model(
        name=server.name,
        engine=NAME,
        kind=server.kind,
        memory_bytes=0,
        capabilities=Capabilities(
            clones=clones,
            needs_transcript=clones,
            follows_instructions=not clones,
            streams=True,
            batches=server.at_once > 1,
            repeats=False,
        ),
        licence="of the server's model",
        not_a_clone="" if clones else f"{server.host} speaks with {its_voice}. It is not given this voice's clip.",
        note=f"{server.model or 'A model'} on {server.host} ({server.kind}), as {SERVERS} says. "
        + ("It is sent the voice's clip and its words." if clones else "It is sent the text alone."),
    )


def _availability() -> Availability:
    told = ", ".join(f"{server.name} at {server.host}" for server in _SERVERS)
    return Availability(available=True, reason=f"Asks {told}, with the first text.", device="elsewhere")


def _on_disk(_model: Model) -> Path:
    """Nothing is downloaded for it."""
    return Path(__file__).parent


_SERVERS = servers()
ENGINE = (
    EngineDescriptor(
        name=NAME,
        title="Servers elsewhere",
        synthesizer="voicelab.engines.remote.synthesizer:RemoteSynthesizer",
        models=tuple(map(_model, _SERVERS)),
        availability=_availability,
        on_disk=_on_disk,
    )
    if _SERVERS
    else None
)
