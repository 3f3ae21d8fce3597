"""`make bench-pocket`: how fast Pocket TTS is here, with random weights of the published English model's size.

Random weights take as long for a frame as the published ones; only when a take would end is not theirs to say, so it
is stopped after some seconds of sound.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from pocket_tts import TTSModel
from pocket_tts.utils.config import CONFIGS_DIR, load_config
from safetensors.torch import save_file

from tests.family_checkpoints import byte_tokenizer, write_json
from voicelab.engines.pocket.synthesizer import PocketSynthesizer
from voicelab.errors import Cancelled
from voicelab.models.process_memory import peak_resident_bytes
from voicelab.speech.ports import Prompt, SpeechRequest

SPOKEN_S = 15.0
CLIP_S = 15
TEXT = "The quick brown fox jumps over the lazy dog. " * 8


class Watch:
    """A Reporter that notes when the first sound came, and cancels once enough is spoken."""

    def __init__(self) -> None:
        self.first_s: float | None = None
        self.spoken_s = 0.0
        self.began = time.perf_counter()

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None:
        """Any will do."""

    def spoken(self, seconds: float) -> None:
        self.spoken_s = seconds
        if seconds and self.first_s is None:
            self.first_s = time.perf_counter() - self.began
        if seconds >= SPOKEN_S:
            raise Cancelled("Enough.")


def write_full_size(folder: Path) -> Path:
    """Write random weights of the published sizes, in the layout of one language's folder."""
    config = load_config(CONFIGS_DIR / "english.yaml").model_dump(mode="json")
    folder.mkdir(parents=True)
    table = config["flow_lm"]["lookup_table"]
    own = byte_tokenizer(folder / "tokenizer.json")
    byte_tokenizer(folder / "tokenizer.json", tuple(f"<{number}>" for number in range(table["n_bins"] - own)))
    table["tokenizer_path"] = str(folder / "tokenizer.json")
    config |= {"weights_path": None, "weights_path_without_voice_cloning": None}
    write_json(folder / "config.yaml", config)
    torch.manual_seed(0)
    model = TTSModel.load_model(config=folder / "config.yaml")
    with torch.no_grad():
        for parameter in model.flow_lm.parameters():
            if not torch.isfinite(parameter).all():
                parameter.normal_(0, 0.02)
        model.flow_lm.out_eos.bias.fill_(-1000)
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / "model.safetensors")
    print(f"{sum(tensor.numel() for tensor in model.state_dict().values()) / 1e6:.0f} M parameters")
    return folder


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        model = str(write_full_size(Path(scratch) / "english"))
        synthesizer = PocketSynthesizer()
        noise = np.random.default_rng(0).normal(0, 0.1, CLIP_S * 24_000).astype(np.float32)
        request = SpeechRequest(TEXT, model, prompt=Prompt(noise, "", "english"))
        began = time.perf_counter()
        synthesizer.load(model, Watch())
        print(f"loaded in {time.perf_counter() - began:.1f} s")
        for take in ("with the clip's encoding", "again"):
            watch = Watch()
            try:
                synthesizer.speak(request, watch)
            except Cancelled:
                elapsed_s = time.perf_counter() - watch.began
                print(f"{take}: RTF {elapsed_s / watch.spoken_s:.2f}, first sound after {watch.first_s:.2f} s")
        print(f"peak memory {peak_resident_bytes() / 1e9:.2f} GB; load of this machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
