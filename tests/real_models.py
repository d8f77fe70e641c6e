"""What `make real-models` made, for the tests that are marked `real_model`."""

from pathlib import Path

import pytest

from tools.real_models import cache_folder


def real_model(name: str) -> Path:
    """The folder of a product of `tools/real_models/products.py`; skips the test where it is not there."""
    folder = cache_folder() / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not there: run `make real-models`")
    return folder
