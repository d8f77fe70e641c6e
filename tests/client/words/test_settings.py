"""What the panel says about who may set personas and reset conversations."""

from __future__ import annotations

import pytest

from bot.client.words import settings
from bot.i18n import LANGUAGES, speaking

PERSONA_BY = ("moderators", "everyone")
RESET_BY = ("moderators", "confirm", "everyone")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_choice_has_a_label_and_a_sentence_of_its_own(language: str) -> None:
    with speaking(language):
        assert len({settings.who(value) for value in RESET_BY}) == len(RESET_BY)
        assert len({settings.persona_by(value) for value in PERSONA_BY}) == len(PERSONA_BY)
        assert len({settings.reset_by(value) for value in RESET_BY}) == len(RESET_BY)


def test_the_overview_says_both() -> None:
    said = settings.shared("everyone", "confirm")
    assert settings.persona_by("everyone") in said
    assert settings.reset_by("confirm") in said
