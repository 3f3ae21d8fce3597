"""What is listened to: the clip that went through the codec, and sentences that the model spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.clips.speaker_similarity import likeness
from voicelab.compare.bleed import find_bleed, recognizer_on_disk
from voicelab.compare.word_errors import compare_words
from voicelab.errors import ClipUnusable
from voicelab.speech.join import trailing_silence_s
from voicelab.speech.proof import Check
from voicelab.transcripts.spelling import split_words

if TYPE_CHECKING:
    from voicelab.speech.ports import Prompt
    from voicelab.speech.proof import Spoken
    from voicelab.transcripts.transcriber import Transcriber

CODEC_LIKENESS = 0.51
"""95 of 100 pairs of clips of one person exceed it (docs/likeness.md, as recorded, held out): a clip that went through
the codec is at least as like itself as another one of the same person is."""
TAKE_LIKENESS = 0.36
"""What 95 of 100 pairs of different people stay below (the same table): a clone is more alike than they are."""
WORD_ERRORS = 0.10
SLOWEST_WPM, FASTEST_WPM = 70.0, 320.0
"""Words a minute, pauses at both ends left out: half and twice what people read aloud at."""
CLIPPED = 0.999
CLIPPED_SHARE = 1e-3
"""Of the samples: more than single peaks."""
SILENT = 1e-3


def codec_check(spoken: Spoken, prompt: Prompt) -> Check:
    """Judge how like the clip its way through the codec and back leaves it."""
    alike = _likeness(_clip(spoken), Clip(prompt.samples))
    figures = {"likeness": alike}
    if alike is None or alike < CODEC_LIKENESS:
        told = "nothing that can be compared comes back" if alike is None else f"likeness {alike:.2f}"
        message = (
            f"the clip comes back from the codec as something else: {told}, and {CODEC_LIKENESS:.2f} is the least. "
            "Delete the model and download it again."
        )
        return Check("codec", "fail", message, figures)
    return Check("codec", "pass", f"the clip comes back with a likeness of {alike:.2f}", figures)


def take_check(spoken: Spoken, prompt: Prompt, transcriber: Transcriber, *, cloned: bool = True) -> Check:
    """Judge one sentence: heard back, like the clip, without the clip's words, not clipped, at a sane rate."""
    clip = _clip(spoken)
    figures: dict[str, object] = {"seed": spoken.seed, "seconds": clip.seconds, "rtf": spoken.elapsed_s / clip.seconds}
    if float(np.abs(clip.samples).max(initial=0.0)) < SILENT:
        return _judged(spoken, figures, ["it is silent"], "")
    model = recognizer_on_disk(transcriber)
    heard = transcriber.hear(clip, model=model, language=prompt.language)
    words = split_words(spoken.text, prompt.language)
    errors = compare_words(words, [word.text for word in heard.words], prompt.language).errors
    wpm = 60 * len(words) / speaking_s(clip)
    clipped = float((np.abs(clip.samples) >= CLIPPED).mean())
    figures |= {"word_error_rate": errors.rate, "words_per_minute": wpm, "clipped": clipped, "recognizer": heard.author}
    wrong = []
    if errors.rate > WORD_ERRORS:
        wrong.append(f"{errors.rate:.0%} of its words are heard as others ({heard.text[:60]!r})")
    if not SLOWEST_WPM <= wpm <= FASTEST_WPM:
        wrong.append(f"it says {wpm:.0f} words a minute")
    if clipped > CLIPPED_SHARE:
        wrong.append(f"{clipped:.1%} of it is clipped")
    told = ""
    if cloned:
        alike = figures["likeness"] = _likeness(clip, Clip(prompt.samples))
        bleed = find_bleed(transcriber, clip, spoken.text, prompt.text, prompt.language, model)
        figures["bleed"] = bleed.bleed
        if alike is None or alike < TAKE_LIKENESS:
            wrong.append("its likeness to the clip is " + ("not to be had" if alike is None else f"{alike:.2f}"))
        if bleed.bleed:
            wrong.append(f"it says words of the clip ({' '.join(bleed.words)})")
        told = f", likeness {alike:.2f}, no bleed" if alike is not None else ""
    return _judged(spoken, figures, wrong, f"{errors.rate:.0%} word errors, {wpm:.0f} words a minute{told}")


def _judged(spoken: Spoken, figures: dict[str, object], wrong: list[str], fine: str) -> Check:
    what = f"{spoken.text[:40]!r}, seed {spoken.seed}"
    if wrong:
        message = (
            f"{what}: {'; '.join(wrong)}. The voice is not usable with this model; attach this report to an issue."
        )
        return Check("speech", "fail", message, figures)
    return Check("speech", "pass", f"{what}: {fine}", figures)


def _clip(spoken: Spoken) -> Clip:
    return Clip(np.asarray(spoken.samples, np.float32), spoken.sample_rate)


def speaking_s(clip: Clip) -> float:
    """Return how long `clip` is without the pauses at both ends, 0.1 s at least."""
    start_s = trailing_silence_s(clip.samples[::-1], clip.sample_rate)
    return max(0.1, clip.seconds - start_s - trailing_silence_s(clip.samples, clip.sample_rate))


def _likeness(clip: Clip, other: Clip) -> float | None:
    try:
        return likeness(clip, other)
    except ClipUnusable:
        return None
