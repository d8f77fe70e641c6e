"""What was chosen while the bot ran."""

from __future__ import annotations

from bot.store import SqlStore


async def test_the_newest_text_under_a_name_is_kept_until_it_is_removed(url: str) -> None:
    async with SqlStore(url) as store:
        assert await store.setting("model") is None
        await store.set_setting("model", "one")
        await store.set_setting("other", "three")
        await store.set_setting("model", "two")
    async with SqlStore(url) as store:
        assert await store.setting("model") == "two"
        await store.set_setting("model", None)
        assert await store.setting("model") is None
        assert await store.setting("other") == "three"
