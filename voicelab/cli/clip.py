"""`voicelab clip`: look at a recording, and cut a clip from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.arguments import Audio, Channel, Language, Track, read_audio, wav_path
from voicelab.cli.output import Answer, Home, command, examples, open_lab, table, tell
from voicelab.cli.streams import STANDARD, Writes

app = typer.Typer(help="Check a recording, and cut a clip from it.", no_args_is_help=True)


@app.command("check", epilog=examples("clip check recording.m4a", "clip check recording.m4a --json"))
@command
def check(audio: Audio, track: Track = None, channel: Channel = None) -> Answer:
    """Say whether a voice can be made of a recording as it is: length, level, clipping, silence, speech, noise."""
    from voicelab.clips.checks import check as check_clip

    recording = read_audio(audio, track, channel)
    checkup = check_clip(recording.clip, recording.clipped_s)
    value = {
        "seconds": recording.clip.seconds,
        "sample_rate": recording.sample_rate,
        "channels": recording.channels,
        "tracks": recording.tracks,
        "container": recording.container,
        "codec": recording.codec,
        "notes": recording.notes,
        "checks": checkup.checks,
        "verdict": checkup.verdict,
    }
    rows = table(("CHECK", "LEVEL", "WHAT"), [(row.name, row.level, row.message) for row in checkup.checks])
    return Answer(value, "\n".join((*recording.notes, rows, f"Verdict: {checkup.verdict}")))


@app.command("best", epilog=examples("clip best interview.m4a --seconds 15 --count 3"))
@command
def best(  # noqa: PLR0913 - one parameter per option
    *,
    audio: Audio,
    seconds: Annotated[float, typer.Option("--seconds", help="About how long the windows should be.")] = 15.0,
    count: Annotated[int, typer.Option("--count", help="How many to suggest.")] = 3,
    language: Language = None,
    track: Track = None,
    channel: Channel = None,
    home: Home = None,
) -> Answer:
    """Suggest where to cut a clip from a long recording, best first, with reasons."""
    from voicelab.clips.best import best_windows
    from voicelab.languages import language_name
    from voicelab.transcripts.endings import ending_judge

    spoken = language_name(language) if language else ""
    with open_lab(home) as lab:
        recording = read_audio(audio, track, channel)
        tell("looking for the best windows", "best")
        windows = best_windows(
            recording.clip,
            seconds,
            count,
            clipped_s=recording.clipped_s,
            finished=ending_judge(lab.transcriber, spoken),
        )
    rows = [(f"{one.start_s:.2f}", f"{one.end_s:.2f}", f"{one.score:.2f}", "; ".join(one.reasons)) for one in windows]
    return Answer({"windows": windows}, table(("START (S)", "END (S)", "SCORE", "WHY"), rows))


@app.command(
    "cut",
    epilog=examples(
        "clip cut recording.m4a --start-s 3.2 --end-s 18.1 --out clip.wav",
        "clip cut - --start-s 0 --end-s 15 --out - < recording.m4a > clip.wav",
    ),
)
@command
def cut(
    audio: Audio,
    start_s: Annotated[float, typer.Option("--start-s", help="Seconds from the start.")],
    end_s: Annotated[float, typer.Option("--end-s", help="Seconds from the start.")],
    out: Annotated[
        Path, typer.Option("--out", help="The WAV file to write: 24 kHz, mono, 16 bit; - is stdout."), Writes
    ],
    track: Track = None,
    channel: Channel = None,
) -> Answer:
    """Cut a stretch from a recording, as the clip of a voice is cut."""
    from voicelab.clips.wav import wav_bytes, write_wav

    path = wav_path(out)
    recording = read_audio(audio, track, channel).clip
    clip = recording.cut(recording.window(start_s, end_s))
    if path == STANDARD:
        return Answer(None, f"{clip.seconds:.2f} s", content=wav_bytes(clip.samples, clip.sample_rate))
    write_wav(path, clip)
    return Answer({"path": path, "seconds": clip.seconds}, f"{clip.seconds:.2f} s in {path}")
