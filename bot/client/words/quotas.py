"""What the panel of /settings says about quotas, and how quotas and numbers are written."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale
from babel.numbers import format_decimal

from bot.client.words.layout import cut, part
from bot.i18n import fill, language, mark, ngettext
from bot.i18n import gettext as _
from bot.policy.server import Quota, ServerPolicy

NOT_A_NUMBER = mark(
    "“{text}” isn't a whole number from {least} to {most}. Enter one, or leave the field empty."
)

# Quotas listed of each kind; a message holds 4000 characters.
_LISTED = 20


def number(value: float) -> str:
    """A number as people write it."""
    return str(format_decimal(value, locale=Locale.parse(language(), sep="-")))


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
    return part(_("Quotas"), " ".join(said))


def quotas_page() -> str:
    """Above the quotas."""
    return part(
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
    return part(_("Everyone"), said)


def role_quotas(held: Mapping[int, Quota]) -> tuple[str, str]:
    """The menu of the roles to give a quota to."""
    text = _("Someone with several of these roles gets the most generous quota.")
    return part(_("By role"), text + _list(held, "<@&{id}>")), _("Give a role its own quota…")


def person_quotas(held: Mapping[int, Quota]) -> tuple[str, str]:
    """The menu of the people to give a quota to."""
    text = _("This overrides everything else, whether it's more or less.")
    return part(_("Individuals"), text + _list(held, "<@{id}>")), _("Give someone their own quota…")


def quota_form(whose: str) -> str:
    """The title of the form for a quota; Discord takes 45 characters."""
    return cut(fill(_("Quota: {whose}"), whose=whose), 45)


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


def _list(held: Mapping[int, Quota], form: str) -> str:
    lines = [f"\n- {form.format(id=number_)}: {quota(given)}" for number_, given in sorted(held.items())]
    if (more := len(lines) - _LISTED) > 0:
        lines[_LISTED:] = ["\n- " + fill(ngettext("and one more", "and {count} more", more), count=more)]
    return "".join(lines)
