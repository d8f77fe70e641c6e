"""What is logged: nothing that people wrote, whatever a library or an exception would say of it."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator

import pytest
import sqlalchemy

from bot.cli.log import describe, set_up_logging
from bot.errors import StoreError
from tests.cli.logs import restored_logging

SECRET = "my secret plan"


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    with restored_logging():
        yield


def failing_statement() -> sqlalchemy.exc.StatementError:
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        statement = sqlalchemy.text("insert into nothing values (:text)")
        with pytest.raises(sqlalchemy.exc.StatementError, match=SECRET) as error:
            connection.execute(statement, {"text": SECRET})
    return error.value


ERRORS = [
    ValueError(SECRET),
    KeyError(SECRET),
    RuntimeError(SECRET),
    UnicodeEncodeError("ascii", SECRET, 0, 1, SECRET),
    FileNotFoundError(2, "No such file or directory", SECRET),
    ExceptionGroup(SECRET, [ValueError(SECRET)]),
    failing_statement(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("name", ["bot.chat.reply", "discord.client", "asyncio"])
def test_an_exceptions_message_is_not_logged(
    error: Exception, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("DEBUG")
    try:
        raise StoreError("The database is gone.") from error
    except StoreError as raised:
        logging.getLogger(name).error("It failed: %s", error, exc_info=raised)
    logged = capsys.readouterr().err
    assert SECRET not in logged
    assert type(error).__name__ in logged
    assert "StoreError: The database is gone." in logged
    assert "test_log.py" in logged, "the traceback says where"


def test_a_library_logs_fixed_text_and_numbers_or_only_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("DEBUG")
    logging.getLogger("discord.gateway").info("Shard %s sent %r after %.2f s", None, {"content": SECRET}, 1.5)
    logging.getLogger("pypdf").warning(f"odd key /{SECRET}")
    logging.getLogger("discord.http").debug("payload: %s", SECRET)
    logging.getLogger("aiohttp.client").info(SECRET)
    logged = capsys.readouterr().err
    assert SECRET not in logged
    assert "Shard None sent … after 1.50 s" in logged
    assert "WARNING pypdf: (message left out), cli/test_log.py, line" in logged
    assert "discord.http" not in logged
    assert "aiohttp" not in logged


def test_a_librarys_own_handler_gets_the_clean_record_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO")
    library = logging.getLogger("transformers")
    handler = logging.StreamHandler()
    library.addHandler(handler)
    try:
        raise ValueError(SECRET)
    except ValueError:
        library.exception("cannot tokenize %s", SECRET)
    finally:
        library.removeHandler(handler)
    logged = capsys.readouterr().err
    assert "ValueError (message left out)" in logged
    assert SECRET not in logged


def test_a_warning_is_logged_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        set_up_logging("INFO")
        warnings.warn(SECRET, UserWarning, stacklevel=1)
    logged = capsys.readouterr().err
    assert "UserWarning in cli/test_log.py, line" in logged
    assert SECRET not in logged


def test_messages_that_speak_of_code_are_kept() -> None:
    assert describe(TypeError("'NoneType' object is not iterable")) == (
        "TypeError: 'NoneType' object is not iterable"
    )
    assert describe(ConnectionRefusedError(111, "Connection refused")) == (
        "ConnectionRefusedError: Connection refused"
    )
    assert describe(StoreError("The database is gone.")) == "The database is gone."
    assert describe(TimeoutError()) == "TimeoutError"


# In processes of their own: pytest has hooks for these itself.
ENDINGS = {
    "the program": "raise ValueError(secret)",
    "a thread": "import threading; t = threading.Thread(target=lambda: int(secret)); t.start(); t.join()",
    "a finalizer": """
        class Thing:
            def __del__(self): raise ValueError(secret)
        Thing()
    """,
    "a callback of the event loop": """
        import asyncio
        from bot import signals
        async def main():
            asyncio.get_running_loop().call_soon(int, secret)
            task = asyncio.create_task(asyncio.sleep(0, secret), name=secret)
            asyncio.get_running_loop().slow_callback_duration = 0
            asyncio.get_running_loop().call_soon(len, secret)
            await task
            await asyncio.sleep(0.01)
        signals.run(main())
    """,
}


@pytest.mark.parametrize("code", ENDINGS.values(), ids=ENDINGS)
def test_an_error_that_nobody_handles_is_logged_without_its_message(code: str) -> None:
    program = (
        "import sys\nfrom bot.cli.log import set_up_logging\nset_up_logging('DEBUG')\n"
        f"secret = ' '.join(['my', 'secret', 'plan'])\n{textwrap.dedent(code)}"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert "ValueError (message left out)" in done.stderr
    assert SECRET not in done.stderr


async def test_the_loops_own_handler_would_quote_what_a_callback_was_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("INFO")
    loop = asyncio.get_running_loop()
    called = asyncio.Event()
    loop.call_soon(int, SECRET)
    loop.call_soon(called.set)
    await called.wait()
    logged = capsys.readouterr().err
    assert "ERROR asyncio: (message left out), asyncio/base_events.py" in logged
    assert SECRET not in logged
