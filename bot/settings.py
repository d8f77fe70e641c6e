"""Settings from the environment and from a `.env` file: typed, frozen, built once by `load_settings`."""

from __future__ import annotations

import difflib
import json
import re
import reprlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

SECRET = {"discord_token"}
_TOKEN = re.compile(r"[!-~]{8,}")
_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^@\s]*(?=@)")
_REASONS = {"string_pattern_mismatch": "not of the right form"}
_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = 100
EMPTY_MEANS_NONE = {"cache_dir", "system_prompt"}


LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class EngineKind(StrEnum):
    """The engines that can be chosen."""

    GENAI = "genai"
    OPTIMUM = "optimum"


class Settings(BaseSettings):
    """Everything that can be set. Field names in upper case are the variables' names."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding="utf-8")

    discord_token: SecretStr | None = Field(
        None, description="the bot's token, from Discord's Developer Portal"
    )
    discord_api_url: str = Field(
        "https://discord.com/api/v10",
        pattern=r"^https?://[^\s/]\S*$",
        description="the REST API's base URL, http(s)://…",
    )
    discord_gateway_url: str | None = Field(
        None,
        pattern=r"^wss?://[^\s/]\S*$",
        description="the gateway's URL, ws(s)://…; empty: the API names it",
    )

    model_dir: Path | None = Field(None, description="folder of an OpenVINO model; empty for the demo model")
    engine: EngineKind = Field(EngineKind.GENAI, description="which engine runs the model")
    device: str = Field(
        "CPU", pattern=r"^[A-Za-z0-9.:,_()-]+$", description="OpenVINO device: CPU, GPU, GPU.0, NPU, AUTO"
    )
    ov_config: Annotated[dict[str, Any], NoDecode] = Field(
        default={"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1"},
        description="OpenVINO properties, a JSON object",
    )
    cache_dir: str = Field("data/cache", description="folder for compiled models; empty for none")

    system_prompt: str = Field(
        "You are a helpful AI assistant.", description="what the model is told first; empty for nothing"
    )
    max_new_tokens: int = Field(1024, ge=1, le=32768, description="longest reply, in tokens")
    context_tokens: int | None = Field(
        None, ge=64, description="bound on prompt and reply together, in tokens; empty for the model's own"
    )
    temperature: float = Field(0.0, ge=0, le=5, description="0 always takes the likeliest token")
    top_p: float = Field(0.95, gt=0, le=1, description="draw from the likeliest tokens of this total share")
    top_k: int = Field(
        50, ge=0, le=1_000_000, description="draw from this many tokens at most; 0 for no bound"
    )
    repetition_penalty: float = Field(1.0, gt=0, le=5, description="above 1 discourages repetition")
    seed: int | None = Field(None, ge=0, lt=2**63, description="for repeatable draws; empty for new ones")

    prefill_chunk: int = Field(
        128, ge=32, le=4096, description="tokens of a prompt read at a time; fewer keep other replies moving"
    )
    kv_cache_gib: float | None = Field(
        None, gt=0, le=1024, description="memory for keys and values; empty for a share of what is free"
    )
    kv_precision: Literal["u8", "f16", "bf16", "f32"] = Field(
        "u8", description="how keys and values are kept: u8, f16, bf16 or f32"
    )
    prompt_lookup: int = Field(
        0, ge=0, le=32, description="tokens guessed from the prompt a step; 0 for none"
    )
    draft_model_dir: Path | None = Field(
        None,
        description="folder of a smaller model with the same vocabulary that guesses ahead; empty for none",
    )

    concurrency: int = Field(4, ge=1, le=64, description="replies made at the same time")
    queue_size: int = Field(32, ge=1, le=10000, description="messages that may wait; more are refused")

    requests_per_minute: int = Field(
        20, ge=0, le=600, description="messages and commands taken from one person a minute; 0 for no bound"
    )
    daily_tokens: int | None = Field(
        None,
        ge=1,
        le=1_000_000_000,
        description="tokens read and written for one person a day; empty for no bound",
    )
    mention_after: float = Field(
        60,
        ge=0,
        le=86_400,
        description="seconds after which a finished reply mentions who asked; 0 for never",
    )
    catch_up_hours: float = Field(
        24, ge=1, le=8760, description="how old missed messages may be that are still answered, in hours"
    )
    attachment_kib: int = Field(
        512, ge=0, le=25_600, description="largest attached file that is read, in KiB; 0 for none"
    )

    database_url: str = Field(
        "sqlite+aiosqlite:///data/ovbot.sqlite3",
        pattern=r"^[a-z0-9]+\+[a-z0-9]+:///?",
        description="where conversations are kept, an SQLAlchemy URL with an asyncio driver: "
        "sqlite+aiosqlite:///path or postgresql+asyncpg://…",
    )
    keep_days: int | None = Field(
        None, ge=1, le=36_500, description="days after which what was said is erased; empty for never"
    )
    log_level: LogLevel = Field("INFO", description="how much is logged")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A variable left empty has its default, but for those where empty means none."""
        return {name: value for name, value in values.items() if value != "" or name in EMPTY_MEANS_NONE}

    @field_validator("*", mode="before")
    @classmethod
    def _check_text(cls, value: object) -> object:
        """Bytes that are no text reach Python as lone surrogates, which nothing further on can encode."""
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ValueError("not UTF-8 text") from None
        return value

    @field_validator("model_dir", "draft_model_dir")
    @classmethod
    def _find_home(cls, value: Path | None) -> Path | None:
        """Shells leave a `~` alone that stands in quotes or in a file."""
        try:
            return value and value.expanduser()
        except RuntimeError:
            raise ValueError("there is no such home folder") from None

    @field_validator("ov_config", mode="before")
    @classmethod
    def _parse_ov_config(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            parsed = json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"a JSON object ({error})") from error
        if not isinstance(parsed, dict):
            raise ValueError("a JSON object")
        return parsed

    @field_validator("discord_token", mode="before")
    @classmethod
    def _check_token(cls, value: object) -> object:
        if isinstance(value, str) and not _TOKEN.fullmatch(value):
            raise ValueError("a token is one run of letters, digits and signs without spaces")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        known = isinstance(value, str) and value.upper() in get_args(LogLevel)
        return str(value).upper() if known else value


