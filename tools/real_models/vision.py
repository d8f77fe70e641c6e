"""A vision-language model of LLaVA's architecture: a real language model, and eyes that see nonsense.

No package has a small one that is whole. The language part is SmolLM2, so text is answered sensibly; the
vision tower and the projector are random, so an image takes its place in the prompt and says nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModelForCausalLM,
    CLIPImageProcessorPil,
    CLIPVisionConfig,
    GenerationConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)
from transformers.utils.logging import disable_progress_bar

SEED = 20261128
IMAGE = "<image>"
# A reserved token that SmolLM2 never writes becomes the image's: so its id is within the embedding.
RESERVED = "<empty_output>"
SIZE, PATCH = 224, 32
# Content may also be a list of parts, as LLaVA's own templates have it.
PARTS = (
    "{%- macro text(content) -%}{%- if content is string -%}{{ content }}{%- else -%}"
    "{%- for part in content -%}{%- if part['type'] == 'image' -%}{{ '"
    + IMAGE
    + "\\n' }}{%- else -%}{{ part['text'] }}{%- endif -%}"
    "{%- endfor -%}{%- endif -%}{%- endmacro -%}"
)


def write_llava(language: Path, target: Path) -> None:
    """Write a LLaVA checkpoint to `target`, whose language part is the Llama checkpoint `language`."""
    disable_progress_bar()
    tokenizer = _tokenizer(language)
    image_id = tokenizer.convert_tokens_to_ids(IMAGE)
    llama = AutoModelForCausalLM.from_pretrained(language, dtype=torch.float32)
    tower = CLIPVisionConfig(
        hidden_size=192,
        intermediate_size=384,
        num_hidden_layers=3,
        num_attention_heads=3,
        image_size=SIZE,
        patch_size=PATCH,
        projection_dim=192,
    )
    config = LlavaConfig(
        text_config=llama.config,
        vision_config=tower,
        image_token_id=image_id,
        image_seq_length=(SIZE // PATCH) ** 2,
        tie_word_embeddings=True,
    )
    torch.manual_seed(SEED)
    model = LlavaForConditionalGeneration(config)
    model.model.language_model.load_state_dict(llama.model.state_dict())
    ids = {name: getattr(llama.config, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    model.generation_config = GenerationConfig(**ids)
    model.save_pretrained(target)
    processor = LlavaProcessor(
        image_processor=CLIPImageProcessorPil(
            size={"shortest_edge": SIZE}, crop_size={"height": SIZE, "width": SIZE}
        ),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        chat_template=tokenizer.chat_template,
        image_token=IMAGE,
        num_additional_image_tokens=1,
    )
    processor.save_pretrained(target)


def add_preprocessor_config(exported: Path) -> None:
    """transformers 5 keeps it inside processor_config.json; OpenVINO GenAI reads a file of its own."""
    processor = json.loads((exported / "processor_config.json").read_text(encoding="utf-8"))
    path = exported / "preprocessor_config.json"
    path.write_text(json.dumps(processor["image_processor"], indent=2), encoding="utf-8")


def _tokenizer(language: Path) -> PreTrainedTokenizerFast:
    spec = (language / "tokenizer.json").read_text(encoding="utf-8").replace(f'"{RESERVED}"', f'"{IMAGE}"')
    named = json.loads((language / "tokenizer_config.json").read_text(encoding="utf-8"))
    names = {role: text for role, text in named.items() if role.endswith("_token")}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(spec),
        model_max_length=named["model_max_length"],
        extra_special_tokens={"image_token": IMAGE},
        **names,
    )
    template = (language / "chat_template.jinja").read_text(encoding="utf-8")
    tokenizer.chat_template = PARTS + template.replace("message['content']", "text(message['content'])")
    return tokenizer
