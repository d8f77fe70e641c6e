from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import Phi3Config, Phi3ForCausalLM

from tools.demo_model.dataset import Rows
from tools.demo_model.train import Plan, Trainer

PLAN = Plan(steps=1000, minutes=10, decay=0.2, warmup_steps=10, rate=1.0)


def test_the_rate_warms_up_stays_and_falls_to_zero() -> None:
    rates = [PLAN.rate_at(step, 0.0) for step in (0, 9, 500, 800, 900, 1000)]
    assert rates == pytest.approx([0.1, 1.0, 1.0, 1.0, 0.5, 0.0])


def test_time_that_runs_out_ends_a_training_as_its_steps_do() -> None:
    assert PLAN.rate_at(100, seconds=9 * 60) == pytest.approx(0.5)
    assert PLAN.left(100, seconds=10 * 60) == 0
    assert PLAN.left(1000, seconds=0) == 0
    assert PLAN.left(2000, seconds=3600) == 0


@pytest.fixture
def trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    def as_it_is(function: Any, **options: Any) -> Any:
        return function

    monkeypatch.setattr(torch, "compile", as_it_is)
    torch.manual_seed(1)
    small = Phi3Config(
        vocab_size=32,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        tie_word_embeddings=True,
    )
    return Trainer(Phi3ForCausalLM(small), Plan(100, rate=0.01), tmp_path)


def rows(*segments: tuple[int, ...]) -> Rows:
    ids = np.array([[token + 3 for n in segment for token in range(n)] for segment in segments], np.uint16)
    marks = [[number for number, n in enumerate(segment, 1) for _ in range(n)] for segment in segments]
    segment = np.array(marks, np.uint8)
    learn = np.ones_like(ids, dtype=np.bool_)
    learn[:, 0] = False
    learn[:, 1:] = segment[:, 1:] == segment[:, :-1]
    return Rows(ids, learn, segment)


def test_no_dialogue_of_a_row_sees_another(trainer: Trainer) -> None:
    def loss(of: Rows) -> float:
        arrays = (torch.from_numpy(array) for array in (of.ids.astype("int64"), of.learn, of.segment))
        return float(trainer.loss(*arrays))

    with torch.no_grad():
        assert loss(rows((5, 5))) == pytest.approx(loss(rows((5,))), abs=0.01)


def test_a_training_learns_and_goes_on_where_it_was_saved(trainer: Trainer, tmp_path: Path) -> None:
    first, *_, last = [float(trainer.learn(rows((6, 6), (5, 7)))) for _ in range(30)]
    assert last < first
    trainer.save()
    resumed = Trainer(trainer.model, trainer.plan, tmp_path)
    assert resumed.step == 30
    assert all((resumed.average[name] == value).all() for name, value in trainer.average.items())
