r"""A tiny template language, one template a line.

``(a|b)`` is a choice, ``[x]`` is there half the time, ``{slot}`` a value, ``<phrase>`` one line of another
block, ``\n`` a new line. ``3x`` before a line makes it three times as likely.
"""

import itertools
import re
from random import Random

from tools.demo_model.data import lines

_SPACES = re.compile(r" {2,}")
_BEFORE_PUNCTUATION = re.compile(r" +([,.!?;:])")
_WEIGHT = re.compile(r"(\d+)x ")
_INNERMOST = re.compile(r"\(([^()[\]]*)\)|\[([^()[\]]*)\]")


def chosen(rng: Random, template: str) -> str:
    """One text of a template, with its slots and phrases still in it."""

    def option(match: re.Match[str]) -> str:
        if match[1] is None and rng.random() < 0.5:
            return ""
        options = match[match.lastindex or 1].split("|")
        return options[int(rng.random() * len(options))]

    found = 1
    while found:
        template, found = _INNERMOST.subn(option, template)
    return template


def tidy(text: str) -> str:
    """Single spaces, none before punctuation or at the ends."""
    return _BEFORE_PUNCTUATION.sub(r"\1", _SPACES.sub(" ", text)).strip()


class Templates:
    """Blocks of templates: each block is as likely as another, in it a template of many variants more so."""

    def __init__(self, source: str | list[str]) -> None:
        """Take a block of lines or several."""
        blocks = [source] if isinstance(source, str) else source
        self._blocks = [_weighted(lines(block)) for block in blocks]

    def pick(self, rng: Random) -> str:
        """One of the templates."""
        templates, weights = rng.choice(self._blocks)
        return rng.choices(templates, cum_weights=weights)[0]

    def every(self) -> list[str]:
        """All of them."""
        return [template for templates, _ in self._blocks for template in templates]


def _weighted(block: list[str]) -> tuple[list[str], list[float]]:
    """Templates and their accumulated weights."""
    templates, weights = [], []
    for line in block:
        given = _WEIGHT.match(line)
        templates.append((line[given.end() :] if given else line).replace("\\n", "\n"))
        weights.append(float(given[1]) if given else (1 + line.count("|")) ** 0.6)
    return templates, list(itertools.accumulate(weights))
