"""Which OpenVINO devices there are, and whether one takes the properties that are set for it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import DeviceError, SettingsError

# Devices that choose among, or spread over, those that follow the colon.
VIRTUAL = ("AUTO", "MULTI", "HETERO", "BATCH")


def check_device(device: str) -> None:
    """Check that a device is there: `CPU`, `GPU`, `GPU.0`, `NPU`, `AUTO`, `AUTO:GPU,CPU`, `HETERO:GPU,CPU`.

    Raises: DeviceError with one line that names the devices there are.
    """
    import openvino

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
            "Choose one of these, or AUTO, or install the driver of the missing one."
        )


def _is_there(name: str, available: list[str]) -> bool:
    """A lone GPU is listed as "GPU", one of several as "GPU.0"; "GPU" then means the first."""
    if name in available or any(there.startswith(f"{name}.") for there in available):
        return True
    return name.endswith(".0") and name != "CPU.0" and name.removesuffix(".0") in available


def check_properties(device: str, properties: Mapping[str, Any]) -> None:
    """Check OpenVINO properties by compiling a model of one node with them.

    Raises: SettingsError with OpenVINO's own words on the property that it refuses.
    """
    import openvino
    from openvino import opset13

    value = opset13.parameter([1], openvino.Type.f32)
    try:
        openvino.Core().compile_model(openvino.Model([value], [value], "probe"), device, dict(properties))
    except RuntimeError as error:
        raise SettingsError(
            f"OV_CONFIG={json.dumps(dict(properties))} is not allowed on {device}: {reason(error)}"
        ) from None


def prepare_cache(cache_dir: str) -> dict[str, str]:
    """The OpenVINO property for a folder of compiled models, which is made; "" for none.

    Raises: SettingsError where the folder cannot be made.
    """
    if cache_dir:
        try:
            Path(cache_dir).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"CACHE_DIR={cache_dir!r} cannot be made ({error.strerror}): "
                "name a folder that can, or leave it empty for none."
            ) from None
    return {"CACHE_DIR": cache_dir}


def reason(error: Exception) -> str:
    """The line of an exception that says most. OpenVINO's come last, after where they were raised."""
    lines = [line.strip() for line in str(error).splitlines()]
    telling = [
        line for line in lines if line.strip(" ;") and not line.startswith(("Exception from", "Check '"))
    ]
    if not telling:
        return type(error).__name__
    return telling[-1] if lines[0] != telling[0] else telling[0]
