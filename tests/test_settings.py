from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_example_file_holds_every_setting_with_its_default() -> None:
    example = dotenv_values(ROOT / ".env.example")
    assert set(example) == {name.upper() for name in Settings.model_fields}
    assert load_settings(ROOT / ".env.example") == load_settings(None)


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme]
    assert not missing


def test_the_environment_wins_over_the_file_and_options_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / ".env"
    env.write_text("MAX_NEW_TOKENS=10\nTOP_K=11\nCONCURRENCY=12\n")
    monkeypatch.setenv("TOP_K", "21")
    monkeypatch.setenv("CONCURRENCY", "22")
    settings = load_settings(env, concurrency=32)
    assert (settings.max_new_tokens, settings.top_k, settings.concurrency) == (10, 21, 32)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings(None).max_new_tokens = 3  # type: ignore[misc]


def test_an_empty_variable_is_unset_but_where_empty_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SEED", "MODEL_DIR", "DISCORD_TOKEN", "MAX_NEW_TOKENS", "CACHE_DIR", "SYSTEM_PROMPT"):
        monkeypatch.setenv(name, "")
    settings = load_settings(None)
    assert (settings.seed, settings.model_dir, settings.discord_token) == (None, None, None)
    assert settings.max_new_tokens == 1024
    assert (settings.cache_dir, settings.system_prompt) == ("", "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAX_NEW_TOKENS", "many", "integer"),
        ("MAX_NEW_TOKENS", "0", "greater than or equal to 1"),
        ("TEMPERATURE", "-1", "greater than or equal to 0"),
        ("TOP_P", "1.5", "less than or equal to 1"),
        ("TOP_K", "99999999999999999999", "less than or equal to"),
        ("ENGINE", "llama", "'genai' or 'optimum'"),
        ("OV_CONFIG", "{broken", "JSON object"),
        ("OV_CONFIG", "[1]", "JSON object"),
        ("DISCORD_API_URL", "discord.com", "http(s)://"),
        ("DISCORD_API_URL", "https:// discord.com", "http(s)://"),
        ("DISCORD_GATEWAY_URL", "wss://", "ws(s)://"),
        ("SYSTEM_PROMPT", "\udcff", "UTF-8"),
        ("MODEL_DIR", "~nobody-of-that-name/model", "home folder"),
        ("LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("DATABASE_URL", "file.db", "SQLAlchemy"),
    ],
)
def test_a_bad_setting_is_one_line_with_name_value_and_what_is_allowed(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    [line] = str(error.value).splitlines()
    assert line.startswith(f"{name}={value!r}")
    assert said in line
    assert error.value.exit_code == 2


def test_a_long_value_is_shown_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED", "x" * 5000)
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    assert len(str(error.value)) < 300


def test_the_password_of_a_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:lovelace@db.example/bot")
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    assert "postgresql://ada:***@db.example/bot" in str(error.value)
    assert "lovelace" not in str(error.value)


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_DIR", "~/models/phi")
    assert load_settings(None).model_dir == Path.home() / "models" / "phi"


def test_several_bad_settings_are_all_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOP_P", "7")
    monkeypatch.setenv("TOP_K", "x")
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    assert len(str(error.value).splitlines()) == 2


@pytest.mark.parametrize("token", ["two words", "short", "ünïcode" * 10])
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    assert str(error.value).startswith("DISCORD_TOKEN=(hidden)")
    assert token not in str(error.value)


def test_the_token_is_in_no_printed_form_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "abcdefghij.klmnop.qrstuvwxyz")
    assert "klmnop" not in f"{load_settings(None)!r} {load_settings(None)}"


def test_a_variable_of_the_file_that_no_setting_has_is_told(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("MAX_NEW_TOKEN=10\n")
    with pytest.raises(SettingsError, match=r"MAX_NEW_TOKEN.*MAX_NEW_TOKENS"):
        load_settings(env)


def test_a_file_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes(b"SYSTEM_PROMPT=\xff\xfe\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(env)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('OV_CONFIG="{"NUM_STREAMS": "1"}"', "line 2 is not of the form"),
        ('SYSTEM_PROMPT="no end', "line 2 is not of the form"),
        ("DISCORD_TOKEN", "line 2: DISCORD_TOKEN has no value"),
    ],
)
def test_a_line_of_the_file_that_cannot_be_understood_is_told(tmp_path: Path, line: str, said: str) -> None:
    env = tmp_path / ".env"
    env.write_text(f"TOP_K=3\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_settings(env)


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfTOP_K=3\n", b"TOP_K=3\r\n", b" TOP_K = '3' # three\nOTHERS"]
)
def test_files_from_any_editor_are_read(tmp_path: Path, content: bytes) -> None:
    env = tmp_path / ".env"
    env.write_bytes(content)
    assert load_settings(env).top_k == 3


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)
