"""`ovbot model import`: makes a model folder of a GGUF file, the format of llama.cpp."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bot.engine.chat_template import ChatTemplate
from bot.engine.model_folder import (
    ModelFolder,
    explain_model,
    explain_no_model,
    find_local,
    is_model_folder,
    read_model_folder,
)
from bot.engine.tokenizer import ChatTokenizer
from bot.errors import ModelError
from bot.model.build_folder import build_folder, check_target
from bot.model.disk import check_space
from bot.model.gguf_conversion import convert
from bot.model.gguf_file import ARCHITECTURES, GgufFile, read_gguf
from bot.model.gguf_tokenizer import (
    control_tokens,
    make_tokenizer,
    named_tokens,
    to_json,
    token_id,
    tokenizer_config,
)
from bot.model.progress_events import Progress, Report

# SmolLM2-135M-Instruct.Q4_1, Qwen3-8B-Q4_K_M
_FORMAT = re.compile(r"(?P<name>.+?)[-._](?P<format>(?:I?Q|F|BF)\d\w*)", re.IGNORECASE)
_HUB_URL = re.compile(r"https://huggingface\.co/(?P<id>[\w.-]+/[\w.-]+)/?")
# Tokens that end a reply in whichever vocabulary they are: those of llama.cpp's list.
_ENDS = (
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|eom_id|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|EOT|>",
    "<end_of_turn>",
    "<EOT>",
)
_SAMPLING = {
    "temp": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "penalty_repeat": "repetition_penalty",
}


def default_folder(file: Path) -> Path:
    """Where a model is put unless told otherwise: `model/`, its name, and the weights' format if the file's
    name ends in one."""
    match = _FORMAT.fullmatch(file.stem)
    return Path("model", match["name"], match["format"].lower()) if match else Path("model", file.stem)


def import_gguf(path: Path, target: Path, report: Report, *, force: bool = False) -> ModelFolder:
    """Make the model folder `target` of a GGUF file, which stays as it is.

    `target` is complete afterwards, or as it was before.

    Raises: ModelError where it is no such file, or one of a model that would not run rightly.
    """
    _check_file(path)
    check_target(target, force=force)
    report(Progress(f"Reading {path.name}"))
    file = read_gguf(path)
    texts = _describe(file)
    # The model as openvino-genai writes it, and with its exact weights.
    check_space(target, path.stat().st_size * 9 // 4)
    with build_folder(target, force=force) as build:
        convert(file, build, report)
        for name, text in texts.items():
            (build.result / name).write_text(text, encoding="utf-8")
        read_model_folder(build.result)
    return read_model_folder(target)


def _check_file(path: Path) -> None:
    if find_local(str(path)) is None:
        raise ModelError(f"There is no file {path.absolute()}: check the path.")
    if path.is_dir():
        if is_model_folder(path):
            raise ModelError(explain_model(path))
        raise ModelError(explain_no_model(path) or f"{path} is a folder: name a GGUF file.")
    if path.suffix.lower() != ".gguf":
        raise ModelError(f"{path} is no GGUF file: its name does not end in .gguf.")


def _describe(file: GgufFile) -> dict[str, str]:
    """The files of the folder beside the model itself, by their names. Raises ModelError."""
    tokenizer = to_json(make_tokenizer(file))
    template = str(file.metadata["tokenizer.chat_template"])
    try:
        ChatTokenizer(tokenizer, ChatTemplate(template, named_tokens(file)))
    except ModelError as error:
        raise ModelError(f"{file.path} cannot be used: {error}") from None
    values = {
        "config.json": _config(file),
        "generation_config.json": _generation_config(file),
        "tokenizer_config.json": tokenizer_config(file),
    }
    return {
        "tokenizer.json": tokenizer,
        "chat_template.jinja": template,
        **{name: json.dumps(value, indent=2, ensure_ascii=False) for name, value in values.items()},
    }


def _config(file: GgufFile) -> dict[str, Any]:
    """config.json, by transformers' names."""
    heads = file.size("attention.head_count")
    config: dict[str, Any] = {
        "architectures": [ARCHITECTURES[file.architecture]],
        "model_type": file.architecture,
        "vocab_size": file.tensors["token_embd.weight"].shape[0],
        "hidden_size": file.size("embedding_length"),
        "intermediate_size": file.size("feed_forward_length"),
        "num_hidden_layers": file.size("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": file.size("attention.head_count_kv", heads),
        "head_dim": file.head_dim,
        "max_position_embeddings": file.size("context_length"),
        "rms_norm_eps": _short(file.real("attention.layer_norm_rms_epsilon", 1e-6)),
        "rope_theta": _short(file.real("rope.freq_base", 10_000.0)),
        "hidden_act": "silu",
        "tie_word_embeddings": "output.weight" not in file.tensors,
        **_ids(file),
    }
    if file.rope_scale != 1:
        config["rope_scaling"] = {"rope_type": "linear", "factor": _short(file.rope_scale)}
    window = file.metadata.get(f"{file.architecture}.attention.sliding_window")
    if window:
        config |= {"sliding_window": window, "use_sliding_window": True}
    if name := _name(file):
        config["_name_or_path"] = name
    return config


def _generation_config(file: GgufFile) -> dict[str, Any]:
    """generation_config.json: which tokens end a reply, and how the file wants tokens to be drawn."""
    ends = {token_id(file, name) for name in ("eos", "eot", "eom")} - {None}
    controls = control_tokens(file)
    ends |= {controls[text] for text in _ENDS if text in controls}
    config = _ids(file) | {"eos_token_id": sorted(id_ for id_ in ends if id_ is not None)}
    for key, name in _SAMPLING.items():
        value = file.metadata.get(f"general.sampling.{key}")
        if isinstance(value, int | float):
            config[name] = value if isinstance(value, int) else _short(value)
    if "temperature" in config:
        config["do_sample"] = config["temperature"] > 0
    return config


def _ids(file: GgufFile) -> dict[str, Any]:
    ids = {"bos": token_id(file, "bos"), "eos": token_id(file, "eos"), "pad": token_id(file, "padding")}
    return {f"{role}_token_id": id_ for role, id_ in ids.items() if id_ is not None}


def _name(file: GgufFile) -> str | None:
    """The model's name on the Hub, or what its makers would call it there."""
    for key in ("general.source.repo_url", "general.repo_url"):
        if match := _HUB_URL.fullmatch(str(file.metadata.get(key, ""))):
            return match["id"]
    parts = [file.metadata.get(f"general.{key}") for key in ("organization", "name")]
    if not all(isinstance(part, str) and part.strip() for part in parts):
        return None
    return "/".join(re.sub(r"[^\w.-]+", "-", str(part).strip()) for part in parts)


def _short(value: float) -> float:
    """A number that went through 32 bits, as it was written down: 1e-05 for 9.999999747378752e-06."""
    return float(f"{value:.7g}")
