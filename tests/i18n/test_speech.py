"""Which language is spoken, and what becomes of a message in it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from bot.errors import OvbotError
from bot.i18n import LANGUAGES, best, fill, gettext, language, mark, ngettext, speaking
from tools.catalogues import compiled

BOT = Path(__file__).parents[2] / "bot"
STOPPED = mark("Stopped.")


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["ja"], "ja"),
        (["en-GB", "ja"], "en"),
        (["ja_JP"], "ja"),
        (["JA"], "ja"),
        (["tlh", None, "", "ja"], "ja"),
        (["tlh"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is_wins(wanted: list[str | None], spoken: str) -> None:
    assert best(*wanted) == spoken


def test_messages_are_said_in_the_language_spoken_and_only_within() -> None:
    english = gettext(STOPPED)
    with speaking("ja"):
        assert language() == "ja"
        assert gettext(STOPPED) != english
        with speaking("en-US"):
            assert gettext(STOPPED) == english
        assert gettext(STOPPED) != english
    assert language() == "en"
    assert english == STOPPED


async def test_tasks_speak_the_language_in_which_they_were_begun() -> None:
    async def say() -> str:
        await asyncio.sleep(0)
        return language()

    with speaking("ja"):
        begun = asyncio.create_task(say())
    assert await begun == "ja"
    assert await asyncio.create_task(say()) == "en"


def test_an_error_is_said_in_the_language_of_whoever_reads_it() -> None:
    error = OvbotError(STOPPED)
    with speaking("ja"):
        japanese = str(error)
    assert str(error) == STOPPED != japanese


def test_values_may_hold_braces_and_messages_without_values_too() -> None:
    assert fill("{name} said {text}", name="{x}", text="{0}") == "{x} said {0}"
    assert str(OvbotError("no {placeholder} here")) == "no {placeholder} here"


def test_what_no_catalogue_has_stays_english() -> None:
    with speaking("ja"):
        assert gettext("no such message") == "no such message"
        assert ngettext("one thing", "{count} things", 1) == "one thing"


def test_there_is_english_and_a_language_for_each_file() -> None:
    files = sorted(path.stem for path in (BOT / "i18n").glob("*.po"))
    assert list(LANGUAGES) == ["en", *files]


def test_a_language_is_added_by_adding_a_file(tmp_path: Path) -> None:
    copytree(BOT / "i18n", tmp_path / "bot" / "i18n", ignore=ignore_patterns("__pycache__"))
    (tmp_path / "bot" / "__init__.py").touch()
    source = tmp_path / "bot" / "i18n" / "de.po"
    source.write_text(
        'msgid "Stopped."\nmsgstr "Angehalten."\n'
        'msgid "One apple"\nmsgid_plural "{count} apples"\n'
        'msgstr[0] "Ein Apfel"\nmsgstr[1] "{count} Äpfel"\n',
        encoding="utf-8",
    )
    source.with_suffix(".mo").write_bytes(compiled(source))
    code = (
        "import sys\n"
        "from bot.i18n import *\n"
        "with speaking('de-AT'):\n"
        "    print(ascii([gettext('Stopped.'), ngettext('One apple', '{count} apples', 2), gettext('Hm')]))\n"
        "print('babel' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said, needs_babel = done.stdout.splitlines() or ("", "")
    assert said == ascii(["Angehalten.", "{count} Äpfel", "Hm"]), done.stderr
    assert needs_babel == "False"
