"""What the panel of /settings says: a server's settings, and what was changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from babel import Locale

from bot.chat.ports import ReasoningMode
from bot.client.words.numbers import number
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _
from bot.policy.server import Quota, ServerPolicy

DESCRIPTION = mark("Who can use the assistant here, where and how much, and how it answers")
NOT_ALLOWED = mark("Only people with **Manage Server** can change my settings.")
ONLY_IN_SERVERS = mark("`/settings` only works in a server.")
NOT_A_NUMBER = mark(
    "“{text}” isn't a whole number from {least} to {most}. Enter one, or leave the field empty."
)

# Quotas listed of each kind; a message holds 4000 characters.
_LISTED = 20


def title(server: str) -> str:
    """Above everything."""
    return fill(_("## My settings in {server}"), server=server)


def this_server() -> str:
    """In place of an unknown server's name."""
    return _("this server")


def intro() -> str:
    """Below the title, before anything was changed."""
    return "-# " + _("Only you can see this. Changes take effect immediately.")


def changed(said: str) -> str:
    """What was just changed, in place of the intro."""
    return f"✅ {said}"


def change() -> str:
    """The button next to a part of the overview."""
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
        said.append(fill(_("No mention needed in {channels}."), channels=_channels(policy.free_channels)))
    else:
        said.append(_("I answer when someone mentions me or replies to me."))
    return _part(_("Channels"), " ".join(said))


def roles(policy: ServerPolicy) -> str:
    """Whom the bot answers."""
    said = [
        fill(_("I answer only people with {roles}."), roles=_roles(policy.allowed_roles))
        if policy.allowed_roles
        else _("I answer everyone.")
    ]
    if policy.blocked_roles:
        said.append(fill(_("Never people with {roles}."), roles=_roles(policy.blocked_roles)))
    return _part(_("People"), " ".join(said))


def replies(policy: ServerPolicy, longest: int, owners_reasoning: ReasoningMode | None) -> str:
    """How the bot answers. owners_reasoning: None where the model cannot reason."""
    tokens = policy.max_reply_tokens
    said = [
        fill(_("Language: {language}."), language=language_name(policy.language)),
        fill(_("Longest reply: {tokens} tokens."), tokens=number(min(tokens or longest, longest))),
    ]
    if owners_reasoning is not None:
        said.append(fill(_("Reasoning: {reasoning}."), reasoning=mode(policy.reasoning or owners_reasoning)))
    said.append(
        fill(_("Persona: “{persona}”"), persona=_short(policy.persona))
        if policy.persona
        else _("No persona for this server.")
    )
    return _part(_("Replies"), " ".join(said))


# The pages.


def channels_page(unreachable: Collection[int]) -> str:
    """Above the channel menus. unreachable: channels that one choice opens and another one closes."""
    said = _("Threads have the settings of their channel.")
    if unreachable:
        warning = _("With these choices, I don't answer in {channels} at all.")
        said += "\n⚠️ " + fill(warning, channels=_channels(unreachable))
    return _part(_("Channels"), said, level=2)


def allowed_channels() -> tuple[str, str]:
    """The menu of the channels in which alone the bot answers: its text, and what it says when empty."""
    return (
        _part(_("Only in these"), _("Leave this empty and I answer in every channel.")),
        _("Every channel"),
    )


def blocked_channels() -> tuple[str, str]:
    """The menu of the channels in which the bot never answers."""
    return _part(_("Never in these"), _("This overrides the other choices.")), _("No channels")


def free_channels() -> tuple[str, str]:
    """The menu of the channels where no mention is needed."""
    return (
        _part(
            _("No mention needed in these"),
            _("I answer every message there, except those to someone else."),
        ),
        _("No channels"),
    )


def roles_page() -> str:
    """Above the role menus."""
    return _part(
        _("People"),
        _("These rules apply to moderators too, but never lock anyone out of /settings."),
        level=2,
    )


def allowed_roles() -> tuple[str, str]:
    """The menu of the roles whose people alone are answered."""
    return _part(_("Only people with one of these roles"), _("Leave this empty and I answer everyone.")), _(
        "Everyone"
    )


def blocked_roles() -> tuple[str, str]:
    """The menu of the roles whose people are never answered."""
    return (
        _part(_("Never people with one of these roles"), _("This overrides any other roles they have.")),
        _("No roles"),
    )


def replies_page() -> str:
    """Above the menus on how the bot answers."""
    return _part(_("Replies"), "", level=2)


def language_menu() -> str:
    """Above the menu of languages."""
    return _part(
        _("Language"),
        _("I use it when I don't know someone's own language. It doesn't change the model's answers."),
    )


def language_name(tag: str | None) -> str:
    """A language in itself; for None, that of the server."""
    if tag is None:
        return _("this server's language in Discord")
    locale = Locale.parse(tag, sep="-")
    return str(locale.get_display_name(locale) or tag).capitalize()


def length_menu() -> str:
    """Above the menu of lengths."""
    return _part(
        _("Longest reply"), _("Longer replies are cut off; unless they're private, a button continues them.")
    )


