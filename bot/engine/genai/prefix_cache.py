"""How much of a prompt is in the KV cache already, by a record of our own: the pipeline counts no hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cachetools import LRUCache

from bot.engine.genai.kv_pool import KvPool


class PrefixCacheRecord:
    """Remembers the token blocks that went through the cache; the least recently used is forgotten first.

    It follows the pipeline's own bookkeeping (whole blocks, each known by all tokens up to its end)
    but not its choice of what to evict, so `reused` is an upper limit once the pool has been full.
    """

    def __init__(self, pool: KvPool) -> None:
        self._block_tokens = pool.block_tokens
        self._blocks: LRUCache[int, None] = LRUCache(pool.blocks)

    def reused(self, prompt_ids: Sequence[int]) -> int:
        """How many tokens at the beginning of the prompt are cached. At least one is always computed."""
        known = 0
        for block in self._chain(prompt_ids):
            if block not in self._blocks:
                break
            self._blocks[block]  # makes it the most recently used
            known += 1
        return min(known * self._block_tokens, max(len(prompt_ids) - 1, 0))

    def remember(self, token_ids: Sequence[int]) -> None:
        """Record that the keys and values of these tokens have been computed."""
        for block in self._chain(token_ids):
            self._blocks[block] = None

    def clear(self) -> None:
        """Forget everything: the cache is empty."""
        self._blocks.clear()

    def _chain(self, token_ids: Sequence[int]) -> Iterator[int]:
        digest = 0
        for end in range(self._block_tokens, len(token_ids) + 1, self._block_tokens):
            digest = hash((digest, tuple(token_ids[end - self._block_tokens : end])))
            yield digest
