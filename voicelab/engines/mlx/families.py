"""The families of mlx-audio 0.6.2 that clone, as data: what each needs, takes and is called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from voicelab.languages import CODES
from voicelab.speech.engine_descriptor import SamplingField

if TYPE_CHECKING:
    from collections.abc import Mapping

S3_TOKENIZER = "mlx-community/S3TokenizerV2"
"""What mlx-audio's Chatterbox asks the hub for while it is loaded."""


@dataclass(frozen=True)
class Family:
    """What the lab declares of one family. Figures without a source are the library's own defaults."""

    name: str
    """mlx-audio's folder of it."""
    title: str
    """As its authors call it."""
    types: tuple[str, ...]
    """What config.json may call it as its model_type (or `architecture`)."""
    words: tuple[str, ...]
    """What a repository's name holds of it, in lower case, letters and digits alone."""
    licence: str
    """Of the published weights."""
    tried: bool = False
    """Whether the lab's tests load and speak it."""
    needs_transcript: bool = True
    shortest_prompt_s: float = 1.0
    longest_prompt_s: float = 30.0
    hears_s: float | None = None
    """How much of a clip it uses, from its start; None for all."""
    languages: tuple[str, ...] = tuple(CODES)
    language_argument: str = ""
    """Of `generate`, which is given the language's code; empty where the text alone tells."""
    multilingual: tuple[str, ...] = ()
    """The languages of its checkpoints whose config.json says that they know several."""
    audio_arguments: tuple[str, ...] = ("ref_audio",)
    """Of `generate`: each is given the clip at the model's own sample rate."""
    text_argument: str = "ref_text"
    """Of `generate`, for the clip's words."""
    limit_argument: str = "max_tokens"
    """Of `generate`: after how many steps it breaks off."""
    steps_per_s: float = 25.0
    """Steps in a second of sound, for `limit_argument`."""
    sampling: tuple[SamplingField, ...] = ()
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Sampling fields that `generate` calls otherwise."""
    config_keys: Mapping[str, str] = field(default_factory=dict)
    """Sampling fields whose default config.json says, and under which key."""
    whole_numbers: tuple[str, ...] = ()
    """Sampling fields that have to be given as integers."""
    needs_tensors: tuple[str, ...] = ()
    """Beginnings of names of which its weights have at least one each, quantized or not."""
    cloning_tensors: str = ""
    """Beginning of the names without which they speak and do not clone; empty where there are no such weights."""
    generated: str = ""
    """Pattern of parameters that are computed when it is made and stand in no file."""
    files: tuple[tuple[str, ...], ...] = (("config.json",),)
    """What its folder holds besides weights: one of each."""
    companion: str = ""
    """A repository that the library loads besides."""
    working_bytes: int = 1_500_000_000
    """An estimate of what it needs beside its weights while it speaks."""

    def fields_of(self, config: Mapping[str, Any]) -> tuple[SamplingField, ...]:
        """Return the sampling fields with the defaults of a checkpoint's config.json, where it has them."""
        return tuple(self._field_of(each, config.get(self.config_keys.get(each.name, ""))) for each in self.sampling)

    def languages_of(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what a checkpoint with this config.json speaks."""
        many = config.get("multilingual") or config.get("t3_model") in {"v2", "v3"}
        return self.multilingual if many and self.multilingual else self.languages

    @staticmethod
    def _field_of(each: SamplingField, said: Any) -> SamplingField:
        if isinstance(said, bool) or not isinstance(said, int | float) or not each.lowest <= said <= each.highest:
            return each
        return SamplingField(each.name, float(said), each.lowest, each.highest)


_TEMPERATURE = SamplingField("temperature", 0.8, 0, 2)


def _untried(name: str, title: str, word: str, *, types: tuple[str, ...] = (), **told: Any) -> Family:
    """Return a family that is driven by the same steps and that nobody has heard here."""
    licence = told.pop("licence", "as its model card says")
    return Family(name=name, title=title, types=(name, *types), words=(word,), licence=licence, **told)


FAMILIES: tuple[Family, ...] = (
    Family(
        name="chatterbox",
        title="Chatterbox",
        types=("chatterbox",),
        words=("chatterbox",),
        licence="MIT",
        tried=True,
        needs_transcript=False,
        hears_s=10.0,  # DEC_COND_LEN; six of them for the rhythm
        languages=("english",),
        language_argument="lang_code",
        # Chinese, Japanese and Russian need packages and files that mlx-audio does without when they are not there.
        multilingual=("english", "french", "german", "italian", "korean", "portuguese", "spanish"),
        limit_argument="max_new_tokens",
        sampling=(
            _TEMPERATURE,
            SamplingField("top_p", 1.0, 0.01, 1),
            SamplingField("repetition_penalty", 1.2, 1, 5),
            SamplingField("min_p", 0.05, 0, 1),
            SamplingField("exaggeration", 0.1, 0, 2),
            SamplingField("cfg_weight", 0.5, 0, 2),
        ),
        needs_tensors=("ve.", "t3.", "s3gen."),
        generated=r".*(rand_noise|pos_enc\.pe|stft_window|trim_fade|tfmr\.model\.embed_tokens\.weight)",
        files=(("config.json",), ("tokenizer.json",)),
        companion=S3_TOKENIZER,
        working_bytes=1_500_000_000,
    ),
    Family(
        name="pocket_tts",
        title="Pocket TTS",
        types=("pocket_tts", "gradium_phonon_tts"),
        words=("pockettts",),
        licence="CC-BY-4.0",
        tried=True,
        needs_transcript=False,
        languages=("english",),
        steps_per_s=12.5,
        sampling=(
            SamplingField("temperature", 0.7, 0, 2),
            SamplingField("decode_steps", 1, 1, 32),
            SamplingField("eos_threshold", -4.0, -20, 20),
        ),
        arguments={"decode_steps": "lsd_decode_steps"},
        config_keys={"temperature": "temp", "decode_steps": "lsd_decode_steps", "eos_threshold": "eos_threshold"},
        whole_numbers=("decode_steps",),
        needs_tensors=("flow_lm.", "mimi."),
        cloning_tensors="mimi.encoder.",
        files=(("config.json",), ("tokenizer.model", "tokenizer.json")),
        working_bytes=500_000_000,
    ),
    Family(
        name="voxcpm2",
        title="VoxCPM2",
        types=("voxcpm2",),
        words=("voxcpm2",),
        licence="Apache-2.0",
        tried=True,
        audio_arguments=("ref_audio", "prompt_audio"),
        text_argument="prompt_text",
        steps_per_s=6.25,
        sampling=(SamplingField("diffusion_steps", 10, 4, 100), SamplingField("cfg_value", 2.0, 1, 10)),
        arguments={"diffusion_steps": "inference_timesteps"},
        whole_numbers=("diffusion_steps",),
        needs_tensors=("base_lm.", "feat_decoder.", "audio_vae."),
        generated=r".*rope.*",
        files=(("config.json",), ("tokenizer.json", "tokenizer.model")),
        working_bytes=3_000_000_000,
    ),
    _untried("arktts", "ArkTTS", "arktts"),
    _untried("breeze_tts", "Breeze TTS", "breezetts", types=("breeze", "breeze-tts")),
    _untried(
        "chatterbox_turbo",
        "Chatterbox Turbo",
        "chatterboxturbo",
        licence="MIT",
        needs_transcript=False,
        languages=("english",),
        companion=S3_TOKENIZER,
    ),
    _untried("confucius4", "Confucius 4", "confucius4", needs_transcript=False, languages=("english",)),
    _untried("dia", "Dia", "dia16b", licence="Apache-2.0", languages=("english",)),
    _untried("echo_tts", "Echo-TTS", "echotts", needs_transcript=False, languages=("english",)),
    _untried("fish_drama3", "Fish Drama 3", "drama3"),
    _untried("fish_qwen3_omni", "Fish Speech", "fishspeech"),
    _untried("higgs_audio", "Higgs Audio 2", "higgsaudio", licence="Apache-2.0", limit_argument="max_new_frames"),
    _untried("higgs_audio_v3", "Higgs Audio 3", "higgsaudiov3", types=("higgs_multimodal_qwen3",)),
    _untried("indextts", "IndexTTS", "indextts", needs_transcript=False, languages=("english", "chinese")),
    _untried("irodori_tts", "Irodori TTS", "irodoritts", needs_transcript=False, languages=("japanese",)),
    _untried("longcat_audiodit", "LongCat AudioDiT", "audiodit", types=("audiodit", "longcat"), languages=("english",)),
    _untried("moss_tts", "MOSS-TTS", "mosstts", types=("moss_tts_delay", "moss_tts_local")),
    _untried("moss_tts_nano", "MOSS-TTS nano", "mossttsnano"),
    _untried("omnivoice", "OmniVoice", "omnivoice", languages=("english",)),
    _untried("sesame", "CSM", "csm1b", types=("csm", "marvis"), languages=("english",)),
    _untried("spark", "Spark-TTS", "sparktts", languages=("english", "chinese")),
    _untried("tada", "TADA", "tada", languages=("english",)),
    _untried(
        "voxcpm", "VoxCPM", "voxcpm", types=("voxcpm1.5",), licence="Apache-2.0", languages=("english", "chinese")
    ),
    _untried("zonos2", "Zonos 2", "zonos2", languages=("english",)),
)
"""Of those that are not tried, what `generate` does not name in its signature is not given to it; they speak the
languages that are sure to need no argument of which nobody here knows the form."""


def family_of(config: Mapping[str, Any]) -> Family | None:
    """Return the family of a checkpoint by its config.json, as mlx-audio's loader tells it; None for no clone of it."""
    said = {str(config.get(key, "")).lower() for key in ("model_type", "architecture")}
    return next((family for family in FAMILIES if said & set(family.types)), None)


def family_by_name(repository: str) -> Family | None:
    """Return the family that a repository's name tells: of two, the one with the longer name."""
    plain = re.sub(r"[^a-z0-9]", "", repository.lower())
    told = [(len(word), family) for family in FAMILIES for word in family.words if word in plain]
    return max(told, key=lambda each: each[0])[1] if told else None


def family_named(name: str) -> Family:
    """Return the family of that name. Raises KeyError."""
    return {family.name: family for family in FAMILIES}[name]
