"""Who is meant by a message, and what it says in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client.inbox.addressing import (
    Addressed,
    Addressees,
    Names,
    addressed,
    leading_mention,
    mentioned,
    plain_text,
)

ME, MY_ROLE, ALICE, BOB = 1000, 1001, 2000, 3000
NAMES = Names({ALICE: "Alice", BOB: "Bob B."}, {5: "mods"}, {7: "general"})


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (Addressees(ME), Addressed.WHERE_FREE),
        (Addressees(ME, leads_with=0), Addressed.NO),
        (Addressees(ME, mentions_me=True), Addressed.YES),
        (Addressees(ME, direct=True), Addressed.YES),
        (Addressees(ME, replied_to=ME), Addressed.YES),
        (Addressees(ME, replied_to=ALICE), Addressed.NO),
        (Addressees(ME, replied_to=ALICE, mentions_me=True), Addressed.YES),
        (Addressees(ME, leads_with=ALICE), Addressed.NO),
        (Addressees(ME, leads_with=ALICE, mentions_me=True), Addressed.YES),
    ],
)
def test_who_is_meant(to: Addressees, expected: Addressed) -> None:
    assert addressed(to) is expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@1000> what is a kettle?", "what is a kettle?"),
        ("<@!1000>, what is a kettle?", "what is a kettle?"),
        ("what is a kettle <@1000>", "what is a kettle"),
        ("what is a kettle, <@1000>?", "what is a kettle, ?"),
        ("hey <@1000> hello", "hey hello"),
        ("<@1000>", ""),
        ("<@1000> <@1000>", ""),
        ("<@&1001> hello", "hello"),
        ("<@1000> <@&1001>", ""),
        ("<@1000>\n```py\nif x:\n    y\n```", "```py\nif x:\n    y\n```"),
        ("<@1000> ask <@2000> and <@!3000>", "ask @Alice and @Bob B."),
        ("<@1000> ask <@4000>", "ask @someone"),
        ("<@&5> in <#7> or <#8> <@&6>", "@mods in #general or #channel @role"),
        ("<:wave:123456> <a:dance:99> </ask:42>", ":wave: :dance: /ask"),
        ("a < b and <@ x> <@everyone> @everyone", "a < b and <@ x> <@everyone> @everyone"),
        ("  two  spaces  stay ", "two  spaces  stay"),
    ],
)
def test_mentions_become_names_and_the_bots_own_goes(text: str, plain: str) -> None:
    assert plain_text(text, ME, NAMES, my_role=MY_ROLE) == plain


@given(st.text(st.sampled_from("<@!&#:1001> a\n"), max_size=60))
def test_no_mention_of_the_bot_is_left(text: str) -> None:
    once = plain_text(text, ME, NAMES, my_role=MY_ROLE)
    assert f"<@{ME}>" not in once
    assert f"<@&{MY_ROLE}>" not in once


@given(st.text(st.characters(exclude_characters="<"), max_size=200))
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert plain_text(text, ME, NAMES, my_role=MY_ROLE) == text.strip()


def test_the_person_a_text_begins_with() -> None:
    assert leading_mention("<@2000> hi") == ALICE
    assert leading_mention(" <@!2000>") == ALICE
    assert leading_mention("<@&5> hi") == 5
    assert leading_mention("@everyone hi") == leading_mention("@here") == 0
    assert leading_mention("hi <@2000>") is None
    assert leading_mention("@everyoneelse") is None


def test_what_a_text_mentions() -> None:
    text = "<@2000> and <@!3000>, <@&5> and <#7>, </ask:9>"
    assert mentioned(text, "user") == {ALICE, BOB}
    assert mentioned(text, "role") == {5}
    assert mentioned(text, "channel") == {7}
