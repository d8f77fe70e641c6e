"""From dialogues to fixed rows of token ids, several dialogues a row, none of which sees another."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tools.demo_model.corpus import dialogues
from tools.demo_model.tokenizer import encode_dialogues

# Tokens a row. Dialogues that fit into the short one are packed there; the others go to the long one.
SHORT, LONG = 512, 1536
TOKENS_A_BATCH = 6144
_CHUNK = 4000


@dataclass(frozen=True)
class Rows:
    """Packed rows of one length: ids, which of them to learn, and their dialogue in the row (0 pads)."""

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


def build(tokenizer: Tokenizer, seed: int, count: int) -> tuple[Rows, Rows]:
    """Short and long rows of ``count`` dialogues, shuffled; the few that exceed a long row are left out."""
    source = dialogues(seed)
    short: list[tuple[list[int], list[bool]]] = []
    long: list[tuple[list[int], list[bool]]] = []
    for _ in range(0, count, _CHUNK):
        for item in encode_dialogues(tokenizer, list(itertools.islice(source, min(_CHUNK, count)))):
            if len(item[0]) <= SHORT:
                short.append(item)
            elif len(item[0]) <= LONG:
                long.append(item)
    # Packing goes by length: within small groups, a row stays a mixture of what came at about the same time.
    parts = [
        [pack(items[at : at + _CHUNK], length) for at in range(0, len(items), _CHUNK)]
        for items, length in ((short, SHORT), (long, LONG))
    ]
    return _shuffled(parts[0], seed), _shuffled(parts[1], seed)


def _shuffled(parts: list[Rows], seed: int) -> Rows:
    order = np.random.default_rng(seed).permutation(sum(len(part.ids) for part in parts))
    return Rows(
        *(
            np.concatenate([getattr(part, name) for part in parts])[order]
            for name in ("ids", "learn", "segment")
        )
    )


def save(rows: Rows, path: Path) -> None:
    """Write rows to a ``.npz`` file, whole or not at all."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, ids=rows.ids, learn=rows.learn, segment=rows.segment)
    os.replace(partial, path)


def load(path: Path) -> Rows:
    """Read what `save` wrote."""
    with np.load(path) as arrays:
        return Rows(arrays["ids"], arrays["learn"], arrays["segment"])


def batches(short: Rows, long: Rows, seed: int) -> Iterator[Rows]:
    """Batches of `TOKENS_A_BATCH` tokens without end, short and long rows in proportion."""
    rng = Random(seed)
    share = short.ids.size / (short.ids.size + long.ids.size)
    positions = {id(short): 0, id(long): 0}
    while True:
        rows = short if rng.random() < share else long
        take = TOKENS_A_BATCH // rows.ids.shape[1]
        at = positions[id(rows)]
        if at + take > len(rows.ids):
            at = 0
        positions[id(rows)] = at + take
        yield Rows(rows.ids[at : at + take], rows.learn[at : at + take], rows.segment[at : at + take])
