"""How a model is loaded: what OpenVINO does not choose well by itself, and what kept it from loading."""

from __future__ import annotations

from pathlib import Path

from bot.engine.device import reason
from bot.errors import EngineError, ModelError, OvbotError


def default_properties(device: str, weights: str, kv_precision: str) -> dict[str, str]:
    """OpenVINO properties for `device`, which those that a person sets go before.

    A CPU with bfloat16 (AMX, AVX-512 BF16) computes in it by default, and unpacks weights of 4 or 8 bits
    anew for each token. In float32 it multiplies them as they are with activations rounded to 8 bits, as
    CPUs without bfloat16 do: 1.6 times the speed of one reply and twice that of four and more, while
    prompts take longer to read (bench/RESULTS.md). A cache in bfloat16 goes with bfloat16 only.

    weights: precision of the weights, as `ModelFolder.precision` has it. kv_precision: of the KV cache.
    """
    if device == "CPU" and weights.startswith("int") and kv_precision != "bf16":
        return {"INFERENCE_PRECISION_HINT": "f32"}
    return {}


def loading_error(folder: Path, device: str, error: Exception, *others: Path) -> OvbotError:
    """One line on a model that could not be loaded: a ModelError where its files are at fault.

    others: folders of models that were loaded with it.
    """
    for model in (folder, *others):
        if flaw := _flaw(model):
            return ModelError(f"The model in {model} is damaged: {flaw}. Export or pull it anew.")
    return EngineError(f"The model in {folder} cannot be loaded on {device}: {reason(error)}")


def _flaw(folder: Path) -> str | None:
    """What OpenVINO finds wrong with a model's files, which it maps but does not read whole."""
    import openvino

    try:
        openvino.Core().read_model(folder / "openvino_model.xml")
    except RuntimeError as error:
        return reason(error).rstrip(".")
    return None
