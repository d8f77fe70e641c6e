"""Opening a database and running transactions in it, over SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

from sqlalchemy import URL, Connection, CursorResult, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    NoSuchModuleError,
    PendingRollbackError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import StoreError
from bot.hints import install_command
from bot.i18n import mark
from bot.store.migrations import migrate
from bot.store.models import Base

logger = logging.getLogger(__name__)

FAILED = mark("I can't reach my database right now; the bot's log says why. Please try again later.")

# A writer waits this long for one of another process; claims and replies take milliseconds.
BUSY_TIMEOUT_MS = 10_000

# The classes of SQLSTATE whose messages may quote values: data exceptions and violated constraints.
_ABOUT_VALUES = ("22", "23")

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Database")


class Database:
    """The database of an SQLAlchemy URL. `async with` opens it, migrated to this program's tables.

    Raises: StoreError for a URL that names no database this program can use.
    """

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self._engine = _engine(self._url)
        reading = self._engine.execution_options(sqlite_begin="DEFERRED")
        self._sessions = {
            False: async_sessionmaker(reading, expire_on_commit=False),
            True: async_sessionmaker(self._engine, expire_on_commit=False),
        }
        self._running: set[asyncio.Task[Any]] = set()
        self._is_closed = False
        # SQLite has one writer at a time and lets the others try again and again, in no order: of many,
        # some would run out of time.
        is_sqlite = self._url.get_backend_name() == "sqlite"
        self._one_writer: AbstractAsyncContextManager[None] = asyncio.Lock() if is_sqlite else nullcontext()

    async def __aenter__(self) -> Self:
        """Open, make what is missing, migrate. Raises StoreError."""
        self._is_closed = False
        try:
            await self.finish(self._open())
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Wait for what runs, close every connection."""
        try:
            while self._running:
                await asyncio.wait(self._running)
            self._is_closed = True
        finally:
            await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self, *, write: bool) -> AsyncIterator[AsyncSession]:
        """A transaction of its own: all that is done in it happens, or nothing. Raises StoreError."""
        try:
            async with self._one_writer if write else nullcontext(), self._sessions[write].begin() as session:
                yield session
        except (SQLAlchemyError, OSError) as error:
            # People on Discord get to read the error; where the database is, is not theirs to know.
            logger.error("%s", _explain(self._url, error))
            raise StoreError(FAILED) from error

    async def finish(self, work: Coroutine[Any, Any, R]) -> R:
        """Run `work` as a task of the database's, which goes on to its end if the caller is cancelled.

        So no connection is ever left in the middle of a statement that its thread still runs. Raises:
        StoreError where the database is closed.
        """
        if self._is_closed:
            work.close()
            raise StoreError(FAILED)
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def merge_log(self) -> None:
        """Merge SQLite's write-ahead log, which holds what was erased a moment ago, into the file.

        Nothing happens elsewhere, nor where somebody reads for too long: then it is merged later.
        Raises: StoreError.
        """
        if self._url.get_backend_name() == "sqlite":
            await self.finish(self._checkpoint())

    async def _checkpoint(self) -> None:
        try:
            async with self._one_writer, self._engine.connect() as connection:
                # Not by a statement of SQLAlchemy's: it would begin a transaction, which forbids this.
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)"):
                    pass
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            logger.error("%s", _explain(self._url, error))
            raise StoreError(FAILED) from error

    async def _open(self) -> None:
        # Connections of their own: rebuilding a table in SQLite empties those that refer to it
        # unless foreign keys are off, which cannot be changed within a transaction.
        engine = _engine(self._url, foreign_keys=False, poolclass=NullPool)
        try:
            await asyncio.to_thread(_make_file, self._url)
            async with engine.begin() as connection:
                await migrate(connection, _shown(self._url))
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(_explain(self._url, error)) from error


