"""The tokenizer: a Llama-like BPE with byte fallback, Phi-3's control tokens and chat template."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from tools.demo_model.scene import Message

VOCABULARY = 2048
END_OF_TEXT, ASSISTANT, SYSTEM, END, USER = (
    "<|endoftext|>",
    "<|assistant|>",
    "<|system|>",
    "<|end|>",
    "<|user|>",
)
CONTROL = (END_OF_TEXT, ASSISTANT, SYSTEM, END, USER)
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ '<|system|>\n' + message['content'] + '<|end|>\n' }}"
    "{% elif message['role'] == 'user' %}{{ '<|user|>\n' + message['content'] + '<|end|>\n' }}"
    "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>\n' + message['content'] + '<|end|>\n' }}"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)
# Digits stand alone, so that sums can be learnt; indentation stays apart from the word behind it.
_PIECES = Regex(r"\d|▁?\p{L}+|▁+(?=▁)|\n+|▁?[^\p{L}\d▁\n]+|▁")
_BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def train(texts: Iterable[str], size: int = VOCABULARY) -> Tokenizer:
    """A tokenizer of ``size`` tokens, control tokens included, for these texts."""
    learner = _assemble(BPE())
    reserved = len(_BYTES) + 3 + len(CONTROL)
    learner.train_from_iterator(
        texts, BpeTrainer(vocab_size=size - reserved, show_progress=False, min_frequency=3)
    )
    learnt = json.loads(learner.to_str())["model"]
    ordered = sorted(learnt["vocab"], key=learnt["vocab"].__getitem__)
    vocabulary = {token: number for number, token in enumerate(["<unk>", "<s>", "</s>", *_BYTES, *ordered])}
    merges = [tuple(pair) for pair in learnt["merges"]]
    tokenizer = _assemble(BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens(
        [AddedToken("<unk>"), AddedToken("<s>"), AddedToken("</s>", rstrip=True), AddedToken(END_OF_TEXT)]
    )
    # As in Phi-3: white space behind a control token belongs to it.
    tokenizer.add_special_tokens(
        [AddedToken(token, rstrip=True, normalized=False, special=True) for token in CONTROL[1:]]
    )
    return tokenizer


def _assemble(model: BPE) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(_PIECES, "isolated")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json and the chat template, as transformers reads them."""
    from transformers import PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token=END_OF_TEXT,
        unk_token="<unk>",
        pad_token=END_OF_TEXT,
        padding_side="left",
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)


def encode_dialogues(
    tokenizer: Tokenizer, dialogues: Sequence[Sequence[Message]]
) -> list[tuple[list[int], list[bool]]]:
    """Ids of each dialogue; for each id, whether the assistant says it (its end token included)."""
    contents = [message.content for messages in dialogues for message in messages]
    tokenizer.encode_special_tokens = True
    encodings = iter(tokenizer.encode_batch_fast(contents, add_special_tokens=False))
    control = {
        "system": tokenizer.token_to_id(SYSTEM),
        "user": tokenizer.token_to_id(USER),
        "assistant": tokenizer.token_to_id(ASSISTANT),
    }
    end = tokenizer.token_to_id(END)
    encoded = []
    for messages in dialogues:
        ids: list[int] = []
        learn: list[bool] = []
        for message in messages:
            content = next(encodings).ids
            ids += [control[message.role], *content, end]
            learn += [False, *([message.role == "assistant"] * (len(content) + 1))]
        encoded.append((ids, learn))
    return encoded
