"""A GGUF file's weights as an OpenVINO model, made in a process of its own: native code may crash there."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.engine.genai.process import ProcessExit
from bot.errors import ModelError
from bot.model.build_folder import MODEL_FILE, BuildFolder
from bot.model.gguf_file import EXPORT, GgufFile
from bot.model.progress_events import Progress, Report

_WEIGHTS_FILE = "openvino_model.bin"
_EXIT_SECONDS = 10.0


def convert(file: GgufFile, build: BuildFolder, report: Report) -> None:
    """Write openvino_model.xml and openvino_model.bin into `build.result`.

    Raises: ModelError; whatever ends it, the process is gone afterwards.
    """
    printed = build.scratch / "printed.txt"
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_main, args=(file, build, theirs, printed), name="ovbot-gguf", daemon=True
    )
    with _ended(process):
        with _signals_blocked():
            process.start()
        theirs.close()
        with suppress(EOFError):
            while True:
                message = ours.recv()
                if isinstance(message, ModelError):
                    raise ModelError(f"{file.path} cannot be converted: {message}. {EXPORT}")
                report(message)
        process.join(_EXIT_SECONDS)
    if process.exitcode:
        said = printed.read_text(encoding="utf-8", errors="replace").strip() if printed.exists() else ""
        raise ModelError(_explain_death(file, ProcessExit(process.exitcode, printed=said)))


def _explain_death(file: GgufFile, end: ProcessExit) -> str:
    if end.code in (-9, 137):
        return (
            f"The conversion of {file.path} was killed, most likely for lack of memory: close other "
            "programs, or take a smaller file."
        )
    return f"The conversion of {file.path} failed: {end.details}. {EXPORT}"


@contextmanager
def _ended(process: BaseProcess) -> Iterator[None]:
    """See to it that a process has ended when the block ends."""
    try:
        yield
    finally:
        if process.pid is not None:
            process.kill()
            process.join()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Let what is started within never see Ctrl-C, which a terminal sends to all; it is stopped from here."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _main(file: GgufFile, build: BuildFolder, events: Connection, printed: Path) -> None:
    """The process: sends its progress, at last a ModelError where it fails."""
    handle = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    try:
        _convert(file, build, events)
    except ModelError as error:
        events.send(error)


def _convert(file: GgufFile, build: BuildFolder, events: Connection) -> None:
    events.send(Progress("Converting to OpenVINO"))
    # Seconds, which the check of the file comes before.
    import openvino as ov

    from bot.engine.genai.gguf import write_openvino_model
    from bot.model.gguf_weights import put_back

    # It writes beside the file that it is given.
    linked = build.scratch / "model.gguf"
    _link(file.path, linked)
    write_openvino_model(linked)
    try:
        model = ov.Core().read_model(build.scratch / MODEL_FILE)
        events.send(Progress("Checking the weights"))
        changed = put_back(model, file)
        events.send(Progress("Writing the model"))
        if changed:
            ov.save_model(model, build.result / MODEL_FILE, compress_to_fp16=False)
    except RuntimeError as error:
        from bot.engine.device import reason

        raise ModelError(reason(error)) from None
    if not changed:
        for name in (MODEL_FILE, _WEIGHTS_FILE):
            (build.scratch / name).rename(build.result / name)


def _link(source: Path, target: Path) -> None:
    """Make a file appear at another place: by a link where the system allows it, else as a copy."""
    target.unlink(missing_ok=True)
    for attempt in (os.symlink, os.link, shutil.copyfile):
        with suppress(OSError):
            attempt(source.absolute(), target)
            return
    shutil.copyfile(source, target)
