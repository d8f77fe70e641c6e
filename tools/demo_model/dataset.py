"""From dialogues to fixed rows of token ids, several dialogues a row, none of which sees another."""

import itertools
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tools.demo_model.corpus import dialogues
from tools.demo_model.scene import Message
from tools.demo_model.tokenizer import encode_dialogues

# Tokens a row, and rows a batch.
ROW, BATCH = 1536, 16
# Dialogues that one process makes at a time.
CHUNK = 4000


@dataclass(frozen=True)
class Rows:
    """Packed rows: ids, which of them to learn, and their dialogue in the row (0 pads)."""

    ids: NDArray[np.uint16]
    learn: NDArray[np.bool_]
    segment: NDArray[np.uint8]


def pack(encoded: list[tuple[list[int], list[bool]]], length: int) -> Rows:
    """Best-fit packing of dialogues into rows of ``length`` tokens; raises ValueError for a longer one."""
    rows: list[list[int]] = []
    with_room: list[list[int]] = [[] for _ in range(length + 1)]
    for index in sorted(range(len(encoded)), key=lambda i: -len(encoded[i][0])):
        need = len(encoded[index][0])
        if need > length:
            raise ValueError(f"a dialogue of {need} tokens does not fit into a row of {length}")
        room = next((room for room in range(need, length) if with_room[room]), length)
        if room == length:
            rows.append([])
            row = len(rows) - 1
        else:
            row = with_room[room].pop()
        rows[row].append(index)
        with_room[room - need].append(row)
    packed = Rows(
        np.zeros((len(rows), length), np.uint16),
        np.zeros((len(rows), length), np.bool_),
        np.zeros((len(rows), length), np.uint8),
    )
    for row, members in enumerate(rows):
        at = 0
        for number, index in enumerate(members, 1):
            ids, learn = encoded[index]
            packed.ids[row, at : at + len(ids)] = ids
            packed.learn[row, at : at + len(ids)] = learn
            packed.segment[row, at : at + len(ids)] = number
            at += len(ids)
    return packed


def chunk(seed: int, number: int) -> list[list[Message]]:
    """The ``number``-th part of the corpus of this seed, whichever process makes it."""
    return list(itertools.islice(dialogues(seed * 1_000_003 + number), CHUNK))


@lru_cache(maxsize=1)
def _tokenizer(path: str) -> Tokenizer:
    return Tokenizer.from_file(path)


def _packed(job: tuple[str, int, int]) -> Rows:
    path, seed, number = job
    encoded = encode_dialogues(_tokenizer(path), chunk(seed, number))
    # The few that exceed a row are left out.
    return pack([item for item in encoded if len(item[0]) <= ROW], ROW)


def build(tokenizer: Path, seed: int, count: int) -> Rows:
    """Rows of about ``count`` dialogues, shuffled; made by as many processes as there are processors."""
    jobs = [(str(tokenizer), seed, number) for number in range(-(-count // CHUNK))]
    # Each process has its own part to do; the tokenizer's threads would only get in the way.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    with multiprocessing.get_context("spawn").Pool() as pool:
        parts = pool.map(_packed, jobs, chunksize=1)
    order = np.random.default_rng(seed).permutation(sum(len(part.ids) for part in parts))
    ids, learn, segment = (
        np.concatenate([getattr(part, name) for part in parts])[order] for name in ("ids", "learn", "segment")
    )
    return Rows(ids, learn, segment)


def batches(rows: Rows, seed: int) -> Iterator[Rows]:
    """Batches of `BATCH` rows without end, every row once before any comes again."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(rows.ids))
        for at in range(0, len(order) - BATCH + 1, BATCH):
            some = np.sort(order[at : at + BATCH])
            yield Rows(rows.ids[some], rows.learn[some], rows.segment[some])
