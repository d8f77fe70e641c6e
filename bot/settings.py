"""Settings from the environment and from a `.env` file: typed, frozen, built once by `load_settings`."""

from __future__ import annotations

import difflib
import json
import os
import re
import reprlib
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError

ENV_FILE = Path(".env")
SECRET = {"discord_token"}
EMPTY_MEANS_NONE = {"cache_dir", "system_prompt"}

# What limits prompt and reply together, beside the model.
LIMITING = frozenset({"engine", "device", "context_tokens", "kv_cache_gib", "kv_precision", "concurrency"})

# Where a command has no use for them, wrong values do not keep it from starting.
DISCORD = frozenset({"discord_token", "discord_api_url", "discord_gateway_url"})
DATABASE = frozenset({"database_url", "keep_days"})
PEOPLE = frozenset(
    {
        "queue_size",
        "requests_per_minute",
        "daily_tokens",
        "mention_after",
        "catch_up_hours",
        "attachment_kib",
    }
)

SAMPLING = frozenset({"temperature", "top_p", "top_k", "min_p", "repetition_penalty"})
"""How tokens are chosen; None where the model's own configuration says it."""

_GET_A_TOKEN = "get one at https://discord.com/developers/applications > your application > Bot > Reset Token"
_ONE_WORD = re.compile(r"[!-~]+")
_DISCORD = re.compile(r"https?://([\w-]+\.)*discord\.com(/|$)")
_DISCORD_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^@\s]*(?=@)")
_SQLITE = re.compile(r"sqlite\+\w+:///(?!file:)([^?]+)")
_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = 100

# What is allowed, by pydantic's name for what is wrong; the figures come from the error.
_ALLOWED = {
    "int_parsing": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "int_parsing_size": "the number is too large",
    "float_parsing": "it must be a number",
    "finite_number": "it must be a number",
    "greater_than": "it must be more than {gt}",
    "greater_than_equal": "it must be at least {ge}",
    "less_than": "it must be less than {lt}",
    "less_than_equal": "it must be at most {le}",
    "enum": "it must be {expected}",
    "literal_error": "it must be {expected}",
    "string_pattern_mismatch": "it does not have the right form",
}

