"""The catalogue: models that people may want, what each needs, and which of them fit a machine."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, PositiveInt, TypeAdapter, ValidationError

from bot.engine.genai.kv_pool import GIB, Memory, shape_token_bytes
from bot.errors import ModelError
from bot.hints import quoted

CATALOGUE_FILE = Path(__file__).with_suffix(".toml")
MB = 1_000_000
# What a conversation of usual length takes; the context of some models is a hundred times as long.
KV_TOKENS = 8192

# Beside the weights and the KV cache: activations, OpenVINO itself.
_CHAT_OVERHEAD = GIB // 2
_HELPER_OVERHEAD = GIB // 10
# The operating system, the bot and its local tools need some of a machine's memory.
_SYSTEM = GIB

Kind = Literal["text", "vision", "speech", "embedding", "reranker"]
Ability = Literal["tools", "vision", "reasoning"]
# The kinds that the bot can answer with.
CHAT_KINDS: tuple[Kind, ...] = ("text", "vision")

_Text = Annotated[str, Field(min_length=1)]
_HubId = Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
_Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


@dataclass(frozen=True, slots=True)
class KvShape:
    """What a model keeps of each token: in how many layers, for how many heads of which size (elements)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    layers: PositiveInt
    heads: PositiveInt
    head_size: PositiveInt


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model of the catalogue; `catalogue.toml` tells what each field means."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: _Text
    kind: Kind
    purpose: _Text
    source_id: _HubId
    size_mb: PositiveInt
    abilities: tuple[Ability, ...]
    languages: _Text
    licence: _Text
    verified: bool
    hub_id: _HubId | None = None
    revision: _Commit | None = None
    context: PositiveInt | None = None
    kv: KvShape | None = None
    npu: bool = False
    default: bool = False
    note: str = ""

    @property
    def size(self) -> int:
        """What the download takes, in bytes."""
        return self.size_mb * MB

    def need(self, weight_bytes: int | None = None) -> MemoryNeed:
        """The memory that it needs. weight_bytes: of its weights where known, else `size`."""
        return memory_need(weight_bytes or self.size, self.kind, self.kv, self.context)

    def export_command(self) -> str:
        """The command that converts the original model."""
        if self.kind == "text":
            return f"ovbot model export {self.source_id}"
        task = {
            "vision": "image-text-to-text",
            "speech": "automatic-speech-recognition-with-past",
            "embedding": "feature-extraction",
            "reranker": "text-classification",
        }[self.kind]
        weights = "int4" if self.kind == "vision" else "int8"
        return (
            f"optimum-cli export openvino --model {self.source_id} --task {task} "
            f"--weight-format {weights} {quoted(Path('model', self.name))}"
        )


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes of memory that a model needs, both estimated: while it loads, and then while it runs."""

    load: int
    run: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What a model would run on. disk_free: bytes free where models are kept."""

    memory: Memory
    disk_free: int


class Fit(Enum):
    """Whether a model fits a machine."""

    FITS = "yes"
    TIGHT = "tight"
    NO_DISK = "no: disk"
    NO_MEMORY = "no: memory"


def memory_need(
    weight_bytes: int, kind: Kind, kv: KvShape | None = None, context: int | None = None
) -> MemoryNeed:
    """Estimate the memory for a model.

    While it runs: the weights, the keys and values of 8,192 tokens (or the whole context if that is
    shorter) in 8 bits, and 0.5 GiB; 0.1 GiB for a model of another kind than text and vision. While it
    loads: up to twice the weights, since the file may be mapped beside the copy that the device reads.
    """
    overhead, cache = _HELPER_OVERHEAD, 0
    if kind in CHAT_KINDS:
        overhead = _CHAT_OVERHEAD
        if kv is not None:
            tokens = min(KV_TOKENS, context or KV_TOKENS)
            cache = tokens * shape_token_bytes(kv.layers, kv.heads, kv.head_size, "u8")
    return MemoryNeed(load=2 * weight_bytes + overhead, run=weight_bytes + cache + overhead)


