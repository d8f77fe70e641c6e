"""Training: a Phi-3 of some five million parameters on a CPU, resumable, within steps and minutes."""

import itertools
import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Phi3Config, Phi3ForCausalLM

from tools.demo_model.dataset import Rows, batches
from tools.demo_model.plan import Plan

logger = logging.getLogger(__name__)

# Tokens to learn come in multiples of this, filled up with ones that do not count.
_TARGETS, _IGNORED = 512, -100


def config(vocabulary: int, end_of_text: int) -> Phi3Config:
    """Phi-3's architecture at 5.3 million parameters; ``end_of_text`` also pads."""
    return Phi3Config(
        vocab_size=vocabulary,
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=6,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=2048,
        original_max_position_embeddings=2048,
        rope_theta=10000.0,
        sliding_window=None,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=end_of_text,
        pad_token_id=end_of_text,
        attention_dropout=0.0,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
    )


class Trainer:
    """A model with its optimisers and a moving average of its weights, which is what gets exported."""

    def __init__(self, model: Phi3ForCausalLM, plan: Plan, folder: Path) -> None:
        """Take up the training where the checkpoint in ``folder`` left it, if there is one."""
        self.model, self.plan, self.folder = model, plan, folder
        self.step, self.seconds = 0, 0.0
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
        others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(
                matrices, lr=plan.learning_rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"
            ),
            torch.optim.AdamW(others, lr=plan.learning_rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.average = {name: p.detach().clone() for name, p in model.named_parameters()}
        self.body: Any = torch.compile(model.model, dynamic=False) if plan.compiled else model.model
        if self.checkpoint.exists():
            self._load()

    @property
    def checkpoint(self) -> Path:
        """Where the whole state of the training lies."""
        return self.folder / "checkpoint.pt"

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.average, self.step, self.seconds = state["average"], state["step"], state["seconds"]
        logger.info("resumed at step %d, after %.0f minutes", self.step, self.seconds / 60)

    def save(self) -> None:
        """Write the checkpoint; the former one stays whole until the new one is."""
        state = {
            "model": self.model.state_dict(),
            "optimisers": [o.state_dict() for o in self.optimisers],
            "average": self.average,
            "step": self.step,
            "seconds": self.seconds,
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, self.checkpoint)

    @property
    def done(self) -> bool:
        """Whether the plan is fulfilled."""
        return self.plan.left(self.step, self.seconds) == 0

    def learn(self, rows: Rows) -> float:
        """One step on a batch; returns its loss: nats for each token of the assistant, on average."""
        rate = self.plan.rate(self.step, self.seconds)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        loss = self._loss(rows)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        # A short memory at first, so that the random beginning is soon forgotten.
        keep = min(0.995, self.step / (self.step + 20))
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                self.average[name].lerp_(parameter, 1 - keep)
        return float(loss.detach())

    def _loss(self, rows: Rows) -> Tensor:
        ids = torch.from_numpy(rows.ids.astype("int64"))
        segment = torch.from_numpy(rows.segment.astype("int64"))
        targets = torch.from_numpy(rows.learn)[:, 1:]
        length = ids.shape[1]
        same = segment[:, None, :, None] == segment[:, None, None, :]
        mask = same & torch.ones(length, length, dtype=torch.bool).tril()
        with torch.autocast("cpu", torch.bfloat16):
            additive = torch.zeros(mask.shape, dtype=torch.bfloat16).masked_fill_(~mask, float("-inf"))
            hidden = self.body(input_ids=ids, attention_mask=additive, use_cache=False).last_hidden_state
            learnt, labels = hidden[:, :-1][targets], ids[:, 1:][targets]
            # Few shapes: each new one makes the processor's library compile and keep another kernel.
            missing = -len(labels) % _TARGETS
            learnt = functional.pad(learnt, (0, 0, 0, missing))
            labels = functional.pad(labels, (0, missing), value=_IGNORED)
            logits = self.model.lm_head(learnt)
        return functional.cross_entropy(logits.float(), labels, ignore_index=_IGNORED)

    def run(self, source: Iterator[Rows]) -> None:
        """Learn until the plan is done, or somebody interrupts; saves as it goes and at the end."""
        started = time.monotonic() - self.seconds
        mean, since, tokens = 0.0, time.monotonic(), 0
        with _Interrupted() as interrupted:
            while not self.done and not interrupted.asked:
                rows = next(source)
                loss = self.learn(rows)
                self.seconds = time.monotonic() - started
                mean = loss if mean == 0 else mean * 0.95 + loss * 0.05
                tokens += rows.ids.size
                if self.step % 20 == 0:
                    seconds = time.monotonic() - since
                    logger.info(
                        "step %d loss %.4f (mean %.4f) rate %.2e, %.0f tokens/s",
                        self.step,
                        loss,
                        mean,
                        self.plan.rate(self.step, self.seconds),
                        tokens / seconds,
                    )
                    since, tokens = time.monotonic(), 0
                if self.step % self.plan.save_every == 0:
                    self.save()
        self.save()

    def export(self, folder: Path) -> None:
        """Write the averaged weights as a transformers model."""
        for name, parameter in self.model.named_parameters():
            parameter.data.copy_(self.average[name])
        self.model.generation_config.do_sample = False
        self.model.save_pretrained(folder)


class _Interrupted:
    """While entered, SIGTERM and SIGINT only ask to stop after the step under way."""

    def __enter__(self) -> "_Interrupted":
        self.asked = False
        self._former = {
            number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)
        }
        return self

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)


def train(plan: Plan, short: Rows, long: Rows, vocabulary: int, end_of_text: int, folder: Path) -> Trainer:
    """Train as planned on these rows, with the checkpoint in ``folder``."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    trainer = Trainer(Phi3ForCausalLM(config(vocabulary, end_of_text)), plan, folder)
    trainer.run(itertools.islice(batches(short, long, plan.seed), trainer.step, None))
    return trainer
