"""Whether the tokenizer is the one that the model was made with: mlx-audio cuts prompts by counting tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OPENING = "<|im_start|>assistant\n"
CLOSING = "<|im_end|>\n"
_OPENING_TOKENS, _CLOSING_TOKENS = 3, 2
_NAMED = {
    "<|im_start|>": "im_start_token_id",
    "<|im_end|>": "im_end_token_id",
    "<tts_pad>": "tts_pad_token_id",
    "<tts_text_bos>": "tts_bos_token_id",
    "<tts_text_eod>": "tts_eos_token_id",
}
"""Special tokens, as the published tokenizer_config.json writes them, to their keys in config.json."""
PUBLISHED_SIZE = 151_676
"""Tokens of the published vocabulary with the special ones."""
PUBLISHED_IDS = {
    OPENING: (151_644, 77_091, 198),
    "<tts_pad><tts_text_bos><tts_text_eod>": (151_671, 151_672, 151_673),
}
"""Of the published vocabulary."""
_AGAIN = "Copy vocab.json, merges.txt and tokenizer_config.json again from the model's repository."


def tokenizer_check(model: Any, texts: Sequence[str]) -> Check:
    """Compare the tokenizer of mlx-audio's `model` with its configuration; `texts` must come back as they went in."""
    if not hasattr(model.tokenizer, "decode"):
        return Check("tokenizer", "skip", "this model was made here and has a tokenizer of words")
    size = len(model.tokenizer)
    wrong = next(_wrong(model, texts), "")
    if wrong:
        return Check("tokenizer", "fail", f"{wrong} {_AGAIN}", {"tokens": size})
    return Check("tokenizer", "pass", f"{size} tokens, the special ones where config.json has them", {"tokens": size})


def _wrong(model: Any, texts: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong, in sentences."""
    tokenizer, config = model.tokenizer, model.config
    known = config.talker_config.text_vocab_size
    if len(tokenizer) > known:
        yield f"the tokenizer has {len(tokenizer)} tokens and the model knows {known}."
    for token, key in _NAMED.items():
        number = getattr(config, key)
        if (found := list(tokenizer.encode(token))) != [number]:
            yield f"the tokenizer lacks {token}: config.json has it as {number}, and it is read as {found[:8]}."
    if len(tokenizer.encode(OPENING)) != _OPENING_TOKENS or len(tokenizer.encode(CLOSING)) != _CLOSING_TOKENS:
        yield "the chat template is not the number of tokens by which mlx-audio cuts it off."
    if len(tokenizer) == PUBLISHED_SIZE:
        for text, ids in PUBLISHED_IDS.items():
            if (found := list(tokenizer.encode(text))) != list(ids):
                yield f"{text.strip()!r} is {found[:8]} and was published as {list(ids)}."
    for text in texts:
        if tokenizer.decode(tokenizer.encode(text)) != text:
            yield f"{text[:40]!r} does not come back from its tokens."