def length(tokens: int | None, longest: int) -> str:
    """An entry of the menu of lengths; None for no limit of the server's own."""
    if tokens is None:
        return fill(_("my owner's default ({tokens} tokens)"), tokens=number(longest))
    return fill(_("{tokens} tokens"), tokens=number(tokens))


def reasoning_menu() -> str:
    """Above the menu of whether the model reasons."""
    return _part(
        _("Reasoning before answers"),
        _("Answers are often better, but take longer. What I think counts in quotas."),
    )


def reasoning(chosen: ReasoningMode | None, owners: ReasoningMode) -> str:
    """An entry of the menu of reasoning; None for no choice of the server's own."""
    return mode(chosen) if chosen else fill(_("my owner's default ({mode})"), mode=mode(owners))


def mode(value: ReasoningMode) -> str:
    """Whether the model reasons, in words."""
    match value:
        case ReasoningMode.AUTO:
            return _("up to the model")
        case ReasoningMode.ON:
            return _("on")
        case ReasoningMode.OFF:
            return _("off")


def persona(text: str | None) -> str:
    """Next to the button that changes the server's persona."""
    said = f"“{_short(text)}”" if text else _("None: I'm as my owner set me up.")
    return _part(_("Persona for channels without their own"), said)


# The forms.


def persona_form() -> str:
    """The title of the form for the server's persona."""
    return _("Persona")


def persona_field() -> tuple[str, str]:
    """The name and the explanation of its field."""
    return _("Who I am and how I answer"), _(
        "For example: You answer in one sentence, like a pirate. Empty: no persona."
    )


# Who may set personas and who may reset conversations in channels.


_PERSONA_BY = {
    "moderators": mark("Only moderators can set a channel's persona."),
    "everyone": mark("Everyone can set a channel's persona."),
}
_RESET_BY = {
    "moderators": mark("Only moderators can reset a channel's conversation."),
    "confirm": mark("Everyone can reset a channel's conversation, after confirming it."),
    "everyone": mark("Everyone can reset a channel's conversation."),
}
_WHO = {
    "moderators": mark("Only moderators"),
    "confirm": mark("Everyone, after confirming"),
    "everyone": mark("Everyone"),
}


def shared(policy_persona_by: str, policy_reset_by: str) -> str:
    """In the overview: who may set personas and reset conversations, by the policy's values."""
    return _part(_("Shared channels"), f"{persona_by(policy_persona_by)} {reset_by(policy_reset_by)}")


def shared_page() -> str:
    """Above the menus on who may set personas and reset conversations."""
    return _part(
        _("Shared channels"), _("In direct messages and in their own threads, everyone can do both."), level=2
    )


def persona_by_menu() -> str:
    """Above the menu of who may set a channel's persona."""
    return _part(_("Who can set a channel's persona"), "")


def reset_by_menu() -> str:
    """Above the menu of who may reset a channel's conversation."""
    return _part(_("Who can reset a channel's conversation"), _("A reset concerns everyone in the channel."))


def who(value: str) -> str:
    """An entry of these menus, by the policy's value: "moderators", "confirm" or "everyone"."""
    return _(_WHO[value])


def persona_by(value: str) -> str:
    """Who may set a channel's persona: in the overview, and after it was chosen."""
    return _(_PERSONA_BY[value])


def reset_by(value: str) -> str:
    """Who may reset a channel's conversation: in the overview, and after it was chosen."""
    return _(_RESET_BY[value])


# Quotas.


def quota(held: Quota) -> str:
    """A quota in words."""
    tokens = (
        fill(_("{tokens} tokens a day"), tokens=number(held.tokens_a_day))
        if held.tokens_a_day is not None
        else _("unlimited tokens a day")
    )
    requests = (
        fill(
            ngettext("one message a minute", "{count} messages a minute", held.requests_a_minute),
            count=number(held.requests_a_minute),
        )
        if held.requests_a_minute is not None
        else _("unlimited messages a minute")
    )
    return fill(_("{tokens}, {requests}"), tokens=tokens, requests=requests)


def quotas(policy: ServerPolicy, default: Quota) -> str:
    """How much each person can ask."""
    said = [fill(_("Each person: {quota}."), quota=quota(policy.quota or default))]
    if others := len(policy.role_quotas) + len(policy.person_quotas):
        many = ngettext("One exception.", "{count} exceptions.", others)
        said.append(fill(many, count=others))
    return _part(_("Quotas"), " ".join(said))


def quotas_page() -> str:
    """Above the quotas."""
    return _part(
        _("Quotas"),
        _(
            "How much each person can ask. A token is a piece of a word; what I read and what I write both "
            "count. A day starts at midnight UTC."
        ),
        level=2,
    )


def everybodys_quota(policy: ServerPolicy, default: Quota) -> str:
    """Next to the button that changes everyone's quota."""
    said = (
        fill(_("{quota}."), quota=quota(policy.quota))
        if policy.quota
        else fill(_("My owner's default: {quota}."), quota=quota(default))
    )
    return _part(_("Everyone"), said)


