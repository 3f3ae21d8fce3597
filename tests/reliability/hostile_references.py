"""Files that name other files and servers."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.reliability.hostile_file import RATE, HostileFile, box

if TYPE_CHECKING:
    from collections.abc import Iterator


def playlists(canary: str, port: int) -> Iterator[HostileFile]:
    """Files of text that name other files and servers, under their own ending and under those of sound."""
    url = f"http://127.0.0.1:{port}/secret.wav"
    hls = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:9\n{map}#EXTINF:9,\n{to}\n#EXT-X-ENDLIST\n"
    key = '#EXT-X-KEY:METHOD=AES-128,URI="{to}"\n'
    dash = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1">'
        "<BaseURL>{to}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    smil = '<smil><body><audio src="{to}"/></body></smil>'
    texts = {
        "hls.m3u8": hls.format(map="", to="{to}"),
        "map.m3u8": hls.format(map='#EXT-X-MAP:URI="{to}"\n', to="{to}"),
        "key.m3u8": hls.format(map=key, to="{to}"),
        "list.m3u": "#EXTM3U\n{to}\n",
        "concat.ffconcat": "ffconcat version 1.0\nfile '{to}'\nduration 9\n",
        "concat.txt": "file '{to}'\n",
        "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio {port} RTP/AVP 0\na=control:{to}\n",  # noqa: E501 - bytes of a request, as they are sent
        "manifest.mpd": dash,
        "list.pls": "[playlist]\nFile1={to}\nNumberOfEntries=1\n",
        "list.asx": '<asx version="3.0"><entry><ref href="{to}"/></entry></asx>',
        "list.smil": smil,
        "list.xspf": '<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>{to}</location>'
        "</track></trackList></playlist>",
    }
    for name, text in texts.items():
        for to in (canary, url, f"file://{canary}", f"concat:{canary}|{canary}", f"subfile,,start,0,end,0,,:{canary}"):
            content = text.replace("{to}", to).replace("{port}", str(port)).encode()
            yield HostileFile("playlist", name, content, "refused")
        content = text.replace("{to}", url).replace("{port}", str(port)).encode()
        yield HostileFile("playlist", f"{name}.wav", content, "refused")
    yield HostileFile("playlist", "reference.mov", reference_movie(canary), "refused")
    yield HostileFile("playlist", "address.mov", reference_movie(url), "refused")
    yield HostileFile("playlist", "reference.txt", canary.encode(), "refused")


def reference_movie(to: str) -> bytes:
    """Return a QuickTime file whose track says that its samples are in another file ("dref", "url ")."""
    elsewhere = box(b"url ", bytes(4), to.encode() + b"\0")
    entry = bytes(6) + struct.pack(">H", 1) + bytes(8) + struct.pack(">HHHHI", 1, 16, 0, 0, RATE << 16)
    table = box(
        b"stbl",
        box(b"stsd", bytes(4), struct.pack(">I", 1), box(b"sowt", entry)),
        box(b"stts", bytes(4), struct.pack(">III", 1, RATE, 1)),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, RATE, 1)),
        box(b"stsz", bytes(4), struct.pack(">II", 2, RATE)),
        box(b"stco", bytes(4), struct.pack(">II", 1, 44)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", bytes(12), struct.pack(">II", RATE, RATE), bytes(4)),
        box(b"hdlr", bytes(4), b"mhlrsoun", bytes(13)),
        box(
            b"minf",
            box(b"smhd", bytes(8)),
            box(b"dinf", box(b"dref", bytes(4), struct.pack(">I", 1), elsewhere)),
            table,
        ),
    )
    header = box(b"mvhd", bytes(12), struct.pack(">II", RATE, RATE), bytes(80))
    return box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + box(b"moov", header, box(b"trak", box(b"tkhd", bytes(84)), media))
