"""How a model is loaded: what OpenVINO does not choose well by itself, and what kept it from loading."""

from __future__ import annotations

from pathlib import Path

from bot.engine.device import reason
from bot.engine.modelinfo import ModelFolder
from bot.errors import EngineError, ModelError, OvbotError

_ACTIVATION_GROUP = 64


def default_properties(device: str, kv_precision: str, *folders: ModelFolder) -> dict[str, str]:
    """OpenVINO properties that models with integer weights run best with on `device`; those that a person
    sets go before them. Figures are in bench/RESULTS.md.

    A CPU with bfloat16 (AMX, AVX-512 BF16) computes in it by default, and unpacks weights of 4 or 8 bits
    anew for each token. In float32 it multiplies them as they are with activations rounded to 8 bits, as
    CPUs without bfloat16 do: one reply is made 1.6 times as fast and several twice as fast, while
    prompts take longer to read. So this is for an engine that reads no prompt twice. A cache in bfloat16
    goes with bfloat16 only.

    OpenVINO gives a scale to each 32 activations; to each 64, prompts are read a fifth faster. Where
    fewer weights share a scale, it would not round at all, and be slow.
    """
    groups: set[int] = set().union(*(folder.weight_groups for folder in folders))
    integer = all(folder.weight_groups for folder in folders)
    if device != "CPU" or kv_precision == "bf16" or not integer:
        return {}
    properties = {"INFERENCE_PRECISION_HINT": "f32"}
    if all(group % _ACTIVATION_GROUP == 0 for group in groups):
        properties["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = str(_ACTIVATION_GROUP)
    return properties


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
