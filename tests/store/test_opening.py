"""Opening a database: what is made, what is migrated, and what is refused in one line."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StoreError
from bot.hints import install_command
from bot.store import SqlStore
from bot.store.models import Base
from tests.store.people import answered, message


async def refusal(url: str) -> str:
    """The line with which opening fails."""
    with pytest.raises(StoreError) as caught:
        async with SqlStore(url):
            pass
    line = str(caught.value)
    assert "\n" not in line
    return line


async def test_the_migrations_make_exactly_the_tables_of_the_models(url: str) -> None:
    async with SqlStore(url):
        pass
    engine = create_async_engine(url)
    async with engine.connect() as connection:

        def differences(sync: Any) -> Any:
            context = MigrationContext.configure(sync, opts={"compare_server_default": True})
            return compare_metadata(context, Base.metadata)

        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_a_newer_database_is_refused_and_left_alone(url: str) -> None:
    async with SqlStore(url) as store:
        await answered(store, message(100))
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    line = await refusal(url)
    assert "newer version" in line
    assert "9999" in line
    assert "update ovbot" in line

    async with engine.begin() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == "9999"
        await connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    await engine.dispose()
    async with SqlStore(url) as store:
        assert len(await store.history(7, before=10**9)) == 1


async def test_two_stores_open_the_same_empty_database_at_once(url: str) -> None:
    async with SqlStore(url) as one, SqlStore(url) as two:
        await answered(one, message(100))
        assert len(await two.history(7, before=10**9)) == 1

    stores = [SqlStore(url), SqlStore(url)]
    await asyncio.gather(*(store.__aenter__() for store in stores))
    await asyncio.gather(*(store.__aexit__() for store in stores))


async def test_two_databases_are_migrated_at_once(tmp_path: Path) -> None:
    stores = [SqlStore(f"sqlite+aiosqlite:///{tmp_path / name}") for name in ("a.db", "b.db")]
    await asyncio.gather(*(store.__aenter__() for store in stores))
    for store in stores:
        await answered(store, message(100))
    await asyncio.gather(*(store.__aexit__() for store in stores))


async def test_sqlite_runs_with_wal_and_enforced_references(tmp_path: Path) -> None:
    async with SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'o.db'}") as store:
        names = ("journal_mode", "foreign_keys", "synchronous")
        async with store.transaction(write=False) as session:
            found = [(await session.execute(text(f"PRAGMA {name}"))).scalar() for name in names]
        assert found == ["wal", 1, 1]
    assert os.listdir(tmp_path) == ["o.db"], "the log is merged into the file at the end"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
async def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "private" / "o.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path}") as store:
        await answered(store, message(100))
        for file in path.parent.iterdir():
            assert file.stat().st_mode & 0o077 == 0, file


async def test_a_path_with_odd_characters_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "100 % größer" / "o b.db"
    async with SqlStore(f"sqlite+aiosqlite:///{path}") as store:
        await answered(store, message(100))
    assert path.exists()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("shopping: milk, bread\n" * 100)

    line = await refusal(f"sqlite+aiosqlite:///{path}")
    assert "notes.txt" in line
    assert "not a database" in line
    assert path.read_text() == "shopping: milk, bread\n" * 100


async def test_a_database_that_cannot_be_opened_is_told_with_the_setting_and_what_to_do(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no database")
    for path in (tmp_path, tmp_path / "file", tmp_path / "file" / "o.db"):
        line = await refusal(f"sqlite+aiosqlite:///{path}")
        assert line.endswith("Check the file and its folder, or name another file in DATABASE_URL.")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    line = await refusal(f"postgresql+asyncpg://ada:secret@127.0.0.1:{port}/db")
    assert line.endswith("Check that the server runs and that DATABASE_URL is right.")
    assert "secret" not in line


async def test_tables_of_another_program_are_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE conversations (title TEXT)")
    other.close()

    assert "table conversations already exists" in await refusal(f"sqlite+aiosqlite:///{path}")
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("conversations",)]
    other.close()


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in await refusal(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'o.db'}")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="may write everywhere")
async def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o500)
    assert "Permission denied" in await refusal(f"sqlite+aiosqlite:///{tmp_path / 'o.db'}")


async def test_a_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    assert "unable to open database file" in await refusal(f"sqlite+aiosqlite:///{tmp_path}")


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg2"])
async def test_without_a_driver_the_command_that_installs_one_is_told(
    monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    line = await refusal(f"postgresql+{driver}://u:secret@host/db")
    assert f"the package {driver} is not installed" in line
    assert line.endswith(f"postgresql+asyncpg with its driver: {install_command('postgres')}")
    assert "secret" not in line


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("nonsense", "is no database URL"),
        ("postgresql+asyncpg://u:secret@host:port/db", "is no database URL"),
        ("mysql+aiomysql://u:secret@host/db", "mysql is not supported"),
        ("sqlite:///file.db", "no driver for asyncio"),
        ("sqlite+pysqlite:///file.db", "no driver for asyncio"),
        ("sqlite+nonsense:///file.db", "no driver for asyncio"),
        ("sqlite+aiosqlite://", "name a file"),
        ("sqlite+aiosqlite:///:memory:", "name a file"),
        ("postgresql+psycopg2://u:secret@host/db", "psycopg2"),
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_without_showing_the_password(
    url: str, expected: str
) -> None:
    line = await refusal(url)
    assert expected in line
    assert "secret" not in line


async def test_nothing_is_begun_in_a_closed_database(url: str) -> None:
    async with SqlStore(url) as store:
        await answered(store, message(1), "Hello.")
    with pytest.raises(StoreError):
        await store.history(1, 2**62)
