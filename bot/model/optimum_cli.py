"""`optimum-cli` in a process of its own: its progress, and what it says when it fails."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from bot.errors import ModelError
from bot.model.child_process import ChildProcess
from bot.model.progress_events import Progress, Report

# tqdm's "Loading weights:  43%|████", and rich's "Applying Weight Compression ━━━━╸ 43% 10/24 • 0:00:02".
BAR = re.compile(r"(?P<what>[A-Za-z][^|%:━╸╺]*?)[:\s━╸╺]*\s(?P<percent>\d{1,3})%")
RAISED = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception)(?::|$)")
KEPT_LINES = 400
# What goes on for a while without a bar, by the bar that ends before it.
NEXT = {
    "Loading weights": "Converting to OpenVINO",
    "Applying Weight Compression": "Writing the model",
}

ADVICE = (
    ("no space left on device", "The disk is full: make room, or name a folder elsewhere by --output."),
    (
        "trust_remote_code",
        "The model needs code of its own. --trust-remote-code runs it on this machine: read it first.",
    ),
    ("group size", "Try --group-size 64, or -1 for one scale a channel."),
)


def run_optimum(
    arguments: list[str], scratch: Path, report: Report, *, python: Path | None = None, verbose: bool = False
) -> None:
    """Run optimum's command line to its end; Ctrl-C ends it too.

    scratch: where it keeps the uncompressed model meanwhile, several GB. python: that of another environment
    which has optimum. verbose: pass its lines on to standard error.

    Raises: ModelError with the last thing it said that means something.
    """
    command = [str(python or sys.executable), "-m", "optimum.commands.optimum_cli", *arguments]
    environment = _environment(scratch, inherited=os.environ if python is None else environment_of_its_own())
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    last = None
    with ChildProcess(command, environment) as process:
        report(Progress("Starting optimum"))
        for line in process.lines():
            if bar := BAR.match(line):
                now = Progress(bar["what"].strip(), int(bar["percent"]), 100)
                if now != last:
                    report(now)
                    if now.done == now.total and now.what in NEXT:
                        report(Progress(NEXT[now.what]))
                last = now
                continue
            lines.append(line)
            if verbose:
                print(line, file=sys.stderr)
        code = process.wait()
    if code:
        raise ModelError(failure(lines, code))


def failure(lines: deque[str], code: int) -> str:
    """One line about a run that ended with exit code `code` after saying `lines`."""
    if code in (-9, 137):
        return (
            "The export was killed, most likely for lack of memory: close other programs, "
            "or take a model that is exported already by `ovbot model pull`."
        )
    if code < 0:
        return f"optimum crashed ({signal.Signals(-code).name}) before the model was exported: try it again."
    said = [line.strip() for line in lines if line.strip()] or [f"exit code {code}"]
    raised = max((n for n, line in enumerate(said) if RAISED.match(line)), default=len(said) - 1)
    end = " ".join(said[raised:]).lower()
    advice = next((advice for sign, advice in ADVICE if sign in end), "--verbose shows all that it says.")
    return f"optimum could not export the model: {said[raised].rstrip('.')}. {advice}"


def environment_of_its_own() -> dict[str, str]:
    """The variables for the Python of another environment: without what would let it import from this one."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }


def _environment(scratch: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    changes = {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}
    # Bars are drawn for terminals only, unless told that the pipe is one.
    changes |= {"TTY_COMPATIBLE": "1", "TTY_INTERACTIVE": "1", "COLUMNS": "100", "NO_COLOR": "1"}
    changes |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    # Nothing about the use of this program leaves the machine.
    changes |= {"NNCF_CI": "1", "CI": "true", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return {**inherited, **changes}