def load_settings(env_file: Path | None = Path(".env"), **overrides: Any) -> Settings:
    """Build the settings. `overrides` (field names in lower case) win over the environment, which
    wins over `env_file` (none is needed).

    Raises: SettingsError with one line for each variable that is wrong or, in `env_file`, unknown.
    """
    try:
        if env_file is not None and env_file.exists():
            _check_file(env_file)
        return Settings(_env_file=env_file, **overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_line(problem) for problem in error.errors())) from None


def _check_file(env_file: Path) -> None:
    """Whatever cannot be understood would otherwise be without effect, and nobody would notice."""
    try:
        with env_file.open(encoding="utf-8") as file:
            problems = [_problem(binding) for binding in parse_stream(file)]
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file} is not UTF-8 text ({error.reason}): save it as UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"{env_file} cannot be read: {error.strerror}.") from None
    if lines := [f"{env_file}, {problem}" for problem in problems if problem]:
        raise SettingsError("\n".join(lines))


def _problem(binding: Binding) -> str | None:
    """What is wrong with a line of the file. Variables that resemble no setting are somebody else's."""
    line, name = f"line {binding.original.line}", binding.key
    if binding.error:
        return f"{line} is not of the form NAME=value: check its quotes, or put # in front of a comment."
    if name is None:
        return None
    known = [field.upper() for field in Settings.model_fields]
    if name.upper() in known:
        return f"{line}: {name} has no value, write {name}=" if binding.value is None else None
    similar = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
    return f"{line}: {name} is no setting, did you mean {similar[0]}?" if similar else None


def _line(problem: Any) -> str:
    """One line for a person: variable, value (never a secret one), what is allowed."""
    field = str(problem["loc"][0])
    shown = "(hidden)" if field in SECRET else _PASSWORD.sub(r"\1:***", _SHOWN.repr(problem["input"]))
    allowed = _REASONS.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    allowed = allowed[:1].lower() + allowed[1:]
    meaning = Settings.model_fields[field].description
    return f"{field.upper()}={shown} is not allowed: {allowed} ({meaning})."
