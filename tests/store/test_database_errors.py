"""What the log says of a database that fails: enough to mend it, and nothing that people wrote."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import StoreError
from bot.store import SqlStore
from tests.store.people import message


async def test_a_database_that_fails_later_is_explained_in_the_log_and_not_to_people(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "o.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path}") as store:
        other = sqlite3.connect(path)
        other.execute("DROP TABLE messages")
        other.close()
        with pytest.raises(StoreError) as caught:
            await store.accept(message(100))
    assert "o.db cannot be used: no such table: messages" in caplog.text
    assert "o.db" not in str(caught.value)


async def test_a_value_that_the_database_refuses_is_not_in_the_log(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StoreError):
        async with store.transaction(write=True) as session:
            await session.execute(
                text("INSERT INTO messages (id, turn_id, page) VALUES (:id, 1, 0)"), {"id": "secret"}
            )
    assert re.search(
        r"cannot be used: (IntegrityError \(SQLITE_CONSTRAINT_FOREIGNKEY|DataError \(22000)\)\.", caplog.text
    )
    assert "secret" not in caplog.text


async def test_a_value_that_breaks_a_rule_is_not_in_the_log(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    async with store.transaction(write=True) as session:
        await session.execute(text("CREATE TABLE marks (mark TEXT UNIQUE CHECK (mark <> 'secret'))"))
        await session.execute(text("INSERT INTO marks VALUES ('taken secret')"))
    for value, code in (("taken secret", "SQLITE_CONSTRAINT_UNIQUE|23505"), ("secret", "CHECK|23514")):
        caplog.clear()
        with pytest.raises(StoreError):
            async with store.transaction(write=True) as session:
                await session.execute(text("INSERT INTO marks VALUES (:mark)"), {"mark": value})
        assert re.search(rf"cannot be used: \w+ \(\w*({code})\)\.", caplog.text)
        assert "secret" not in caplog.text


async def test_a_value_that_cannot_be_turned_into_the_databases_form_is_not_in_the_log(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StoreError):
        await store.accept(replace(message(100), created_at=datetime(1987, 6, 5)))
    assert "cannot be used: ValueError." in caplog.text
    assert "1987" not in caplog.text
