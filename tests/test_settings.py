"""The settings: where they come from, and what is said of wrong ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.errors import SettingsError
from bot.settings import DATABASE, DISCORD, EngineKind, Settings, check_token, load_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_example_file_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    shown = re.sub(r"(?m)^#(?=[A-Z_]+=)", "", (ROOT / ".env.example").read_text(encoding="utf-8"))
    env = tmp_path / ".env"
    env.write_text(shown, encoding="utf-8")
    assert set(dotenv_values(env)) == {name.upper() for name in Settings.model_fields}
    assert load_settings(env) == load_settings(None)


def test_a_copy_of_the_example_file_sets_nothing() -> None:
    assert dotenv_values(ROOT / ".env.example") == {"DISCORD_TOKEN": ""}
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


def test_an_empty_variable_is_unset_except_where_empty_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SEED", "MODEL_DIR", "DISCORD_TOKEN", "MAX_NEW_TOKENS", "CACHE_DIR", "SYSTEM_PROMPT"):
        monkeypatch.setenv(name, "")
    settings = load_settings(None)
    assert (settings.seed, settings.model_dir, settings.discord_token) == (None, None, None)
    assert settings.max_new_tokens == 1024
    assert (settings.cache_dir, settings.system_prompt) == ("", "")


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_the_file_sets_what_is_empty_in_the_environment(
    case: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / ".env"
    env.write_text("DISCORD_TOKEN=one.two.three\nTOP_K=11\nCACHE_DIR=cache\nSYSTEM_PROMPT=Hi.\n")
    for name in ("DISCORD_TOKEN", "TOP_K", "CACHE_DIR", "SYSTEM_PROMPT"):
        monkeypatch.setenv(case(name), "")
    settings = load_settings(env)
    check_token(settings, env)
    assert settings.top_k == 11
    assert (settings.cache_dir, settings.system_prompt) == ("", "")


def test_a_wrong_value_of_the_file_is_told_as_the_files_where_the_environments_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / ".env"
    env.write_text("TOP_K=x\n")
    monkeypatch.setenv("TOP_K", "")
    with pytest.raises(SettingsError, match=re.escape(f"TOP_K='x' in {env}, line 1")):
        load_settings(env)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAX_NEW_TOKENS", "many", "it must be a whole number"),
        ("MAX_NEW_TOKENS", "1.5", "it must be a whole number"),
        ("MAX_NEW_TOKENS", "0", "it must be at least 1"),
        ("TEMPERATURE", "-1", "it must be at least 0"),
        ("TEMPERATURE", "warm", "it must be a number"),
        ("TEMPERATURE", "nan", "it must be a number"),
        ("TEMPERATURE", "-inf", "it must be a number"),
        ("MENTION_AFTER", "nan", "it must be a number"),
        ("TOP_P", "1.5", "it must be at most 1"),
        ("TOP_P", "0", "it must be more than 0"),
        ("TOP_K", "99999999999999999999", "it must be at most"),
        ("SEED", "9223372036854775808", "it must be less than"),
        ("KV_CACHE_GIB", "inf", "it must be a number"),
        ("KV_PRECISION", "u4", "'u8', 'f16', 'bf16' or 'f32'"),
        ("DEVICE", "my GPU", "it does not have the right form"),
        ("ENGINE", "llama", "'genai' or 'optimum'"),
        ("OV_CONFIG", "{broken", "JSON object"),
        ("OV_CONFIG", "[1]", "JSON object"),
        ("DISCORD_API_URL", "discord.com", "http(s)://"),
        ("DISCORD_API_URL", "https:// discord.com", "http(s)://"),
        ("DISCORD_API_URL", "https://[::1", "it is not a URL"),
        ("DISCORD_API_URL", "http://a:99999/", "Port out of range"),
        ("DISCORD_API_URL", "http://:80/", "host is required"),
        ("DISCORD_API_URL", "http://a..b/", "there can be no host 'a..b'"),
        ("DISCORD_GATEWAY_URL", "wss://", "ws(s)://"),
        ("DISCORD_GATEWAY_URL", "ws://x:abc", "it is not a URL"),
        ("SYSTEM_PROMPT", "\udcff", "UTF-8"),
        ("MODEL_DIR", "~nobody-of-that-name/model", "home folder"),
        ("LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("DATABASE_URL", "file.db", "SQLAlchemy"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name_its_value_where_it_is_set_and_what_is_allowed(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    [line] = str(error.value).splitlines()
    assert line.startswith(f"{name}={value!r} in the environment is not allowed: ")
    assert said in line
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "url",
    ["http://[::1]:8080/api", "https://bot:pw@chat.example:443/v10", "http://bücher.example/", "http://a"],
)
def test_a_url_with_a_host_and_a_port_that_can_be_is_taken(url: str) -> None:
    assert load_settings(None, discord_api_url=url).discord_api_url == url


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


def test_what_is_chosen_by_name_may_be_in_any_letter_case(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ENGINE", "Optimum"), ("KV_PRECISION", "BF16"), ("LOG_LEVEL", "debug")):
        monkeypatch.setenv(name, value)
    settings = load_settings(None)
    assert settings.engine is EngineKind.OPTIMUM
    assert (settings.kv_precision, settings.log_level) == ("bf16", "DEBUG")


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_DIR", "~/models/phi")
    assert load_settings(None).model_dir == Path.home() / "models" / "phi"


def test_several_wrong_settings_are_all_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOP_P", "7")
    monkeypatch.setenv("TOP_K", "x")
    with pytest.raises(SettingsError) as error:
        load_settings(None)
    assert len(str(error.value).splitlines()) == 2


def test_a_wrong_setting_of_a_file_is_told_with_the_files_whole_path_and_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SEED=1\n\nTOP_K=x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as error:
        load_settings(Path(".env"))
    assert f"TOP_K='x' in {tmp_path / '.env'}, line 3 is not allowed" in str(error.value)


def test_a_wrong_option_is_told_as_one_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE", "genai")
    with pytest.raises(SettingsError, match="ENGINE='llama' on the command line is not allowed"):
        load_settings(None, engine="llama")


@pytest.mark.parametrize("token", ["two words", "ünïcode" * 10, "abcdefgh.ijkl\x00mnop.qrst"])
def test_a_token_with_odd_characters_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(None, discord_token=token)
    assert str(error.value).startswith("DISCORD_TOKEN=(hidden)")
    assert "Reset Token" in str(error.value)
    assert token not in str(error.value)


@pytest.mark.parametrize("token", ["Bot one.two.three", "bot  one.two.three"])
def test_the_word_bot_before_a_token_is_told(token: str) -> None:
    with pytest.raises(SettingsError, match='leave out "Bot " in front of the token') as error:
        load_settings(None, discord_token=token)
    assert "one.two" not in str(error.value)


@pytest.mark.parametrize("token", ["abc", "123456789012345678", "a1b2" * 16, "one.two"])
def test_what_cannot_be_a_token_of_discord_is_refused_before_connecting(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    with pytest.raises(SettingsError) as error:
        check_token(load_settings(None))
    [line] = str(error.value).splitlines()
    assert line.startswith("DISCORD_TOKEN in the environment is not a bot token")
    assert f"this has {len(token)} characters" in line
    assert "Reset Token" in line
    assert token not in line


@pytest.mark.parametrize("name", ["discord_token", "Discord_Token"])
def test_a_token_of_the_environment_is_told_as_its_own_in_any_letter_case(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "abc")
    with pytest.raises(SettingsError, match=r"^DISCORD_TOKEN in the environment is not a bot token"):
        check_token(load_settings(None))


def test_another_servers_tokens_may_have_any_form() -> None:
    check_token(load_settings(None, discord_token="abc", discord_api_url="https://chat.example/api/v10"))


def test_white_space_around_a_token_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", " one.two.three\n")
    settings = load_settings(None)
    check_token(settings)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "one.two.three"


def test_where_there_is_no_token_the_file_that_was_searched_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=re.escape(f"there is no {tmp_path / '.env'}: copy .env.example")):
        check_token(load_settings())
    (tmp_path / ".env").write_text("DISCORD_TOKEN=\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(f"not in {tmp_path / '.env'}")):
        check_token(load_settings())


@pytest.mark.parametrize("line", ["DISCORD_TOKEN=two words", "DISCORD_TOKEN", "DISCORD_TOKN=x"])
def test_a_setting_that_a_command_does_not_use_cannot_stop_it(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEP_DAYS", "for ever")
    env = tmp_path / ".env"
    env.write_text(f"{line}\nTOP_K=3\n", encoding="utf-8")
    settings = load_settings(env, DISCORD | DATABASE)
    assert (settings.discord_token, settings.keep_days, settings.top_k) == (None, None, 3)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite+aiosqlite:///data/bot.sqlite3", str(Path("data/bot.sqlite3").absolute())),
        ("sqlite+aiosqlite:////srv/bot.sqlite3", "/srv/bot.sqlite3"),
        ("postgresql+asyncpg://ada:lovelace@db/bot", "postgresql+asyncpg://ada:***@db/bot"),
    ],
)
def test_where_conversations_are_kept_is_shown_without_a_password(url: str, shown: str) -> None:
    assert load_settings(None, database_url=url).shown_database == shown


def test_the_token_is_in_no_printed_form_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "abcdefghij.klmnop.qrstuvwxyz")
    assert "klmnop" not in f"{load_settings(None)!r} {load_settings(None)}"


def test_a_misspelt_variable_in_the_file_is_told(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("MAX_NEW_TOKEN=10\n")
    with pytest.raises(SettingsError, match=r"MAX_NEW_TOKEN.*MAX_NEW_TOKENS"):
        load_settings(env)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
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


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize("name", ["messages", "add_generation_prompt", "continue_final_message", "tools"])
def test_what_the_bot_gives_to_a_chat_template_itself_cannot_be_set(name: str) -> None:
    with pytest.raises(SettingsError, match=f"CHAT_TEMPLATE_KWARGS.*{name} is set by the bot itself"):
        load_settings(None, chat_template_kwargs=f'{{"enable_thinking": true, "{name}": 1}}')
