"""What can be set for a server, and what is beyond its limits."""

from __future__ import annotations

import pytest
from annotated_types import Ge, Le

from bot.policy.server import (
    REQUESTS_A_MINUTE,
    TOKENS_A_DAY,
    Limits,
    PolicyChange,
    PolicyError,
    Quota,
    ServerPolicy,
    make_quota,
)
from bot.settings import Settings


def test_a_quota_may_be_all_that_the_limits_say_and_no_more() -> None:
    for tokens in (TOKENS_A_DAY.least, TOKENS_A_DAY.most):
        for requests in (REQUESTS_A_MINUTE.least, REQUESTS_A_MINUTE.most):
            assert make_quota(tokens, requests) == Quota(tokens_a_day=tokens, requests_a_minute=requests)
    with pytest.raises(PolicyError, match="from 1 to 600 requests a minute, not 700"):
        make_quota(None, 700)
    with pytest.raises(PolicyError, match="from 0 to 1,000,000,000 tokens a day, not -1"):
        make_quota(-1, None)


@pytest.mark.parametrize(
    ("setting", "limits"), [("daily_tokens", TOKENS_A_DAY), ("requests_per_minute", REQUESTS_A_MINUTE)]
)
def test_what_the_owner_can_set_for_everybody_is_within_the_limits(setting: str, limits: Limits) -> None:
    found = Settings.model_fields[setting].metadata
    [least] = [rule.ge for rule in found if isinstance(rule, Ge)]
    [most] = [rule.le for rule in found if isinstance(rule, Le)]
    # 0 requests a minute stand for no limit.
    assert (max(int(str(least)), limits.least), int(str(most))) >= (limits.least, limits.least)
    assert int(str(most)) <= limits.most


def test_a_change_keeps_what_it_does_not_name() -> None:
    policy = ServerPolicy(language="ja", role_quotas={1: Quota(tokens_a_day=1), 2: Quota(tokens_a_day=2)})
    change = PolicyChange(
        {"persona": "a pirate"}, role_quotas={2: None, 3: Quota(tokens_a_day=3)}, person_quotas={9: None}
    )
    changed = change.apply(policy)
    assert (changed.language, changed.persona) == ("ja", "a pirate")
    assert changed.role_quotas == {1: Quota(tokens_a_day=1), 3: Quota(tokens_a_day=3)}
    assert changed.person_quotas == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (PolicyChange({"max_reply_tokens": 15}), "longest reply can have from 16"),
        (PolicyChange({"max_reply_tokens": "many"}), "not many"),
        (PolicyChange({"reset_by": "nobody"}), "reset_by cannot be saved"),
        (PolicyChange({"reasoning": "deeply"}), "reasoning cannot be saved"),
        (
            PolicyChange(role_quotas={1: Quota.model_construct(requests_a_minute=700)}),
            "requests a minute, not 700",
        ),
    ],
)
def test_a_change_beyond_the_limits_is_refused_in_one_line(change: PolicyChange, said: str) -> None:
    with pytest.raises(PolicyError, match=said) as caught:
        change.apply(ServerPolicy())
    assert "\n" not in str(caught.value)
