"""Who may have the model asked, and where."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.policy.permissions import (
    Location,
    Permission,
    Person,
    Verdict,
    allowed,
    may_reset,
    may_set_persona,
)
from bot.policy.server import PersonaBy, ResetBy, ServerPolicy

CHANNEL, PARENT, ROLE, OTHER = 1, 2, 3, 9
IN_CHANNEL = Location(guild_id=100, channel_id=CHANNEL, parent_id=None, parent_known=True)
IN_THREAD = Location(guild_id=100, channel_id=CHANNEL, parent_id=PARENT, parent_known=True)
UNKNOWN_PLACE = Location(guild_id=100, channel_id=CHANNEL, parent_id=None, parent_known=False)
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
    Location,
    guild_id=st.none() | st.just(100),
    channel_id=IDS,
    parent_id=st.none() | IDS,
    parent_known=st.just(True),
) | st.builds(Location, st.just(100), IDS, st.none(), st.just(False))


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
    policy: ServerPolicy, person: Person, place: Location, verdict: Verdict
) -> None:
    assert allowed(policy, person, place) is verdict


@given(POLICIES, PEOPLE, PLACES)
def test_what_is_not_known_never_opens_a_door(policy: ServerPolicy, person: Person, place: Location) -> None:
    """Allowed while something is unknown means allowed whatever the unknown turns out to be."""
    assume(allowed(policy, person, place) is Verdict.ALLOWED)
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
    policy: ServerPolicy, person: Person, place: Location, blocked: int
) -> None:
    assume(allowed(policy, person, place) is not Verdict.ALLOWED)
    for field in ("blocked_channels", "blocked_roles"):
        stricter = policy.model_copy(update={field: getattr(policy, field) | {blocked}})
        assert allowed(stricter, person, place) is not Verdict.ALLOWED


@given(POLICIES, PEOPLE, PLACES)
def test_whoever_or_whatever_is_blocked_stays_out(
    policy: ServerPolicy, person: Person, place: Location
) -> None:
    channels = {place.channel_id, place.parent_id}
    is_blocked = channels & policy.blocked_channels or (person.role_ids or ids()) & policy.blocked_roles
    assume(place.guild_id is not None and is_blocked)
    assert allowed(policy, person, place) is not Verdict.ALLOWED


@given(POLICIES, PEOPLE, PLACES)
def test_a_thread_is_allowed_where_its_channel_is_unless_it_is_blocked_itself(
    policy: ServerPolicy, person: Person, place: Location
) -> None:
    channel = replace(place, parent_id=None, parent_known=True)
    thread = Location(place.guild_id, channel_id=77, parent_id=channel.channel_id, parent_known=True)
    assert allowed(policy, person, thread) is allowed(policy, person, channel)


@given(POLICIES, PEOPLE, PLACES)
def test_direct_messages_have_no_rules(policy: ServerPolicy, person: Person, place: Location) -> None:
    assert allowed(policy, person, replace(place, guild_id=None)) is Verdict.ALLOWED


def test_the_persona_of_a_shared_channel_is_set_by_moderators_unless_everyone_may() -> None:
    assert not may_set_persona(ServerPolicy(), is_shared=True, is_moderator=False)
    assert may_set_persona(ServerPolicy(), is_shared=True, is_moderator=True)
    everyone = ServerPolicy(persona_by=PersonaBy.EVERYONE)
    assert may_set_persona(everyone, is_shared=True, is_moderator=False)


@pytest.mark.parametrize(
    ("by", "permission"),
    [
        (None, Permission.CONFIRM),
        (ResetBy.CONFIRM, Permission.CONFIRM),
        (ResetBy.MODERATORS, Permission.DENIED),
        (ResetBy.EVERYONE, Permission.ALLOWED),
    ],
)
def test_a_shared_channel_is_reset_by_whom_the_server_lets(
    by: ResetBy | None, permission: Permission
) -> None:
    policy = ServerPolicy() if by is None else ServerPolicy(reset_by=by)
    assert may_reset(policy, is_shared=True, is_moderator=False) is permission
    assert may_reset(policy, is_shared=True, is_moderator=True) is Permission.ALLOWED


@pytest.mark.parametrize("by", ResetBy)
def test_what_is_a_persons_own_they_may_change(by: ResetBy) -> None:
    policy = ServerPolicy(reset_by=by)
    assert may_reset(policy, is_shared=False, is_moderator=False) is Permission.ALLOWED
    assert may_set_persona(policy, is_shared=False, is_moderator=False)