def read_transaction(
    method: Callable[Concatenate[S, AsyncSession, P], Awaitable[R]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Make a method that takes a session into one that runs in a transaction which only reads."""
    return _in_transaction(method, write=False)


def write_transaction(
    method: Callable[Concatenate[S, AsyncSession, P], Awaitable[R]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Make a method that takes a session into one that runs in a transaction which writes."""
    return _in_transaction(method, write=True)


def _in_transaction(
    method: Callable[Concatenate[S, AsyncSession, P], Awaitable[R]], write: bool
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    async def work(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        async with self.transaction(write=write) as session:
            return await method(self, session, *args, **kwargs)

    @wraps(method)
    async def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.finish(work(self, *args, **kwargs))

    return run


def insert(session: AsyncSession, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do where its key is taken; both databases say it the same way."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


async def insert_if_absent(session: AsyncSession, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is taken; whether it was inserted."""
    result = await session.execute(insert(session, table).values(**values).on_conflict_do_nothing())
    return cast(CursorResult[Any], result).rowcount == 1


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            "DATABASE_URL is no database URL: it looks like sqlite+aiosqlite:///data/ovbot.sqlite3."
        ) from None
    name = parsed.get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise StoreError(
            f"DATABASE_URL={_shown(parsed)}: {name} is not supported; "
            "use sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/database."
        )
    if name == "sqlite" and (not parsed.database or ":memory:" in parsed.database):
        raise StoreError(
            f"DATABASE_URL={_shown(parsed)} would lose every conversation when the bot stops; "
            "name a file, as in sqlite+aiosqlite:///data/ovbot.sqlite3."
        )
    return parsed


def _engine(url: URL, *, foreign_keys: bool = True, **options: Any) -> AsyncEngine:
    """An engine that has not connected yet. Raises StoreError where its driver is missing or not async."""
    is_sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_async_engine(url, pool_pre_ping=not is_sqlite, hide_parameters=True, **options)
    except ImportError as error:
        raise StoreError(
            f"DATABASE_URL={_shown(url)}: the package {error.name} is not installed. Use sqlite+aiosqlite, "
            f"or postgresql+asyncpg with its driver: {install_command('postgres')}"
        ) from None
    except (NoSuchModuleError, InvalidRequestError):
        raise StoreError(
            f"DATABASE_URL={_shown(url)}: {url.drivername} is no driver for asyncio; "
            "use sqlite+aiosqlite or postgresql+asyncpg."
        ) from None
    if is_sqlite:
        _set_up_sqlite(engine, foreign_keys)
    return engine


def _set_up_sqlite(engine: AsyncEngine, foreign_keys: bool) -> None:
    """Readers beside one writer (WAL), references enforced, and transactions that begin when told to."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: DBAPIConnection, record: object) -> None:
        # The driver's own BEGIN comes late and only before writes: a transaction that has read
        # by then fails at once if another has written meanwhile, whatever the timeout.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        # What people have forgotten is overwritten, and not only marked as free to be.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {kind}")


def _make_file(url: URL) -> None:
    """Make SQLite's file and its folder where they are missing, for their owner alone to read."""
    if url.get_backend_name() != "sqlite" or url.query.get("uri"):
        return
    path = Path(str(url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _explain(url: URL, error: Exception) -> str:
    """One line: which database, the driver's own words and what to do; the error's kind alone where the
    words may quote what people wrote."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    words = "" if _may_quote(error, cause) else str(cause).strip()
    line = f"The database {_shown(url)} cannot be used: {words.splitlines()[0] if words else _kind(cause)}."
    if not words:
        return line
    if url.get_backend_name() == "sqlite":
        return f"{line} Check the file and its folder, or name another file in DATABASE_URL."
    return f"{line} Check that the server runs and that DATABASE_URL is right."


def _may_quote(error: Exception, cause: BaseException) -> bool:
    """Whether an error's words may quote a value, as "Key (text)=(…) already exists" does."""
    # asyncpg's errors of data reach SQLAlchemy without their class; the code tells.
    if str(getattr(cause, "sqlstate", None) or "").startswith(_ABOUT_VALUES):
        return True
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return True  # a value could not be turned into the database's form
    return isinstance(error, DataError | IntegrityError | PendingRollbackError)


def _kind(cause: BaseException) -> str:
    """What an error is, in the driver's terms: its class, and its SQLSTATE or SQLite's name for it."""
    name = type(cause.__cause__ or cause).__name__
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return f"{name} ({code})" if code else name
