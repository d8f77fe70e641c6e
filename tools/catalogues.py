"""Extracts what the bot says, updates the catalogues of translations, and compiles them.

python -m tools.catalogues          bring every catalogue up to date; lists what is not translated
python -m tools.catalogues de       start a catalogue for German as well (a BCP 47 tag)

Each language has two files in bot/i18n: translators edit the .po, the bot reads the .mo.

What is translated: the literals given to gettext (`_`), ngettext and mark, and the messages of the
errors that people on Discord get to read. They are found in the syntax tree, because Babel's own
extraction misses calls within f-strings and takes parts of a concatenation for whole messages.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
CATALOGUES = BOT / "i18n"
WIDTH = 110

# The functions that take a message as it stands in the code, and how many forms of it.
_FUNCTIONS = {"_": 1, "gettext": 1, "mark": 1, "ngettext": 2}
# The rooms whose errors are read by people on Discord; elsewhere an error's message is marked where it is.
ERROR_ROOMS = ("chat", "client", "policy")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("language", nargs="*", help="languages to start a catalogue for")
    languages = {*parser.parse_args().language, *(path.stem for path in CATALOGUES.glob("*.po"))}
    for language in languages:
        try:
            Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            sys.exit(f"Babel knows no language {language!r}: give a tag such as de or pt-BR.")
    missing = 0
    current = template()
    for language in sorted(languages):
        path = CATALOGUES / f"{language}.po"
        update(path, current)
        path.with_suffix(".mo").write_bytes(compiled(path))
        for message in untranslated(load(path)):
            missing += 1
            print(f"{language}.po: not translated: {message}")
    sys.exit(1 if missing else 0)


def template() -> Catalog:
    """Every message that the code has, in the order of files and lines.

    Raises: ValueError for one that stands alone in one place and has a form for many in another:
    catalogues cannot tell these apart.
    """
    catalogue = Catalog(project="ovbot", version="1", header_comment="# What ovbot says.")
    errors = dict.fromkeys(error_names(), 1)
    for path in sorted(BOT.rglob("*.py")):
        room = path.relative_to(BOT).parts[0]
        for message in messages(path, _FUNCTIONS | (errors if room in ERROR_ROOMS else {})):
            known = catalogue.get(message)
            if known and known.id != message:
                raise ValueError(f"{path}: say {message!r} in other words: elsewhere it has forms")
            # Where a message stands is the file alone: lines change with every commit.
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def messages(path: Path, functions: dict[str, int]) -> Iterator[str | tuple[str, ...]]:
    """The literals that a file gives to `functions`, as (one, many) where there are forms."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        given = call.args[: functions.get(name, 0)]
        literals = [
            arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if literals and len(literals) == len(given):
            yield literals[0] if len(literals) == 1 else tuple(literals)


def error_names() -> set[str]:
    """OvbotError and all that inherit from it, in `bot`."""
    parents: dict[str, set[str]] = {}
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                parents[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    names = {"OvbotError"}
    while more := {name for name, bases in parents.items() if bases & names} - names:
        names |= more
    return names


def update(path: Path, current: Catalog) -> None:
    """Bring the catalogue at `path` in step with `current`, the template; start it if there is none."""
    if path.exists():
        catalogue = load(path)
    else:
        catalogue = Catalog(
            locale=path.stem.replace("-", "_"),
            project=current.project,
            version=current.version,
            header_comment=current.header_comment,
            fuzzy=False,
        )
    catalogue.update(current, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)


def compiled(path: Path) -> bytes:
    """The .mo file that belongs to the .po file at `path`: what is translated, and nothing else."""
    file = BytesIO()
    write_mo(file, load(path))
    return file.getvalue()


def load(path: Path) -> Catalog:
    """The catalogue at `path`, named by its language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages of `catalogue` that have no translation, or only a guessed one."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        one = message.id if isinstance(message.id, str) else message.id[0]
        forms = [message.string] if isinstance(message.string, str) else message.string
        if message.fuzzy or not forms or not all(forms):
            missing.append(one)
    return missing


if __name__ == "__main__":
    main()
