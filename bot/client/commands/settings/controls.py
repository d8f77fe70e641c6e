"""The buttons and menus of the panel, by the ids that Discord sends back with each click.

The panel keeps nothing in memory: a click tells all there is to know. So it works after a restart,
and however long it was left open.
"""

from __future__ import annotations

from enum import StrEnum


class Control(StrEnum):
    """A button or a menu."""

    OVERVIEW = "settings:overview"
    CHANNELS = "settings:channels"
    ROLES = "settings:roles"
    QUOTAS = "settings:quotas"
    REPLIES = "settings:replies"
    ALLOWED_CHANNELS = "settings:allowed-channels"
    BLOCKED_CHANNELS = "settings:blocked-channels"
    FREE_CHANNELS = "settings:free-channels"
    ALLOWED_ROLES = "settings:allowed-roles"
    BLOCKED_ROLES = "settings:blocked-roles"
    QUOTA = "settings:quota"
    ROLE_QUOTA = "settings:role-quota"
    PERSON_QUOTA = "settings:person-quota"
    LANGUAGE = "settings:language"
    LENGTH = "settings:length"
    PERSONA = "settings:persona"