Reasoning = Literal["auto", "on", "off"]
KvPrecision = Literal["u8", "f16", "bf16", "f32"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class EngineKind(StrEnum):
    """The engines that can be chosen."""

    GENAI = "genai"
    OPTIMUM = "optimum"


# What transformers' rendering of a chat template takes besides a template's own variables.
_TEMPLATE_NAMES = {
    "messages",
    "chat_template",
    "add_generation_prompt",
    "continue_final_message",
    "return_assistant_tokens_mask",
    "tools",
    "documents",
    "conversations",
}

# What can be chosen, in any letter case.
_CHOICES: dict[str, tuple[str, ...]] = {
    "engine": tuple(EngineKind),
    "reasoning": get_args(Reasoning),
    "kv_precision": get_args(KvPrecision),
    "log_level": get_args(LogLevel),
}


class _Environment(EnvSettingsSource):
    """The environment, without the variables that are empty where empty does not mean none."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, env_ignore_empty=True)

    def __call__(self) -> dict[str, Any]:
        return {name: "" for name in EMPTY_MEANS_NONE if _is_in_environment(name)} | super().__call__()


class Settings(BaseSettings):
    """Everything that can be set. Field names in upper case are the variables' names."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_file_encoding="utf-8", allow_inf_nan=False
    )

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
    engine: EngineKind = Field(EngineKind.GENAI, description="what runs the model")
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
    reasoning: Reasoning = Field(
        "auto",
        description="whether a model that can reason does so before it answers: auto (as the model has "
        "it), on, off",
    )
    reasoning_tokens: int = Field(
        1024, ge=0, le=32768, description="longest reasoning, in tokens, after which the answer is begun"
    )
    chat_template_kwargs: Annotated[dict[str, Any], NoDecode] = Field(
        default={}, description="variables for the model's chat template, a JSON object"
    )
    context_tokens: int | None = Field(
        None, ge=64, description="most tokens of prompt and reply together; empty for the model's own limit"
    )
    temperature: float | None = Field(
        None,
        ge=0,
        le=5,
        description="0 always takes the most likely token; higher is more varied; empty for the model's own",
    )
    top_p: float | None = Field(
        None,
        gt=0,
        le=1,
        description="choose among the most likely tokens that add up to this probability; "
        "empty for the model's own",
    )
    top_k: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description="choose among this many of the most likely tokens; 0 for no limit; "
        "empty for the model's own",
    )
    min_p: float | None = Field(
        None,
        ge=0,
        lt=1,
        description="leave out tokens less likely than this share of the likeliest one; "
        "empty for the model's own",
    )
    repetition_penalty: float | None = Field(
        None, gt=0, le=5, description="above 1 discourages repetition; empty for the model's own"
    )
    seed: int | None = Field(
        None, ge=0, lt=2**63, description="for repeatable replies; empty for a new one each time"
    )

    prefill_chunk: int = Field(
        128, ge=32, le=4096, description="tokens that one step of the model works on at most"
    )
    kv_cache_gib: float | None = Field(
        None, gt=0, le=1024, description="memory for the KV cache, in GiB; empty for a share of what is free"
    )
    kv_precision: KvPrecision = Field("u8", description="precision of the KV cache: u8, f16, bf16 or f32")
    prompt_lookup: int = Field(
        0, ge=0, le=32, description="tokens guessed from the prompt in each step; 0 for none"
    )
    draft_model_dir: Path | None = Field(
        None,
        description="folder of a smaller model with the same vocabulary that drafts tokens; empty for none",
    )

    concurrency: int = Field(4, ge=1, le=64, description="replies generated at the same time")
    queue_size: int = Field(
        32, ge=1, le=10000, description="messages that may wait in the queue; more are refused"
    )

    requests_per_minute: int = Field(
        20,
        ge=0,
        le=600,
        description="messages and commands that one person may send a minute; 0 for no limit",
    )
    daily_tokens: int | None = Field(
        None,
        ge=1,
        le=1_000_000_000,
        description="tokens that one person may use a day; empty for no limit",
    )
    mention_after: float = Field(
        60,
        ge=0,
        le=86_400,
        description="seconds after which a finished reply mentions the person who asked; 0 for never",
    )
    catch_up_hours: float = Field(
        24, ge=1, le=8760, description="how old a missed message may be to be answered still, in hours"
    )
    attachment_kib: int = Field(
        512, ge=0, le=25_600, description="size of the largest attached file that is read, in KiB; 0 for none"
    )

    database_url: str = Field(
        "sqlite+aiosqlite:///data/ovbot.sqlite3",
        pattern=r"^[a-z0-9]+\+[a-z0-9]+:///?",
        description="where conversations are kept, an SQLAlchemy URL with an asyncio driver: "
        "sqlite+aiosqlite:///path or postgresql+asyncpg://…",
    )
    keep_days: int | None = Field(
        None, ge=1, le=36_500, description="days after which messages and replies are erased; empty for never"
    )
    log_level: LogLevel = Field("INFO", description="how much is logged")

    @property
    def shown_database(self) -> str:
        """Where conversations are kept, for people: a file's whole path, or a URL without its password."""
        if found := _SQLITE.match(self.database_url):
            return str(Path(found[1]).absolute())
        return _PASSWORD.sub(r"\1:***", self.database_url)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values come from, the first of them that has one: arguments, the environment, the file."""
        return init_settings, _Environment(settings_cls), dotenv_settings

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        """An empty variable has its default, except where empty means none."""
        return {name: value for name, value in values.items() if value != "" or name in EMPTY_MEANS_NONE}

    @field_validator("*", mode="before")
    @classmethod
    def _check_text(cls, value: object) -> object:
        """Bytes that are not text reach Python as lone surrogates, which nothing can encode later."""
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ValueError("it is not UTF-8 text") from None
        return value

    @field_validator("model_dir", "draft_model_dir")
    @classmethod
    def _find_home(cls, value: Path | None) -> Path | None:
        """A shell does not expand a `~` in quotes or in a file."""
        try:
            return value and value.expanduser()
        except RuntimeError:
            raise ValueError("there is no such home folder") from None

    @field_validator("discord_api_url", "discord_gateway_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        """What has the form of a URL may still have no host or an impossible port."""
        from yarl import URL

        if value is not None:
            try:
                host = URL(value).host or ""
                host.encode("idna")
            except UnicodeError:
                raise ValueError(f"there can be no host {host!r}") from None
            except ValueError as error:
                raise ValueError(f"it is not a URL: {error}") from None
        return value

    @field_validator("ov_config", "chat_template_kwargs", mode="before")
    @classmethod
    def _parse_json_object(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            parsed = json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"it must be a JSON object ({error})") from error
        if not isinstance(parsed, dict):
            raise ValueError("it must be a JSON object")
        return parsed

    @field_validator("chat_template_kwargs")
    @classmethod
    def _check_template_kwargs(cls, value: dict[str, Any]) -> dict[str, Any]:
        """What the bot gives to the template itself, or what would change what a prompt is."""
        if taken := _TEMPLATE_NAMES & value.keys():
            raise ValueError(f"{min(taken)} is set by the bot itself: leave it out")
        return value

    @field_validator("discord_token", mode="before")
    @classmethod
    def _check_token(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        token = value.strip()
        if re.match(r"bot\s", token, re.IGNORECASE):
            raise ValueError('leave out "Bot " in front of the token')
        if not _ONE_WORD.fullmatch(token):
            raise ValueError(f"a token has no spaces, and no characters but ASCII: {_GET_A_TOKEN}")
        return token

    @field_validator(*_CHOICES, mode="before")
    @classmethod
    def _find_choice(cls, value: object, info: ValidationInfo) -> object:
        choices = _CHOICES[str(info.field_name)]
        return next((choice for choice in choices if choice.lower() == str(value).lower()), value)


def load_settings(
    env_file: Path | None = ENV_FILE, unused: Collection[str] = (), /, **overrides: Any
) -> Settings:
    """Build the settings from the environment and, for what is not there or empty, from `env_file`.

    Variables may be written in any letter case. An empty CACHE_DIR or SYSTEM_PROMPT is a value: none.

    env_file: need not exist. unused: fields that are not wanted: they have their defaults, whatever is
    set. overrides: values by field, in place of both.

    Raises: SettingsError with one line for each variable that is wrong or, in `env_file`, unknown.
    """
    lines: dict[str, int] = {}
    if env_file is not None and env_file.exists():
        lines = _check_file(env_file.absolute(), unused)
    fields = Settings.model_fields
    defaults = {name: fields[name].get_default(call_default_factory=True) for name in unused}
    try:
        return Settings(_env_file=env_file, **(defaults | overrides))
    except ValidationError as error:
        problems = []
        for problem in error.errors():
            field = str(problem["loc"][0])
            if field in overrides:
                source = "on the command line"
            elif env_file is None or _is_in_environment(field):
                source = "in the environment"
            else:
                source = f"in {env_file.absolute()}, line {lines.get(field, '?')}"
            problems.append(_explain(field, problem, source))
        raise SettingsError("\n".join(problems)) from None


def check_token(settings: Settings, env_file: Path = ENV_FILE) -> None:
    """Check that there is a token, and that it can be one of Discord's where the bot connects to Discord.

    Raises: SettingsError with where it was looked for, and how to get one.
    """
    file = env_file.absolute()
    if settings.discord_token is None:
        found = f"not in {file}" if file.exists() else f"there is no {file}: copy .env.example to it"
        raise SettingsError(
            f"DISCORD_TOKEN is not set (not in the environment, and {found}). Set it to the bot's token: "
            f"{_GET_A_TOKEN}. To try the bot without Discord: ovbot demo"
        )
    token = settings.discord_token.get_secret_value()
    if _DISCORD.match(settings.discord_api_url) and not _DISCORD_TOKEN.fullmatch(token):
        source = "the environment" if _is_in_environment("discord_token") else str(file)
        raise SettingsError(
            f"DISCORD_TOKEN in {source} is not a bot token: those are three parts joined by dots, some 70 "
            f"characters; this has {len(token)} characters. The application's id, public key and client "
            f"secret are not tokens. For a token, {_GET_A_TOKEN}."
        )


def _is_in_environment(field: str) -> bool:
    """Whether a variable of the environment sets a field."""
    values = [value for name, value in os.environ.items() if name.lower() == field]
    return any(values) or (bool(values) and field in EMPTY_MEANS_NONE)


def _check_file(file: Path, unused: Collection[str]) -> dict[str, int]:
    """The lines of the file's settings, by field.

    Raises: SettingsError for what would have no effect otherwise, without anybody noticing.
    """
    try:
        with file.open(encoding="utf-8") as stream:
            bindings = list(parse_stream(stream))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text ({error.reason}): save it as UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from None
    problems = [_problem(binding, unused) for binding in bindings]
    if lines := [f"{file}, {problem}" for problem in problems if problem]:
        raise SettingsError("\n".join(lines))
    return {binding.key.lower(): _line_number(binding) for binding in bindings if binding.key}


def _line_number(binding: Binding) -> int:
    """dotenv counts the empty lines before a variable as a part of it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _problem(binding: Binding, unused: Collection[str]) -> str | None:
    """What is wrong with a line of the file. A variable that resembles no setting belongs to others."""
    line, name = f"line {_line_number(binding)}", binding.key
    if binding.error:
        return f"{line} is not of the form NAME=value: check its quotes, or put # in front of a comment."
    if name is None:
        return None
    known = [field.upper() for field in Settings.model_fields]
    similar = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
    if not similar or similar[0].lower() in unused:
        return None
    if name.upper() in known:
        return f"{line}: {name} has no value, write {name}=" if binding.value is None else None
    return f"{line}: {name} is not a setting, did you mean {similar[0]}?"


def _explain(field: str, problem: Any, source: str) -> str:
    """One line for a person: the variable, its value (unless secret), where it is set, what is allowed."""
    shown = "(hidden)" if field in SECRET else _PASSWORD.sub(r"\1:***", _SHOWN.repr(problem["input"]))
    if template := _ALLOWED.get(problem["type"]):
        allowed = template.format(**problem.get("ctx", {}))
    else:
        allowed = problem["msg"].removeprefix("Value error, ")
        allowed = allowed[:1].lower() + allowed[1:]
    meaning = Settings.model_fields[field].description
    return f"{field.upper()}={shown} {source} is not allowed: {allowed} ({meaning})."
