"""Pictures: kept with their prompts, within a limit, and erased with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot.chat.turns import Author, Image
from bot.store import SqlStore, conversations
from bot.store.models import ImageRow
from tests.store.people import MIKA, POSTED, answered, asked, message

BEN = Author(id=810_000_000_000_000_002, name="Ben")


def image(content: str, author: Author | None = MIKA) -> Image:
    return Image(author.id if author else None, content.encode())


async def shown(store: SqlStore, prompt_id: int) -> list[tuple[Image, ...]]:
    """The pictures of the prompts up to one."""
    found = await store.prompt_with_history(prompt_id)
    assert found is not None
    turn, history = found
    return [*(exchange.prompt.images for exchange in history), turn.images]


async def test_the_pictures_of_a_conversation_are_read_with_its_prompts(store: SqlStore) -> None:
    await answered(store, message(100, images=(image("a"), image("b", BEN))))
    await answered(store, message(101))
    prompt = await asked(store, message(102, images=(image("c", None),)))
    assert await shown(store, prompt.id) == [(image("a"), image("b", BEN)), (), (image("c", None),)]


async def test_the_oldest_are_erased_where_all_together_are_too_large(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "IMAGE_BYTES", 25)
    await answered(store, message(100, images=(image("a" * 10), image("b" * 10))))
    await answered(store, message(101, images=(image("c" * 10),)))
    prompt = await asked(store, message(102, images=(image("d" * 6),)))
    assert await shown(store, prompt.id) == [(), (image("c" * 10),), (image("d" * 6),)]


async def test_an_edit_replaces_the_pictures(store: SqlStore) -> None:
    prompt = await asked(store, message(100, images=(image("a"), image("b"))))
    await store.rewrite_prompt(prompt.id, "new", (), (image("c"),))
    assert await shown(store, prompt.id) == [(image("c"),)]


async def test_what_is_withdrawn_shows_nothing_any_more(store: SqlStore, url: str) -> None:
    first = await answered(store, message(100, images=(image("secret" * 50),)))
    await store.withdraw(first.prompt.id)
    assert b"secret" not in await on_disk(store, url)


async def test_forgetting_a_person_erases_their_pictures_and_those_of_nobody(
    store: SqlStore, url: str
) -> None:
    await answered(store, message(100, images=(image("mine" * 50),)))
    bens = (image("bens" * 50, BEN), image("mine" * 50), image("nobodys" * 50, None))
    prompt = await asked(store, message(101, author=BEN, images=bens))
    await store.forget_person(MIKA.id)
    assert await shown(store, prompt.id) == [(image("bens" * 50, BEN),)]
    left = await on_disk(store, url)
    assert b"mine" not in left
    assert b"nobodys" not in left


async def test_pictures_go_with_a_forgotten_channel_and_with_old_messages(store: SqlStore, url: str) -> None:
    await answered(store, message(100, images=(image("channel" * 50),)))
    await store.forget_channel(7)
    await answered(store, message(101, channel_id=8, images=(image("oldone" * 50),)))
    await store.forget_before(POSTED + timedelta(days=1))
    left = await on_disk(store, url)
    assert b"channelchannel" not in left
    assert b"oldone" not in left


async def on_disk(store: SqlStore, url: str) -> bytes:
    """All that stands in the database's files; what the tables hold where it has none."""
    await store.merge_log()
    path = make_url(url).database
    if not url.startswith("sqlite") or path is None:
        async with store.transaction(write=False) as session:
            return b"".join((await session.scalars(select(ImageRow.data))).all())
    return b"".join(file.read_bytes() for file in Path(path).parent.glob(f"{Path(path).name}*"))
