"""What each measure is, in a sentence, and where it comes from: shown on the page and in reports."""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """One measure."""

    field: str
    """Of Take or its Details."""
    label: str
    what: str
    source: str


MEASURES: tuple[About, ...] = (
    About(
        "rtf",
        "RTF",
        "Seconds of work per second of audio, without waiting and loading. Below 1 is faster than speech.",
        "Measured in the engine process. Some programs print the inverse.",
    ),
    About(
        "first_audio_s", "First audio", "Seconds from the start of the work to the first finished sentence.",
        "Measured in the engine process.",
    ),
    About(
        "peak_memory_bytes",
        "Peak memory",
        "The engine's peak during this take: its library's own count where it has one, else the size of its process.",
        "What the library of the engine counts, else getrusage(2).",
    ),
    About("duration_s", "Length", "Seconds of audio, with the silence around it.", "Counted samples."),
    About(
        "words_per_minute",
        "Words a minute",
        "Words of the line over the time between the silences. Conversation has 140 to 180 in English.",
        "Counted words; silence is 40 dB below the loudest 10 ms.",
    ),
    About(
        "word_error_rate",
        "Word errors",
        "Words that a recognizer hears too many, too few or differently, per word of the line. Part of it is the "
        "recognizer's own: compare settings, not with other people's figures.",
        "The fewest over all ways to read both texts (docs/word-errors.md). The recognizer is named beside it.",
    ),
    About(
        "likeness",
        "Likeness",
        "Cosine of two speaker embeddings, take and clip. Read it between the floor (another voice) and the person's "
        "own likeness to themselves.",
        "CAM++: Wang et al., Interspeech 2023, arXiv 2303.00332 (3D-Speaker). Ranges by channel: docs/likeness.md.",
    ),
    About(
        "likeness_held_out",
        "Likeness, held out",
        "The same against speech of the recording that the clip does not hold: better, because no take could copy it.",
        "The same encoder.",
    ),
    About(
        "noise",
        "Cleanness",
        "How clean it sounds to listeners, 1 (bad) to 5 (excellent), as a model of their opinions has it.",
        "DNSMOS P.835: Reddy et al., ICASSP 2022, arXiv 2110.01763 (speechmos).",
    ),
    About(
        "pitch_hz", "Pitch", "Median fundamental frequency. Compare it with that of the clip.",
        "Autocorrelation: Boersma, IFA Proceedings 17, 1993.",
    ),
    About(
        "pitch_range_semitones",
        "Melody",
        "How far the pitch moves, in semitones from its 10th to its 90th percentile. Less than the clip's is flatter.",
        "The same.",
    ),
    About(
        "silence_start_s", "Silence before", "Seconds before the first sound.",
        "40 dB below the loudest 10 ms.",
    ),
    About("silence_end_s", "Silence after", "Seconds after the last sound.", "40 dB below the loudest 10 ms."),
    About(
        "bleed",
        "Bleed",
        "Words of the voice's own text that are in the take, most often at its start. They can be cut off.",
        "Recognition and forced alignment, see docs/bleed.md.",
    ),
)  # fmt: skip
