"""What the panel of /settings says: how a server is set, and what was changed."""

from __future__ import annotations

from collections.abc import Collection

from babel import Locale

from bot.client.words.layout import cut, part
from bot.client.words.quotas import number
from bot.i18n import fill, mark
from bot.i18n import gettext as _
from bot.policy.server import ServerPolicy

DESCRIPTION = mark("Who may talk to the assistant here, where, how much, and how it answers")
NOT_ALLOWED = mark("Only people who may manage this server can change my settings.")
ONLY_IN_SERVERS = mark("There are settings for servers only.")


def title(server: str) -> str:
    """Above everything."""
    return fill(_("## My settings in {server}"), server=server)


def this_server() -> str:
    """In place of a server's name that is not known."""
    return _("this server")


def intro() -> str:
    """Below the title, before anything was changed."""
    return "-# " + _("Only you see this. What you change here counts at once.")


def changed(said: str) -> str:
    """What was just changed, in place of the intro."""
    return f"✅ {said}"


def change() -> str:
    """The button beside a part of the overview."""
    return _("Change")


def back() -> str:
    """The button that leads to the overview."""
    return _("Back")


# The overview.


def channels(policy: ServerPolicy) -> str:
    """Where the bot answers."""
    said = [
        fill(_("I answer only in {channels}."), channels=_channels(policy.allowed_channels))
        if policy.allowed_channels
        else _("I answer in every channel.")
    ]
    if policy.blocked_channels:
        said.append(fill(_("Never in {channels}."), channels=_channels(policy.blocked_channels)))
    if policy.free_channels:
        said.append(fill(_("No mention is needed in {channels}."), channels=_channels(policy.free_channels)))
    else:
        said.append(_("I have to be mentioned, or replied to."))
    return part(_("Channels"), " ".join(said))


def roles(policy: ServerPolicy) -> str:
    """Whom the bot answers."""
    said = [
        fill(_("I answer only people with {roles}."), roles=_roles(policy.allowed_roles))
        if policy.allowed_roles
        else _("I answer everybody.")
    ]
    if policy.blocked_roles:
        said.append(fill(_("Nobody with {roles}."), roles=_roles(policy.blocked_roles)))
    return part(_("People"), " ".join(said))


def replies(policy: ServerPolicy, longest: int) -> str:
    """How the bot answers."""
    tokens = policy.max_reply_tokens
    said = [
        fill(_("Language: {language}."), language=language_name(policy.language)),
        fill(_("Longest reply: {tokens} tokens."), tokens=number(min(tokens or longest, longest))),
    ]
    said.append(
        fill(_("Persona: “{persona}”"), persona=_short(policy.persona))
        if policy.persona
        else _("No persona of this server's own.")
    )
    return part(_("Replies"), " ".join(said))


# The pages.


def channels_page(unreachable: Collection[int]) -> str:
    """Above the channel menus. unreachable: channels that one choice opens and another one closes."""
    said = _("A thread has the settings of the channel that it belongs to.")
    if unreachable:
        warning = _("As it is chosen below, I do not answer in {channels} at all.")
        said += "\n⚠️ " + fill(warning, channels=_channels(unreachable))
    return part(_("Channels"), said, level=2)


def allowed_channels() -> tuple[str, str]:
    """The menu of the channels in which alone the bot answers: its text, and what it says when empty."""
    return (
        part(_("Only in these"), _("Choose none, and I answer in every channel.")),
        _("Every channel"),
    )


def blocked_channels() -> tuple[str, str]:
    """The menu of the channels in which the bot never answers."""
    return part(_("Never in these"), _("This counts whatever else allows them.")), _("No channel")


def free_channels() -> tuple[str, str]:
    """The menu of the channels where no mention is needed."""
    return (
        part(
            _("No mention needed in these"),
            _("I answer every message there, unless it turns to somebody else."),
        ),
        _("No channel"),
    )


def roles_page() -> str:
    """Above the role menus."""
    return part(
        _("People"), _("These rules hold for moderators too, but nobody is locked out of /settings."), level=2
    )


def allowed_roles() -> tuple[str, str]:
    """The menu of the roles whose people alone are answered."""
    return part(_("Only people with one of these roles"), _("Choose none, and I answer everybody.")), _(
        "Everybody"
    )


