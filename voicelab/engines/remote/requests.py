"""What each kind of server is asked, by its published API.

- OpenAI: POST /v1/audio/speech (platform.openai.com/docs/api-reference/audio/createSpeech);
- vLLM-Omni: the same route with `task_type`, `ref_audio`, `ref_text`, `language`, `seed`, `stream_format`
  (docs.vllm.ai/projects/vllm-omni, "Speech API"; protocol/audio.py of its sources);
- another Voice Lab: POST /synthesize (docs/server.md).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.clips.wav import wav_bytes
from voicelab.errors import ConsentMissing, EmptyText, InvalidValue
from voicelab.languages import language_name

if TYPE_CHECKING:
    from voicelab.engines.remote.servers import Server
    from voicelab.speech.ports import SpeechRequest


@dataclass(frozen=True)
class Post:
    """What is sent."""

    url: str
    body: dict[str, Any]
    headers: dict[str, str]


def post_of(server: Server, request: SpeechRequest) -> Post:
    """Return what `server` is sent for `request`.

    Raises EmptyText and InvalidValue for what it would ignore, ConsentMissing for a clip that may not be sent.
    """
    if not request.text.strip():
        raise EmptyText("There is no text to speak. Type at least a word.")
    language = language_name(request.language)
    headers = {"Accept": "audio/wav", "Accept-Encoding": "identity"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    if server.kind == "voicelab":
        return Post(f"{server.url}/synthesize", _for_a_lab(server, request), headers)
    body: dict[str, Any] = {"input": request.text, "response_format": "wav"}
    body |= {"model": server.model} if server.model else {}
    if server.kind == "vllm-omni":
        body |= {"language": language.capitalize(), "seed": request.seed}
        body |= {"stream": True, "stream_format": "audio"} if request.live else {}
        body |= _reference(request) if not server.voice else {}
    if voice := request.speaker or server.voice:
        body["voice"] = voice
    if request.instruct:
        body["instructions"] = request.instruct
    return Post(f"{server.url}/v1/audio/speech", body, headers)


def _for_a_lab(server: Server, request: SpeechRequest) -> dict[str, Any]:
    """Return the other lab's own parameters; the text is read already."""
    body = {"text": request.text, "format": "wav", "seed": request.seed, "stream": request.live}
    body |= {"markup": "keep", "figures": "keep", "client": "another lab"}
    wished = {"voice": request.speaker or server.voice, "model": server.model, "instruct": request.instruct}
    return body | {name: value for name, value in wished.items() if value}


def _reference(request: SpeechRequest) -> dict[str, Any]:
    for field in ("speaker", "instruct"):
        if getattr(request, field):
            raise InvalidValue(field, f"This server clones the voice's clip; it has no {field} for it. Leave it out.")
    if request.prompt is None:
        raise InvalidValue("prompt", "This server clones a voice, so it needs one. Choose a voice.")
    if not request.prompt.consented:
        raise ConsentMissing(
            "This voice has no consent note, so its clip is not sent to another machine. Open the voice to edit and "
            "write who agreed to what."
        )
    clip = base64.b64encode(wav_bytes(request.prompt.samples, SAMPLE_RATE)).decode()
    return {"task_type": "Base", "ref_audio": f"data:audio/wav;base64,{clip}", "ref_text": request.prompt.text}
