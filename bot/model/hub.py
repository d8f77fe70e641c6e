"""The Hugging Face Hub: what a model's repository holds, and downloads that go on where they stopped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from huggingface_hub import (
    HfApi,
    constants,
    hf_hub_download,
    hf_hub_url,
    snapshot_download,
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
    XetDownloadError,
)
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers

from bot.errors import ModelError
from bot.model.disk import check_space
from bot.model.progress_events import Progress, Report

CHUNK = 1 << 20
EXAMPLE_ID = "microsoft/Phi-3-mini-4k-instruct"
MOVE_CACHE = "set HF_HOME to a folder on another disk"


class OfflineError(ModelError):
    """The Hub cannot be reached."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. sha256: of its content in hex; None for small files kept in git itself."""

    name: str
    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Repository:
    """A model on the Hub at one commit."""

    model_id: str
    commit: str
    files: tuple[RemoteFile, ...]

    def only(self, wanted: Callable[[str], bool]) -> tuple[RemoteFile, ...]:
        """The files whose names are `wanted`."""
        return tuple(file for file in self.files if wanted(file.name))


def size_of(files: Sequence[RemoteFile]) -> int:
    """Bytes of several files."""
    return sum(file.size for file in files)


def look_up(model_id: str, revision: str | None = None) -> Repository:
    """What the Hub has by that id, at a commit or branch; by default the newest. Raises ModelError."""
    if re.fullmatch(r"[\w.-]+", model_id):
        raise ModelError(
            f"{model_id} is no model id, since it names no owner: one is OWNER/NAME, such as {EXAMPLE_ID}. "
            f"Find the owner on {constants.ENDPOINT}/models?search={model_id}"
        )
    with _translated(model_id):
        info = HfApi().model_info(model_id, revision=revision, files_metadata=True)
    files = tuple(
        RemoteFile(entry.rfilename, entry.size or 0, entry.lfs.sha256 if entry.lfs else None)
        for entry in info.siblings or ()
    )
    return Repository(model_id, str(info.sha), files)


def fetch_to_cache(repository: Repository, files: Sequence[RemoteFile], report: Report) -> Path:
    """Download files, none of them in a subfolder, into the cache that all Hugging Face libraries share.

    Returns: the folder that they lie in.

    Raises: ModelError.
    """
    meter = _Meter(f"Downloading {repository.model_id}", size_of(files), report)
    paths = []
    for file in files:
        before = meter.done
        try:
            with _translated(repository.model_id):
                path = hf_hub_download(repository.model_id, file.name, tqdm_class=meter.bar_class())
        except OSError as error:
            raise ModelError(
                f"{constants.HF_HUB_CACHE} cannot be written ({error.strerror or error}): make room or check "
                f"its permissions, or {MOVE_CACHE}."
            ) from None
        paths.append(path)
        meter.set(before + file.size)
    return Path(paths[0]).parent


def cached(model_id: str) -> Path | None:
    """The folder of the model in the shared cache, if some of it is there."""
    try:
        return Path(snapshot_download(model_id, local_files_only=True))
    except LocalEntryNotFoundError:
        return None


def check_cache_space(files: Sequence[RemoteFile], repository: Repository) -> None:
    """Raises ModelError where the disk of the shared cache has no room for what it lacks of `files`."""
    lacking = [
        file
        for file in files
        if not isinstance(
            try_to_load_from_cache(repository.model_id, file.name, revision=repository.commit), str
        )
    ]
    check_space(Path(constants.HF_HUB_CACHE, "models"), size_of(lacking), MOVE_CACHE)


def fetch(
    repository: Repository, files: Sequence[RemoteFile], folder: Path, scratch: Path, report: Report
) -> None:
    """Download files into `folder`. Whole ones that are there stay; parts in `scratch` are continued.

    Raises: ModelError, OSError.
    """
    meter = _Meter(f"Downloading {repository.model_id}", size_of(files), report)
    for file in files:
        before = meter.done
        if not (folder / file.name).is_file():
            unfinished = scratch / f"{file.name}.part"
            _fetch_file(repository, file, unfinished, meter)
            _verify(repository, file, unfinished)
            unfinished.replace(folder / file.name)
        meter.set(before + file.size)


def _fetch_file(repository: Repository, file: RemoteFile, unfinished: Path, meter: _Meter) -> None:
    url = hf_hub_url(repository.model_id, file.name, revision=repository.commit)
    # Sizes and ranges are those of the file, not of a compressed transfer.
    headers = build_hf_headers() | {"Accept-Encoding": "identity"}
    with unfinished.open("ab") as sink:
        have = sink.tell()
        if have < file.size:
            # hf_hub_download starts each file again in every process: gigabytes, on a bad line.
            with _translated(repository.model_id):
                http_get(url, sink, resume_size=have, headers=headers, tqdm_class=meter.bar_class())


def _verify(repository: Repository, file: RemoteFile, arrived: Path) -> None:
    if arrived.stat().st_size != file.size or (file.sha256 and _sha256(arrived) != file.sha256):
        arrived.unlink()
        raise ModelError(f"{file.name} of {repository.model_id} arrived damaged: run the command again.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Meter:
    """Adds up the bytes of several files and reports each MiB, and the end."""

    def __init__(self, what: str, total: int, report: Report) -> None:
        self.done = 0
        self._what, self._total, self._report = what, total, report
        self._reported = 0
        report(Progress(what, 0, total, "B"))

    def set(self, done: int) -> None:
        self.done = done
        if abs(done - self._reported) >= CHUNK or done == self._total:
            self._reported = done
            self._report(Progress(self._what, done, self._total, "B"))

    def bar_class(self) -> Any:
        """What huggingface_hub takes for a tqdm class: one bar for each file, which counts here."""
        meter = self

        class Bar:
            def __init__(self, *_: object, initial: int = 0, **__: object) -> None:
                meter.set(meter.done + initial)

            def __enter__(self) -> Bar:
                return self

            def __exit__(self, *_: object) -> None:
                pass

            def update(self, count: float | None = 1) -> None:
                meter.set(meter.done + int(count or 0))

        return Bar


@contextmanager
def _translated(model_id: str) -> Iterator[None]:
    """Turn what huggingface_hub and its HTTP client raise into one line."""
    hub = constants.ENDPOINT
    try:
        yield
    except HFValidationError:
        raise ModelError(
            f"{model_id} is no model id, and no folder on this machine: an id is OWNER/NAME, such as "
            f"{EXAMPLE_ID}."
        ) from None
    except GatedRepoError:
        raise ModelError(
            f"{model_id} is only for people who asked for access: do so on {hub}/{model_id}, "
            "then set HF_TOKEN to a token of your account."
        ) from None
    except RevisionNotFoundError:
        raise ModelError(
            f"{model_id} has no such revision on {hub}: --revision main takes the newest one."
        ) from None
    except RepositoryNotFoundError:
        raise ModelError(
            f"There is no model {model_id} on {hub}. "
            "If it is a private one, set HF_TOKEN to a token of its owner."
        ) from None
    except OfflineModeIsEnabled:
        raise OfflineError(f"{model_id} must be downloaded, but HF_HUB_OFFLINE is set: unset it.") from None
    except (httpx.TransportError, LocalEntryNotFoundError, XetDownloadError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise OfflineError(
            f"{hub} cannot be reached ({reason}): check the network and run the command again. "
            "A download goes on where it stopped."
        ) from None
    except HfHubHTTPError as error:
        status = error.response.status_code
        advice = "HF_TOKEN is not a valid token, set another" if status == 401 else "try again later"
        raise ModelError(f"{hub} answered {status} for {model_id}: {advice}.") from None
