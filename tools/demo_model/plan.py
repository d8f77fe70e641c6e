"""How long a training takes and how fast it learns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How long to train and how fast to learn: ``steps`` or ``minutes``, whichever is over first.

    Over the last ``decay`` (a share) of that the rate goes down linearly, so that every training ends well.
    """

    steps: int = 9000
    decay: float = 0.25
    warmup_steps: int = 100
    learning_rate: float = 3e-3
    minutes: float = 110.0
    threads: int = 2
    seed: int = 1
    save_every: int = 100
    compiled: bool = True

    def left(self, step: int, seconds: float) -> float:
        """The share of the plan that is to come after so many steps and seconds; 0 when it is fulfilled."""
        return max(0.0, min(1 - step / self.steps, 1 - seconds / 60 / self.minutes))

    def rate(self, step: int, seconds: float) -> float:
        """The learning rate then: warm-up, constant, and linearly down to zero."""
        return self.learning_rate * min(
            1.0, (step + 1) / self.warmup_steps, self.left(step, seconds) / self.decay
        )
