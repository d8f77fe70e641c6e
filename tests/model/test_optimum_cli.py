"""What optimum's command line prints: bars, and how it fails."""

from __future__ import annotations

from collections import deque
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.hints import install_command
from bot.model.export import PACKAGES, ExportOptions, default_folder, require
from bot.model.optimum_cli import BAR, failure

# Printed by optimum-intel 2.1.0 with nncf 3.4.0.
FAILED = """\
Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "nncf/quantization/algorithms/weight_compression/algorithm.py", line 679, in validate_group_size
    raise nncf.InvalidGroupSizeError(msg)
nncf.errors.InvalidGroupSizeError: Failed to apply group-wise quantization with group size value 128.
Ensure that the group size is divisible by the channel size, or consider setting … Failed nodes:
\t"__module.model.layers.0.mlp.gate_up_proj/aten::linear/MatMul" (channel size: 64)"""


def test_the_defaults_are_the_documented_command() -> None:
    documented = (
        "export openvino --model microsoft/Phi-3-mini-4k-instruct --task text-generation-with-past"
        " --weight-format int4 --group-size 128 --ratio 0.6 --sym --trust-remote-code"
        f" {Path('model', 'phi3-instruct', 'int4')}"
    )
    options = ExportOptions(trust_remote_code=True)
    assert options.arguments(default_folder(options)) == documented.split()
    assert "--trust-remote-code" not in ExportOptions().arguments(Path("x"))


def test_flags_for_four_bits_are_given_to_formats_of_four_bits_only() -> None:
    assert "--ratio" not in ExportOptions(weight_format="int8").arguments(Path("x"))
    assert "--sym" not in ExportOptions(sym=False).arguments(Path("x"))


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("Qwen/Qwen2.5-0.5B-Instruct", Path("model", "Qwen2.5-0.5B-Instruct", "int4")),
        ("./checkpoints/mine", Path("model", "mine", "int4")),
        (r"C:\models\mine", Path("model", "mine", "int4")),
    ],
)
def test_a_model_goes_to_a_folder_of_its_name(model: str, folder: Path) -> None:
    assert default_folder(ExportOptions(model=model)) == folder


@pytest.mark.parametrize(
    ("line", "what", "percent"),
    [
        ("Loading weights:  43%|████      | 6/14 [00:00<00:00, 18224.78it/s]", "Loading weights", 43),
        (
            "Mixed-Precision assignment ━━━━━━━━ 100% 8/8 • 0:00:00 • 0:00:00",
            "Mixed-Precision assignment",
            100,
        ),
        ("Applying Weight Compression ━━━╸━━━ 7% • 0:00:01 • 0:00:09", "Applying Weight Compression", 7),
    ],
)
def test_bars_are_understood(line: str, what: str, percent: int) -> None:
    bar = BAR.match(line)
    assert bar is not None
    assert (bar["what"].strip(), int(bar["percent"])) == (what, percent)


@pytest.mark.parametrize(
    "line",
    [
        "│ int8_asym, per-channel │ 20% (1 / 8) │ 0% (0 / 7) │",
        "`torch_dtype` is deprecated! Use `dtype` instead!",
        "  is_causal = query.shape[2] > 1 and attention_mask is None and is_causal",
    ],
)
def test_other_lines_are_no_bars(line: str) -> None:
    assert BAR.match(line) is None


def test_a_failure_is_what_was_raised_with_advice() -> None:
    line = failure(deque(FAILED.splitlines()), 1)
    assert "Failed to apply group-wise quantization with group size value 128. Try --group-size 64" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ("OSError: [Errno 28] No space left on device: 'x'", 1, "The disk is full"),
        ("ValueError: … set the option `trust_remote_code=True` to remove", 1, "--trust-remote-code runs it"),
        ("optimum-cli: error: unrecognized arguments: --x\n\n", 2, "unrecognized arguments: --x. --verbose"),
        ("", 3, "exit code 3"),
        ("Converting", -9, "lack of memory"),
        ("Converting", -11, "optimum crashed (SIGSEGV)"),
    ],
)
def test_known_failures_come_with_what_to_do(said: str, code: int, expected: str) -> None:
    assert expected in failure(deque(said.splitlines()), code)


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(ModelError, match=r"^The export needs no-such-package\. ") as caught:
        require("pytest", "no-such-package")
    assert str(caught.value).endswith(f": {install_command('optimum')}")
    require(*PACKAGES)
    assert all(version(package) for package in PACKAGES)
