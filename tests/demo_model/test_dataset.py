from __future__ import annotations

import itertools

import numpy as np
import pytest

from tools.demo_model.dataset import TOKENS_A_BATCH, Rows, batches, pack


def dialogue(length: int, token: int) -> tuple[list[int], list[bool]]:
    return [token] * length, [False] + [True] * (length - 1)


def numbered(count: int, length: int) -> Rows:
    ids = np.arange(count * length, dtype=np.uint16).reshape(count, length)
    return Rows(ids, ids > 0, np.ones_like(ids, dtype=np.uint8))


def test_packing_keeps_every_dialogue_whole() -> None:
    rows = pack([dialogue(length, length) for length in (3, 5, 7, 2, 10)], 10)
    for length in (3, 5, 7, 2, 10):
        where = np.argwhere(rows.ids == length)
        assert len(where) == length
        assert len({int(row) for row, _ in where}) == 1
        assert len({int(rows.segment[row, column]) for row, column in where}) == 1


def test_packing_wastes_no_row() -> None:
    rows = pack([dialogue(5, 1), dialogue(5, 2), dialogue(4, 3), dialogue(6, 4)], 10)
    assert rows.ids.shape == (2, 10)
    assert (rows.segment > 0).all()


def test_padding_is_not_learnt() -> None:
    rows = pack([dialogue(4, 1)], 10)
    assert not rows.learn[rows.segment == 0].any()


def test_a_dialogue_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="11 tokens"):
        pack([dialogue(11, 1)], 10)


def test_batches_are_the_same_after_a_resumed_training() -> None:
    short, long = numbered(40, 512), numbered(9, 1536)
    whole = list(itertools.islice(batches(short, long, 4), 30))
    resumed = list(itertools.islice(batches(short, long, 4), 10, 30))
    assert all((a.ids == b.ids).all() for a, b in zip(whole[10:], resumed, strict=True))
    assert all(batch.ids.size == TOKENS_A_BATCH for batch in whole)
