"""Who may have the model asked, and where."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.permissions import Person, Place, Verdict, allowed
from bot.policy.server import ServerPolicy

CHANNEL, PARENT, ROLE, OTHER = 1, 2, 3, 9
IN_CHANNEL = Place(guild_id=100, channel_id=CHANNEL, parent_id=None, parent_known=True)
IN_THREAD = Place(guild_id=100, channel_id=CHANNEL, parent_id=PARENT, parent_known=True)
UNKNOWN_PLACE = Place(guild_id=100, channel_id=CHANNEL, parent_id=None, parent_known=False)
ANA = Person(user_id=50, role_ids=frozenset({ROLE}))
WITHOUT_ROLES = replace(ANA, role_ids=frozenset())
OF_UNKNOWN_ROLES = replace(ANA, role_ids=None)

# A handful of ids, so that rules and what they are about meet often.
IDS = st.integers(1, 4)
SETS = st.frozensets(IDS, max_size=3)
POLICIES = st.builds(
    ServerPolicy,
    allowed_channels=SETS,
    blocked_channels=SETS,
    allowed_roles=SETS,
    blocked_roles=SETS,
)
PEOPLE = st.builds(Person, st.just(50), st.none() | SETS)
PLACES = st.builds(
    Place,
    guild_id=st.none() | st.just(100),
    channel_id=IDS,
    parent_id=st.none() | IDS,
    parent_known=st.just(True),
) | st.builds(Place, st.just(100), IDS, st.none(), st.just(False))


def ids(*values: int) -> frozenset[int]:
    return frozenset(values)


@pytest.mark.parametrize(
    ("policy", "person", "place", "verdict"),
    [
        (ServerPolicy(), OF_UNKNOWN_ROLES, UNKNOWN_PLACE, Verdict.ALLOWED),
        (ServerPolicy(blocked_channels=ids(CHANNEL)), ANA, IN_CHANNEL, Verdict.CHANNEL_BLOCKED),
        (ServerPolicy(blocked_channels=ids(OTHER)), ANA, IN_CHANNEL, Verdict.ALLOWED),
        (ServerPolicy(blocked_channels=ids(PARENT)), ANA, IN_THREAD, Verdict.CHANNEL_BLOCKED),
        (ServerPolicy(blocked_channels=ids(OTHER)), ANA, UNKNOWN_PLACE, Verdict.UNKNOWN),
        (ServerPolicy(allowed_channels=ids(CHANNEL)), ANA, IN_CHANNEL, Verdict.ALLOWED),
        (ServerPolicy(allowed_channels=ids(OTHER)), ANA, IN_CHANNEL, Verdict.CHANNEL_NOT_ALLOWED),
        (ServerPolicy(allowed_channels=ids(PARENT)), ANA, IN_THREAD, Verdict.ALLOWED),
        (ServerPolicy(allowed_channels=ids(OTHER)), ANA, IN_THREAD, Verdict.CHANNEL_NOT_ALLOWED),
        (ServerPolicy(allowed_channels=ids(OTHER)), ANA, UNKNOWN_PLACE, Verdict.UNKNOWN),
        (
            ServerPolicy(allowed_channels=ids(CHANNEL), blocked_channels=ids(PARENT)),
            ANA,
            IN_THREAD,
            Verdict.CHANNEL_BLOCKED,
        ),
        (ServerPolicy(blocked_roles=ids(ROLE)), ANA, IN_CHANNEL, Verdict.ROLE_BLOCKED),
        (ServerPolicy(blocked_roles=ids(ROLE)), WITHOUT_ROLES, IN_CHANNEL, Verdict.ALLOWED),
        (ServerPolicy(blocked_roles=ids(ROLE)), OF_UNKNOWN_ROLES, IN_CHANNEL, Verdict.UNKNOWN),
        (ServerPolicy(allowed_roles=ids(ROLE)), ANA, IN_CHANNEL, Verdict.ALLOWED),
        (ServerPolicy(allowed_roles=ids(ROLE)), WITHOUT_ROLES, IN_CHANNEL, Verdict.ROLE_NOT_ALLOWED),
        (ServerPolicy(allowed_roles=ids(ROLE)), OF_UNKNOWN_ROLES, IN_CHANNEL, Verdict.UNKNOWN),
        (
            ServerPolicy(allowed_roles=ids(ROLE), blocked_roles=ids(ROLE)),
            ANA,
            IN_CHANNEL,
            Verdict.ROLE_BLOCKED,
        ),
    ],
)
def test_the_verdict_names_the_rule(
    policy: ServerPolicy, person: Person, place: Place, verdict: Verdict
) -> None:
    assert allowed(policy, person, place) is verdict


@given(POLICIES, PEOPLE, PLACES)
def test_what_is_not_known_never_opens_a_door(policy: ServerPolicy, person: Person, place: Place) -> None:
    """Allowed while something is unknown means allowed whatever the unknown turns out to be."""
    if allowed(policy, person, place) is not Verdict.ALLOWED:
        return
    everything = frozenset(range(1, 6))
    subsets = chain.from_iterable(combinations(everything, n) for n in range(len(everything) + 1))
    roles = [person.role_ids] if person.role_ids is not None else [frozenset(some) for some in subsets]
    parents = [place.parent_id] if place.parent_known else [None, *everything]
    for role_ids in roles:
        for parent_id in parents:
            known = replace(place, parent_id=parent_id, parent_known=True)
            assert allowed(policy, replace(person, role_ids=role_ids), known) is Verdict.ALLOWED


@given(POLICIES, PEOPLE, PLACES, IDS)
def test_blocking_something_more_never_opens_a_door(
    policy: ServerPolicy, person: Person, place: Place, blocked: int
) -> None:
    if allowed(policy, person, place) is Verdict.ALLOWED:
        return
    for field in ("blocked_channels", "blocked_roles"):
        stricter = policy.model_copy(update={field: getattr(policy, field) | {blocked}})
        assert allowed(stricter, person, place) is not Verdict.ALLOWED


@given(POLICIES, PEOPLE, PLACES)
def test_whoever_or_whatever_is_blocked_stays_out(policy: ServerPolicy, person: Person, place: Place) -> None:
    channels = {place.channel_id, place.parent_id}
    is_blocked = channels & policy.blocked_channels or (person.role_ids or ids()) & policy.blocked_roles
    if place.guild_id is not None and is_blocked:
        assert allowed(policy, person, place) is not Verdict.ALLOWED


@given(POLICIES, PEOPLE, PLACES)
def test_a_thread_is_allowed_where_its_channel_is_unless_it_is_blocked_itself(
    policy: ServerPolicy, person: Person, place: Place
) -> None:
    channel = replace(place, parent_id=None, parent_known=True)
    thread = Place(place.guild_id, channel_id=77, parent_id=channel.channel_id, parent_known=True)
    assert allowed(policy, person, thread) is allowed(policy, person, channel)


@given(POLICIES, PEOPLE, PLACES)
def test_direct_messages_have_no_rules(policy: ServerPolicy, person: Person, place: Place) -> None:
    assert allowed(policy, person, replace(place, guild_id=None)) is Verdict.ALLOWED
