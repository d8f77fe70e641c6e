"""openvino-genai's own conversion of GGUF files."""

from __future__ import annotations

from pathlib import Path

import openvino_genai as genai

from bot.engine.device import reason
from bot.engine.genai.pipeline import NATIVE_ERRORS
from bot.errors import ModelError

_NO_DEVICE = "NO_DEVICE"


def write_openvino_model(file: Path) -> None:
    """Convert a GGUF file; openvino_model.xml and openvino_model.bin appear beside it.

    Raises: ModelError with the reason alone where it cannot be converted.
    """
    try:
        # A pipeline converts, writes and then loads. A device that is not there ends it before it takes the
        # weights into memory a second time.
        genai.ContinuousBatchingPipeline(
            str(file), genai.SchedulerConfig(), _NO_DEVICE, {"enable_save_ov_model": True}
        )
    except NATIVE_ERRORS as error:
        if _NO_DEVICE not in str(error):
            raise ModelError(reason(error)) from None
