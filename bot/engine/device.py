"""OpenVINO's devices: which there are, which properties suit a model on one, and what its errors mean."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.engine.model_folder import ModelFolder
from bot.errors import DeviceError, EngineError, ModelError, OvbotError, SettingsError
from bot.hints import quoted

# Devices that choose among, or spread over, those that follow the colon.
VIRTUAL = ("AUTO", "MULTI", "HETERO", "BATCH")

_ACTIVATION_GROUP = 64


def check_device(device: str) -> None:
    """Check that a device is there: `CPU`, `GPU`, `GPU.0`, `NPU`, `AUTO`, `AUTO:GPU,CPU`, `HETERO:GPU,CPU`.

    Raises: DeviceError with one line that names the devices there are; EngineError where OpenVINO itself
    cannot be imported.
    """
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise EngineError(
            f"OpenVINO cannot be imported: {reason(error)}. Install it again: "
            f"{quoted(sys.executable)} -m pip install --force-reinstall openvino openvino-genai"
        ) from None
    available: list[str] = openvino.Core().available_devices
    family, _, rest = device.partition(":")
    if family in VIRTUAL:
        # "-CPU" leaves a device out; "CPU(4)" gives it a number of requests.
        named = [re.sub(r"\(\d+\)$", "", name) for name in rest.split(",") if name]
        wanted = [name for name in named if not name.startswith("-")]
        if not named and family != "AUTO":
            raise DeviceError(f"DEVICE={device} names no device to use: write {family}:GPU,CPU for example.")
    else:
        wanted = [device]
    missing = [name for name in wanted if not _is_there(name, available)]
    if missing:
        raise DeviceError(
            f"DEVICE={device} is not there: OpenVINO finds {', '.join(available) or 'no device'} here. "
            "Choose one of these or AUTO, or install the driver of the missing device."
        )


def _is_there(name: str, available: list[str]) -> bool:
    """A lone GPU is listed as "GPU", one of several as "GPU.0"; "GPU" then means the first."""
    if name in available or any(there.startswith(f"{name}.") for there in available):
        return True
    return name.endswith(".0") and name != "CPU.0" and name.removesuffix(".0") in available


def check_properties(device: str, properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Check OpenVINO properties by compiling a model of one node with them.

    Returns: the devices that run it, such as ("GPU.0",) for AUTO.

    Raises: SettingsError with OpenVINO's own words on the property that it refuses.
    """
    import openvino
    from openvino import opset13

    value = opset13.parameter([1], openvino.Type.f32)
    probe = openvino.Model([value], [value], "probe")
    try:
        compiled = openvino.Core().compile_model(probe, device, dict(properties))
        return tuple(compiled.get_property("EXECUTION_DEVICES"))
    except RuntimeError as error:
        raise SettingsError(
            f"OV_CONFIG={json.dumps(dict(properties))} is not allowed on {device}: {reason(error)}. "
            "Change or remove that property."
        ) from None


def default_properties(device: str, kv_precision: str, *folders: ModelFolder) -> dict[str, str]:
    """The OpenVINO properties that models with integer weights run best with on `device`; those that a
    person sets override them. Figures are in bench/RESULTS.md.

    A CPU with bfloat16 (AMX, AVX-512 BF16) computes in it by default, and unpacks weights of 4 or 8 bits
    again for each token. In float32 it multiplies them as they are with activations rounded to 8 bits, as
    CPUs without bfloat16 do: one reply is generated 1.6 times as fast and several twice as fast, while
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


def cache_property(cache_dir: str) -> dict[str, str]:
    """The OpenVINO property for a folder of compiled models, which is created; "" for none.

    Raises: SettingsError where the folder cannot be created.
    """
    if cache_dir:
        try:
            Path(cache_dir).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"CACHE_DIR={cache_dir!r} cannot be created ({error.strerror}): "
                "name another folder, or leave it empty for none."
            ) from None
    return {"CACHE_DIR": cache_dir}


def loading_error(folder: Path, device: str, error: Exception, *others: Path) -> OvbotError:
    """One line on a model that could not be loaded: a ModelError where its files are at fault.

    others: folders of models that were loaded with it.
    """
    for model in (folder, *others):
        if flaw := _flaw(model):
            return ModelError(
                f"The model in {model} is damaged: {flaw}. Export or pull it again, with --force."
            )
    return EngineError(
        f"The model in {folder} cannot be loaded on {device}: {reason(error)}. {another_choice(device)}"
    )


def another_choice(device: str) -> str:
    """What to do where a model does not work on a device."""
    return "Choose another model." if device == "CPU" else "Choose another model, or DEVICE=CPU."


def _flaw(folder: Path) -> str | None:
    """What OpenVINO finds wrong with a model's files, which it maps but does not read whole."""
    import openvino
    import openvino_genai

    try:
        for file in sorted(folder.glob("openvino*model.xml")):
            openvino.Core().read_model(file)
    except RuntimeError as error:
        return reason(error)
    try:
        if (folder / "generation_config.json").exists():
            openvino_genai.GenerationConfig(folder / "generation_config.json")
    except RuntimeError as error:
        return f"generation_config.json: {reason(error)}"
    try:
        if (folder / "openvino_tokenizer.xml").exists():
            openvino_genai.Tokenizer(folder)
    except RuntimeError as error:
        return f"its tokenizer: {reason(error)}"
    return None


def reason(error: Exception) -> str:
    """The line of an exception that says most, without its full stop."""
    return telling_line(str(error)) or type(error).__name__


def telling_line(message: str) -> str:
    """The line of an exception's message that says most. OpenVINO's come after where they were raised."""
    lines = [line.strip() for line in message.splitlines()]
    telling = [
        line for line in lines if line.strip(" ;") and not line.startswith(("Exception from", "Check '"))
    ]
    if not telling:
        return ""
    return (telling[-1] if lines[0] != telling[0] else telling[0]).rstrip(".")