def blocked_roles() -> tuple[str, str]:
    """The menu of the roles whose people are never answered."""
    return (
        part(_("Nobody with one of these roles"), _("This counts whatever other roles they have.")),
        _("No role"),
    )


def replies_page() -> str:
    """Above the menus on how the bot answers."""
    return part(_("Replies"), "", level=2)


def language_menu() -> str:
    """Above the menu of languages."""
    return part(
        _("Language"),
        _("In which I speak where I do not know a person's own. It does not change how the model answers."),
    )


def language_name(tag: str | None) -> str:
    """A language in itself; for None, that of the server."""
    if tag is None:
        return _("as set for this server in Discord")
    locale = Locale.parse(tag, sep="-")
    return str(locale.get_display_name(locale) or tag).capitalize()


def length_menu() -> str:
    """Above the menu of lengths."""
    return part(_("Longest reply"), _("A longer one is cut off, and has a button to go on."))


def length(tokens: int | None, longest: int) -> str:
    """An entry of the menu of lengths; None for no bound of the server's own."""
    if tokens is None:
        return fill(_("as my owner has set it ({tokens} tokens)"), tokens=number(longest))
    return fill(_("{tokens} tokens"), tokens=number(tokens))


def persona(text: str | None) -> str:
    """Beside the button that changes the server's persona."""
    said = f"“{_short(text)}”" if text else _("None: I am as my owner has made me.")
    return part(_("Persona of channels that have none of their own"), said)


# The forms.


def persona_form() -> str:
    """The title of the form for the server's persona."""
    return _("Persona")


def persona_field() -> tuple[str, str]:
    """The name and the explanation of its field."""
    return _("Who I am, and how I answer"), _(
        "For example: You answer in one sentence, like a pirate. Empty: none."
    )


# What was changed.


def chose_allowed_channels(chosen: Collection[int]) -> str:
    """After the choice of the channels in which alone the bot answers."""
    if not chosen:
        return _("I answer in every channel now, but for blocked ones.")
    return fill(_("I answer only in {channels} now."), channels=_channels(chosen))


def chose_blocked_channels(chosen: Collection[int]) -> str:
    """After the choice of the channels in which the bot never answers."""
    if not chosen:
        return _("No channel is blocked any more.")
    return fill(_("I do not answer in {channels} any more."), channels=_channels(chosen))


def chose_free_channels(chosen: Collection[int]) -> str:
    """After the choice of the channels where no mention is needed."""
    if not chosen:
        return _("I have to be mentioned in every channel now.")
    return fill(_("No mention is needed in {channels} now."), channels=_channels(chosen))


def chose_allowed_roles(chosen: Collection[int]) -> str:
    """After the choice of the roles whose people alone are answered."""
    if not chosen:
        return _("I answer everybody now, but for blocked roles.")
    return fill(_("I answer only people with {roles} now."), roles=_roles(chosen))


def chose_blocked_roles(chosen: Collection[int]) -> str:
    """After the choice of the roles whose people are never answered."""
    if not chosen:
        return _("No role is blocked any more.")
    return fill(_("I do not answer people with {roles} any more."), roles=_roles(chosen))


def chose_language(tag: str | None) -> str:
    """After the choice of a language."""
    return fill(_("Language now: {language}."), language=language_name(tag))


def chose_length(tokens: int | None, longest: int) -> str:
    """After the choice of a length."""
    return fill(_("Longest reply now: {length}."), length=length(tokens, longest))


def chose_persona(text: str | None) -> str:
    """After the server's persona was set."""
    if text is None:
        return _("This server has no persona of its own any more.")
    return fill(_("Persona of this server now: “{persona}”"), persona=_short(text))


def role(role_id: int) -> str:
    """A role, as Discord shows it."""
    return f"<@&{role_id}>"


def person(user_id: int) -> str:
    """A person, as Discord shows them."""
    return f"<@{user_id}>"


def _channels(ids: Collection[int]) -> str:
    return _together([f"<#{channel_id}>" for channel_id in sorted(ids)])


def _roles(ids: Collection[int]) -> str:
    return _together([role(role_id) for role_id in sorted(ids)])


def _together(names: list[str]) -> str:
    return ", ".join(names)


def _short(text: str | None) -> str:
    return cut(text or "", 200)
