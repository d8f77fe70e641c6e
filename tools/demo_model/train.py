"""Training: a Phi-3 of some five million parameters, on a GPU where there is one, resumable."""

import itertools
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional
from transformers import Phi3Config, Phi3ForCausalLM

from tools.demo_model.dataset import BATCH, ROW, Rows, batches

logger = logging.getLogger(__name__)

_IGNORED = -100
_LOG_EVERY = 50
_SAVE_EVERY_SECONDS = 300


@dataclass(frozen=True)
class Plan:
    """How long to train and how fast to learn: ``steps`` or ``minutes``, whichever is over first.

    Over the last ``decay`` (a share) of that the rate goes down linearly, so that every training ends well.
    """

    steps: int
    minutes: float = float("inf")
    decay: float = 0.4
    warmup_steps: int = 100
    rate: float = 3e-3
    seed: int = 1

    def left(self, step: int, seconds: float) -> float:
        """The share of the plan that is to come after so many steps and seconds; 0 when it is fulfilled."""
        return max(0.0, min(1 - step / self.steps, 1 - seconds / 60 / self.minutes))

    def rate_at(self, step: int, seconds: float) -> float:
        """The learning rate then: warm-up, constant, and linearly down to zero."""
        return self.rate * min(1.0, (step + 1) / self.warmup_steps, self.left(step, seconds) / self.decay)


def config(vocabulary: int, end_of_text: int) -> Phi3Config:
    """Phi-3's architecture at 5.3 million parameters; ``end_of_text`` also pads."""
    return Phi3Config(
        vocab_size=vocabulary,
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=6,
        num_attention_heads=4,
        max_position_embeddings=2048,
        original_max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=end_of_text,
        pad_token_id=end_of_text,
    )


class Trainer:
    """A model with its optimisers and a moving average of its weights, which is what gets exported."""

    def __init__(self, model: Phi3ForCausalLM, plan: Plan, folder: Path) -> None:
        """Take up the training where the checkpoint in ``folder`` left it, if there is one."""
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, self.plan = model.to(self.device), plan
        self.checkpoint = folder / "checkpoint.pt"
        self.step, self.seconds = 0, 0.0
        named = dict(model.named_parameters())
        matrices = [p for name, p in named.items() if p.ndim == 2 and "embed" not in name]
        others = [p for name, p in named.items() if p.ndim != 2 or "embed" in name]
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(matrices, lr=plan.rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=plan.rate, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.parameters = list(named.values())
        self.average = {name: p.detach().clone() for name, p in named.items()}
        self.loss: Any = torch.compile(self._loss, dynamic=False)
        if self.checkpoint.exists():
            self._load()

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True, map_location=self.device)
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

    def learn(self, rows: Rows) -> Tensor:
        """One step on a batch; returns its loss: nats for each token of the assistant, on average."""
        rate = self.plan.rate_at(self.step, self.seconds)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        ids, learn, segment = (
            torch.from_numpy(array).to(self.device, non_blocking=True)
            for array in (rows.ids.astype("int64"), rows.learn, rows.segment)
        )
        loss: Tensor = self.loss(ids, learn, segment)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        # A short memory at first, so that the random beginning is soon forgotten.
        keep = min(0.998, self.step / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.values()), self.parameters, 1 - keep)
        return loss.detach()

    def _loss(self, ids: Tensor, learn: Tensor, segment: Tensor) -> Tensor:
        length = ids.shape[1]
        same = segment[:, None, :, None] == segment[:, None, None, :]
        mask = same & torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        with torch.autocast(ids.device.type, torch.bfloat16):
            additive = torch.zeros(mask.shape, dtype=torch.bfloat16, device=ids.device)
            additive = additive.masked_fill(~mask, float("-inf"))
            hidden = self.model.model(input_ids=ids, attention_mask=additive, use_cache=False)
            logits = self.model.lm_head(hidden.last_hidden_state[:, :-1])
        labels = ids[:, 1:].masked_fill(~learn[:, 1:], _IGNORED)
        return functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), ignore_index=_IGNORED)

    def run(self, rows: Rows) -> None:
        """Learn until the plan is done; saves as it goes."""
        started = time.monotonic() - self.seconds
        since = saved = self.seconds
        losses: list[Tensor] = []
        source = itertools.islice(batches(rows, self.plan.seed), self.step, None)
        while self.plan.left(self.step, self.seconds) > 0:
            losses.append(self.learn(next(source)))
            if self.step % _LOG_EVERY == 0:
                # Reading the losses waits for the device, so that the time is what was needed.
                mean = float(torch.stack(losses).mean())
                losses.clear()
                speed = _LOG_EVERY * BATCH * ROW / (time.monotonic() - started - since)
                logger.info("step %d loss %.4f, %.0f tokens/s", self.step, mean, speed)
                since = time.monotonic() - started
            self.seconds = time.monotonic() - started
            if self.seconds - saved > _SAVE_EVERY_SECONDS:
                saved = self.seconds
                self.save()


def train(plan: Plan, rows: Rows, vocabulary: int, end_of_text: int, folder: Path) -> None:
    """Train as planned on these rows and write ``weights.safetensors`` into ``folder``.

    Half precision is enough for what becomes eight bits.
    """
    torch.manual_seed(plan.seed)
    torch.set_float32_matmul_precision("high")
    trainer = Trainer(Phi3ForCausalLM(config(vocabulary, end_of_text)), plan, folder)
    trainer.run(rows)
    weights = {name: tensor.half().cpu().contiguous() for name, tensor in trainer.average.items()}
    about = {"steps": str(trainer.step), "minutes": f"{trainer.seconds / 60:.1f}"}
    save_file(weights, folder / "weights.safetensors", about)
    logger.info("trained: %s", about)
