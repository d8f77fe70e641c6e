"""Writes bot/model/export_types.toml: which versions of optimum-intel and transformers export which type.

python -m tools.export_types

Each release of optimum-intel declares, for each type of model, the versions of transformers that it can
export it with. Every type goes to the first pair below that is within its range. The versions of all other
packages in a pair's environment are those that pip chooses on the day, but for the ones in `PINS`.

It takes the releases from the package index and reads them beside the installed packages, so it needs the
extra `optimum`; some minutes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "bot" / "model" / "export_types.toml"

# The first pair is the bot's own. The others in the order in which they are preferred.
PAIRS = (
    ("2.1.0", "5.5.4"),
    ("2.1.0", "5.2.0"),
    ("2.1.0", "5.0.0"),
    ("2.1.0", "4.57.6"),
    ("2.1.0", "4.53.3"),
    ("2.1.0", "4.51.3"),
    ("2.2.0", "5.5.4"),
    ("2.2.0", "4.57.6"),
)
RELEASES = tuple(dict.fromkeys(release for release, _ in PAIRS))
# optimum-intel 2.2.0 asks for it, and exports text and pictures without. Its usual builds are for CUDA.
LEFT_OUT = ("torchvision",)
PINS = ("openvino", "openvino-tokenizers", "nncf", "torch")
# What checkpoints ask for beyond optimum-intel's requirements: tokenizers of transformers 4, pictures, and
# what many models' own code imports.
ALSO = ("sentencepiece", "protobuf", "tiktoken", "pillow", "einops")

TEXT, VISION = "text-generation-with-past", "image-text-to-text"


@dataclass(frozen=True, slots=True)
class Declared:
    """What optimum-intel declares for a type: the task to export it for, the lowest and the highest version
    of transformers; None for no limit."""

    task: str
    lowest: str | None
    highest: str | None

    def allows(self, transformers: str) -> bool:
        """Whether a version of transformers is in the range."""
        version = Version(transformers)
        lowest, highest = self.lowest, self.highest
        return (not lowest or Version(lowest) <= version) and (not highest or version <= Version(highest))


def declared() -> dict[str, Declared]:
    """The types for text, or text and images, of the optimum-intel that can be imported."""
    import optimum.exporters.openvino.model_configs  # noqa: F401 - registers the types
    from optimum.exporters.openvino.utils import MULTI_MODAL_TEXT_GENERATION_MODELS
    from optimum.exporters.tasks import TasksManager

    found = {}
    for name, exporters in TasksManager._LIBRARY_TO_SUPPORTED_MODEL_TYPES["transformers"].items():
        tasks = exporters.get("openvino", {})
        preferred = (VISION, TEXT) if name in MULTI_MODAL_TEXT_GENERATION_MODELS else (TEXT,)
        for task in preferred:
            if task in tasks:
                config = getattr(tasks[task], "func", tasks[task])
                limits = (config.MIN_TRANSFORMERS_VERSION, getattr(config, "MAX_TRANSFORMERS_VERSION", None))
                found[name] = Declared(task, *(str(limit) if limit else None for limit in limits))
                break
    return found


def main() -> None:
    if sys.argv[1:] == ["--declared"]:
        print(json.dumps({name: [d.task, d.lowest, d.highest] for name, d in declared().items()}))
        return
    with tempfile.TemporaryDirectory() as scratch:
        releases = {release: _declared_by(release, Path(scratch)) for release in RELEASES}
        pins = {pair: _pins(pair, Path(scratch)) for pair in PAIRS}
    TABLE.write_text(_table(releases, pins), encoding="utf-8")


def _declared_by(release: str, scratch: Path) -> dict[str, Declared]:
    folder = scratch / release
    pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--dest", str(folder)]
    subprocess.run([*pip, f"optimum-intel=={release}"], check=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    path = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tools.export_types", "--declared"],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
    )
    return {name: Declared(*values) for name, values in json.loads(done.stdout).items()}


def _pins(pair: tuple[str, str], scratch: Path) -> dict[str, str]:
    """The version of every package that pip would install for a pair."""
    from importlib.metadata import version

    report = scratch / "report.json"
    optimum, transformers = pair
    wanted = [f"optimum-intel=={optimum}", f"transformers=={transformers}", *ALSO]
    wanted += [f"{name}=={Version(version(name)).public}" for name in PINS]
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--dry-run", "--ignore-installed"]
    subprocess.run([*pip, "--report", str(report), *wanted], check=True)
    packages = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    pins = {canonicalize_name(item["name"]): Version(item["version"]).public for item in packages}
    return {name: pin for name, pin in pins.items() if name not in LEFT_OUT}


def _table(releases: dict[str, dict[str, Declared]], pins: dict[tuple[str, str], dict[str, str]]) -> str:
    common = dict(set.intersection(*(set(versions.items()) for versions in pins.values())))
    text = "# Written by `python -m tools.export_types`.\n\n# The same in each environment.\n[pins]\n"
    text += _assignments(common)
    left = {name for release in releases.values() for name in release}
    for pair in PAIRS:
        optimum, transformers = pair
        types = {name: d for name, d in releases[optimum].items() if name in left and d.allows(transformers)}
        left -= types.keys()
        text += "\n[[environments]]\n"
        text += _array("text", [name for name, d in types.items() if d.task == TEXT])
        text += _array("vision", [name for name, d in types.items() if d.task == VISION])
        text += "[environments.pins]\n"
        text += _assignments({name: at for name, at in pins[pair].items() if name not in common})
    text += (
        "\n# What a release of optimum-intel asks for, for the types that no pair above exports.\n[refused]\n"
    )
    for name in sorted(left):
        release = next(release for release in RELEASES if name in releases[release])
        text += f'"{name}" = "{_refusal(release, releases[release][name])}"\n'
    return text


def _refusal(release: str, found: Declared) -> str:
    at_least = f" from {found.lowest}" if found.lowest else ""
    at_most = f" up to {re.sub(r'[.]99$', '.*', found.highest)}" if found.highest else ""
    return f"optimum-intel {release} with transformers{at_least}{at_most}"


def _assignments(pins: dict[str, str]) -> str:
    return "".join(f'{name} = "{version}"\n' for name, version in sorted(pins.items()))


def _array(name: str, items: list[str]) -> str:
    return f"{name} = [\n" + "".join(f'    "{item}",\n' for item in sorted(items)) + "]\n"


if __name__ == "__main__":
    main()
