"""How much of a prompt is in the KV cache already, by a record of our own: the pipeline counts no hits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence


class PrefixRecord:
    """Remembers the token blocks that went through the cache, the least recently used forgotten first.

    It follows the pipeline's own bookkeeping (whole blocks, each known by all tokens up to its end)
    but not its choice of what to evict, so `reused` is an upper bound once the pool has been full.

    block_tokens: tokens a block. capacity: blocks in the pool.
    """

    def __init__(self, block_tokens: int, capacity: int) -> None:
        self.block_tokens = block_tokens
        self._capacity = capacity
        self._blocks: OrderedDict[int, None] = OrderedDict()

    def reused(self, prompt_ids: Sequence[int]) -> int:
        """How many tokens at the beginning of the prompt are cached. At least one is always computed."""
        known = 0
        for block in self._chain(prompt_ids):
            if block not in self._blocks:
                break
            self._blocks.move_to_end(block)
            known += 1
        return min(known * self.block_tokens, max(len(prompt_ids) - 1, 0))

    def remember(self, token_ids: Sequence[int]) -> None:
        """Note that the keys and values of these tokens have been computed."""
        for block in self._chain(token_ids):
            self._blocks[block] = None
            self._blocks.move_to_end(block)
        while len(self._blocks) > self._capacity:
            self._blocks.popitem(last=False)

    def whole_blocks(self, tokens: int) -> int:
        """`tokens`, rounded down to the end of a block."""
        return tokens // self.block_tokens * self.block_tokens

    def clear(self) -> None:
        """Forget everything: the cache is empty."""
        self._blocks.clear()

    def _chain(self, token_ids: Sequence[int]) -> Iterator[int]:
        digest = 0
        for end in range(self.block_tokens, len(token_ids) + 1, self.block_tokens):
            digest = hash((digest, tuple(token_ids[end - self.block_tokens : end])))
            yield digest
