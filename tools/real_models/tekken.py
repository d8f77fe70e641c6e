"""Mistral's own format of a tokenizer, tekken, as a tokenizer.json."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from transformers.integrations.mistral import MistralConverter

# As mistral-common numbers them for a file that does not list them.
CONTROLS = [
    *(
        "<unk>",
        "<s>",
        "</s>",
        "[INST]",
        "[/INST]",
        "[AVAILABLE_TOOLS]",
        "[/AVAILABLE_TOOLS]",
        "[TOOL_RESULTS]",
    ),
    *(
        "[/TOOL_RESULTS]",
        "[TOOL_CALLS]",
        "[IMG]",
        "<pad>",
        "[IMG_BREAK]",
        "[IMG_END]",
        "[PREFIX]",
        "[MIDDLE]",
    ),
    *("[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]"),
]


def write_tokenizer(tekken: Path, folder: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json to `folder`."""
    spec = json.loads(tekken.read_text(encoding="utf-8"))
    reserved = spec["config"]["default_num_special_tokens"]
    size = spec["config"]["default_vocab_size"] - reserved
    controls = [*CONTROLS, *(f"<SPECIAL_{id_}>" for id_ in range(len(CONTROLS), reserved))]
    vocabulary: dict[str | bytes, int] = {text: id_ for id_, text in enumerate(controls)}
    for entry in spec["vocab"][:size]:
        vocabulary[base64.b64decode(entry["token_bytes"])] = reserved + entry["rank"]
    converter = MistralConverter(vocabulary, spec["config"]["pattern"], additional_special_tokens=controls)
    converter.converted().save(str(folder / "tokenizer.json"))
    named = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", **named}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