def memory_fit(need: MemoryNeed, memory: Memory) -> Fit:
    """FITS: into what is free now. TIGHT: only beside little else, or if memory is freed."""
    if need.run > memory.total - _SYSTEM:
        return Fit.NO_MEMORY
    return Fit.FITS if max(need.load, need.run) <= memory.free else Fit.TIGHT


def fit(entry: CatalogueEntry, machine: Machine) -> Fit:
    """Whether a model can be downloaded to a machine and run there."""
    found = memory_fit(entry.need(), machine.memory)
    if found is not Fit.NO_MEMORY and entry.size > machine.disk_free:
        return Fit.NO_DISK
    return found


def best_fit(entries: Iterable[CatalogueEntry], machine: Machine, *, npu: bool) -> CatalogueEntry | None:
    """The first model to chat with that fits the machine, or its NPU; None where none does."""
    for entry in entries:
        if (
            entry.kind in CHAT_KINDS
            and entry.npu == npu
            and entry.hub_id is not None
            and fit(entry, machine) is Fit.FITS
        ):
            return entry
    return None


def load_catalogue(path: Path = CATALOGUE_FILE) -> tuple[CatalogueEntry, ...]:
    """The models of the catalogue, in its order.

    Raises: ModelError with one line that says which entry is wrong, and how.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.") from None
    if document.keys() != {"model"}:
        raise ModelError(f"{path}: it must hold entries that begin with [[model]], and nothing else.")
    try:
        entries = TypeAdapter(tuple[CatalogueEntry, ...]).validate_python(document["model"])
    except ValidationError as error:
        raise ModelError(f"{path}: {_explain(document['model'], error)}") from None
    _check_together(path, entries)
    return entries


def find_entry(name: str, entries: Iterable[CatalogueEntry]) -> CatalogueEntry | None:
    """The entry of that name, Hub id, or Hub id without its owner; upper and lower case are the same."""
    wanted = name.casefold()
    for entry in entries:
        names = [entry.name]
        if entry.hub_id is not None:
            names += [entry.hub_id, entry.hub_id.rpartition("/")[2]]
        if wanted in map(str.casefold, names):
            return entry
    return None


def similar_names(name: str, entries: Iterable[CatalogueEntry]) -> list[str]:
    """Up to three names of the catalogue that someone who typed `name` may have meant."""
    names = {entry.name.casefold(): entry.name for entry in entries}
    wanted = name.casefold()
    contained = [known for known in names if wanted in known]
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    return [names[known] for known in dict.fromkeys([*contained, *close])][:3]


def _explain(document: object, error: ValidationError) -> str:
    """The first thing that is wrong, in one line."""
    first = error.errors(include_url=False)[0]
    label, where = "model", first["loc"]
    if where and isinstance(where[0], int) and isinstance(document, list):
        raw = document[where[0]]
        name = raw.get("name") if isinstance(raw, dict) else None
        label = f"entry {where[0] + 1}" + (f" ({name})" if name else "")
        where = where[1:]
    field = ".".join(map(str, where))
    return f"{label}: {f'{field}: ' if field else ''}{first['msg']}."


def _check_together(path: Path, entries: tuple[CatalogueEntry, ...]) -> None:
    """Raises ModelError where entries contradict each other."""
    seen: set[str] = set()
    for entry in entries:
        for name in filter(None, (entry.name, entry.hub_id)):
            if name.casefold() in seen:
                raise ModelError(f"{path}: {name} is there twice: give each model one entry.")
            seen.add(name.casefold())
        if entry.default and (entry.kind not in CHAT_KINDS or entry.hub_id is None):
            raise ModelError(
                f"{path}: {entry.name} cannot be the default: it must be a model to chat with, with a hub_id."
            )
    if sum(entry.default for entry in entries) != 1:
        raise ModelError(f"{path}: exactly one entry must have default = true.")
