"""Slash commands as they are typed in the demo."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.slash_command import parse_slash_command
from bot.sandbox import SandboxError

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "ask",
        "options": [{"name": "prompt", "type": 3, "required": True}, {"name": "private", "type": 5}],
    },
    {"name": "help", "options": []},
    {
        "name": "persona",
        "options": [
            {
                "name": "set",
                "type": 1,
                "options": [{"name": "text", "type": 3}, {"name": "server", "type": 5}],
            },
            {"name": "show", "type": 1},
        ],
    },
    {
        "name": "summarize",
        "options": [{"name": "last", "type": 4}, {"name": "who", "type": 6}, {"name": "since", "type": 3}],
    },
    {"name": "stop", "options": [{"name": "all", "type": 5}]},
]


@pytest.mark.parametrize(
    ("line", "command", "options"),
    [
        ("/help", "help", {}),
        ("/ask what is a kettle?", "ask", {"prompt": "what is a kettle?"}),
        ("/ask prompt:is it: so? private:True", "ask", {"prompt": "is it: so?", "private": True}),
        ("/ask private:no hello", "ask", None),
        ("/ask https://a.org is what?", "ask", {"prompt": "https://a.org is what?"}),
        ("/ask explain: why?", "ask", {"prompt": "explain: why?"}),
        ("/ask hello private: yes", "ask", {"prompt": "hello", "private": True}),
        ("/persona set text:Be kind. server:false", "persona set", {"text": "Be kind.", "server": False}),
        ("/persona  show", "persona show", {}),
        ("/summarize last:5", "summarize", {"last": 5}),
        ("/summarize 5", "summarize", {"last": 5}),
        ("/summarize two hours", "summarize", {"since": "two hours"}),
        ("/summarize 09:00 last:5", "summarize", {"since": "09:00", "last": 5}),
        ("/stop yes", "stop", {"all": True}),
    ],
)  # fmt: skip
def test_a_typed_command_is_read_as_discord_would_send_it(
    line: str, command: str, options: dict[str, Any] | None
) -> None:
    if options is None:
        with pytest.raises(SandboxError, match="private takes True or False"):
            parse_slash_command(line, COMMANDS)
    else:
        assert parse_slash_command(line, COMMANDS) == (command, options)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/", "the command's name is missing"),
        ("/ help", "the command's name is missing"),
        ("/frob", "there is no command /frob; there are: /ask, /help"),
        ("/persona", "/persona is followed by one of: set, show"),
        ("/persona drop", "/persona is followed by one of: set, show"),
        ("/summarize last:many", "last takes a whole number"),
        ("/stop now", "write options as name:value; there are: all"),
        ("/summarize who:Ana", "cannot be typed here"),
        ("/summarize count:0", "there is no option count; there are: last, who, since"),
        ("/summarize count:0 last:5", "there is no option count; there are: last, who, since"),
        ("/help whatever", "/help takes no options: write it without whatever"),
        ("/persona show me", "/persona show takes no options: write it without me"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(line: str, said: str) -> None:
    with pytest.raises(SandboxError, match=said) as error:
        parse_slash_command(line, COMMANDS)
    assert "\n" not in str(error.value)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters=":"), min_size=1))
def test_any_text_without_options_is_the_prompt(text: str) -> None:
    prompt = text.strip()
    assert parse_slash_command(f"/ask {text}", COMMANDS) == ("ask", {"prompt": prompt} if prompt else {})