def role_quotas(held: Mapping[int, Quota]) -> tuple[str, str]:
    """The menu of the roles to give a quota to."""
    text = _("Someone with several of these roles gets the most generous quota.")
    return _part(_("By role"), text + _list(held, "<@&{id}>")), _("Give a role its own quota…")


def person_quotas(held: Mapping[int, Quota]) -> tuple[str, str]:
    """The menu of the people to give a quota to."""
    text = _("This overrides everything else, whether it's more or less.")
    return _part(_("Individuals"), text + _list(held, "<@{id}>")), _("Give someone their own quota…")


def quota_form(whose: str) -> str:
    """The title of the form for a quota; Discord takes 45 characters."""
    return _cut(fill(_("Quota: {whose}"), whose=whose), 45)


def everybody() -> str:
    """Whose quota it is, if it is everyone's."""
    return _("everyone")


def tokens_field() -> tuple[str, str]:
    """The name and the explanation of the field for tokens a day."""
    return _("Tokens a day"), _(
        "What I read and write for one person. Empty: no limit. 0: no answers at all."
    )


def requests_field() -> tuple[str, str]:
    """The name and the explanation of the field for requests a minute."""
    return _("Messages a minute"), _("Messages and commands that I answer. Empty: no limit.")


def counts_field() -> tuple[str, str]:
    """The name and the explanation of the menu in the form of an exception."""
    return _("Which quota applies"), _("To remove this quota, choose the second option.")


def own_numbers() -> str:
    """Its first entry."""
    return _("The numbers above")


def as_everybody() -> str:
    """Its second entry, for a role or a person."""
    return _("The same as for everyone")


def as_owner() -> str:
    """Its second entry, for everyone."""
    return _("My owner's default")


def gave_quota(whose: str, given: Quota) -> str:
    """After a quota was set."""
    return fill(_("Quota for {whose} now: {quota}."), whose=whose, quota=quota(given))


def dropped_quota(whose: str) -> str:
    """After the quota of a role or a person was removed."""
    return fill(_("{whose} no longer has a separate quota."), whose=whose)


def dropped_everybodys() -> str:
    """After everyone's quota was removed."""
    return _("Quota for everyone now: my owner's default.")


# What was changed.


def chose_allowed_channels(chosen: Collection[int]) -> str:
    """After the choice of the channels in which alone the bot answers."""
    if not chosen:
        return _("I now answer in every channel, except blocked ones.")
    return fill(_("I now answer only in {channels}."), channels=_channels(chosen))


def chose_blocked_channels(chosen: Collection[int]) -> str:
    """After the choice of the channels in which the bot never answers."""
    if not chosen:
        return _("No channels are blocked now.")
    return fill(_("I no longer answer in {channels}."), channels=_channels(chosen))


def chose_free_channels(chosen: Collection[int]) -> str:
    """After the choice of the channels where no mention is needed."""
    if not chosen:
        return _("I now answer only when someone mentions me or replies to me.")
    return fill(_("No mention needed in {channels} now."), channels=_channels(chosen))


def chose_allowed_roles(chosen: Collection[int]) -> str:
    """After the choice of the roles whose people alone are answered."""
    if not chosen:
        return _("I now answer everyone, except blocked roles.")
    return fill(_("I now answer only people with {roles}."), roles=_roles(chosen))


def chose_blocked_roles(chosen: Collection[int]) -> str:
    """After the choice of the roles whose people are never answered."""
    if not chosen:
        return _("No roles are blocked now.")
    return fill(_("I no longer answer people with {roles}."), roles=_roles(chosen))


def chose_language(tag: str | None) -> str:
    """After the choice of a language."""
    return fill(_("Language now: {language}."), language=language_name(tag))


def chose_length(tokens: int | None, longest: int) -> str:
    """After the choice of a length."""
    return fill(_("Longest reply now: {length}."), length=length(tokens, longest))


def chose_reasoning(chosen: ReasoningMode | None, owners: ReasoningMode) -> str:
    """After the choice of whether the model reasons."""
    return fill(_("Reasoning now: {reasoning}."), reasoning=reasoning(chosen, owners))


def chose_persona(text: str | None) -> str:
    """After the server's persona was set."""
    if text is None:
        return _("This server has no persona now.")
    return fill(_("This server's persona now: “{persona}”"), persona=_short(text))


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
    return _cut(text or "", 200)


def _list(held: Mapping[int, Quota], form: str) -> str:
    lines = [f"\n- {form.format(id=number_)}: {quota(given)}" for number_, given in sorted(held.items())]
    if (more := len(lines) - _LISTED) > 0:
        lines[_LISTED:] = ["\n- " + fill(ngettext("and one more", "and {count} more", more), count=more)]
    return "".join(lines)


def _part(name: str, text: str, level: int = 3) -> str:
    """A heading with a text below it."""
    return f"{'#' * level} {name}\n{text}".rstrip()


def _cut(text: str, most: int) -> str:
    """`text` on one line, with at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
