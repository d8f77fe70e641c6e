"""The machine that a benchmark runs on."""

from __future__ import annotations

import platform
import threading
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from bot.benchmark.report import Machine

_PACKAGES = ("openvino", "openvino-genai", "optimum-intel", "transformers", "torch")
_ARRAY_BYTES = 128 * 2**20  # each; larger than any cache
_ROUNDS = 5


def describe_machine() -> Machine:
    """This machine. Measuring its memory takes a few seconds."""
    return Machine(
        cpu=_cpu_name(),
        cores=_cores(),
        memory_bytes=psutil.virtual_memory().total,
        bandwidth=memory_bandwidth(),
        system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        versions={name: found for name in _PACKAGES if (found := _version(name))},
    )


def memory_bandwidth() -> float:
    """Bytes a second that all cores together read from memory: the best of a few rounds.

    numpy's maximum does next to nothing but read, and releases the interpreter lock.
    """
    arrays = [np.ones(_ARRAY_BYTES // 8, dtype=np.uint64) for _ in range(_cores())]
    return max(_read_all(arrays) for _ in range(_ROUNDS))


def resident_bytes() -> int:
    """Resident memory of this process and its children, in bytes."""
    total = 0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _read_all(arrays: list[npt.NDArray[np.uint64]]) -> float:
    start = threading.Barrier(len(arrays) + 1)

    def read(array: npt.NDArray[np.uint64]) -> None:
        start.wait()
        array.max()

    threads = [threading.Thread(target=read, args=(array,)) for array in arrays]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(array.nbytes for array in arrays) / (time.perf_counter() - began)


def _cores() -> int:
    return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
