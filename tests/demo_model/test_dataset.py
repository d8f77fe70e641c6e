from __future__ import annotations

import itertools

import numpy as np
import pytest

from tools.demo_model import dataset
from tools.demo_model.dataset import BATCH, Rows, batches, pack


def dialogue(length: int, token: int) -> tuple[list[int], list[bool]]:
    return [token] * length, [False] + [True] * (length - 1)


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


def test_parts_of_the_corpus_differ_and_are_made_alike_by_any_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dataset, "CHUNK", 20)
    assert dataset.chunk(1, 3) == dataset.chunk(1, 3)
    assert dataset.chunk(1, 3) != dataset.chunk(1, 4)


def test_batches_hold_every_row_before_any_comes_again_and_can_be_resumed() -> None:
    ids = np.arange(5 * BATCH * 4, dtype=np.uint16).reshape(5 * BATCH, 4)
    rows = Rows(ids, ids > 0, np.ones_like(ids, dtype=np.uint8))
    whole = list(itertools.islice(batches(rows, 4), 10))
    resumed = list(itertools.islice(batches(rows, 4), 3, 10))
    assert all((a.ids == b.ids).all() for a, b in zip(whole[3:], resumed, strict=True))
    assert sorted(np.concatenate([batch.ids for batch in whole[:5]]).ravel()) == sorted(ids.ravel())
