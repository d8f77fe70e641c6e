"""What /model show and /stats say."""

from __future__ import annotations

from bot.chat.ports import ModelInfo
from bot.chat.speed import Measured
from bot.client.words.quotas import number
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _
from bot.policy.ports import Statistics, Usage
from bot.policy.quotas import Remaining

MODEL = mark("The model that answers")
MODEL_SHOW = mark("What runs, on what, and how fast")
STATS = mark("What you have used here, and what you may still use")


def loading() -> str:
    """While there is no model yet."""
    return _("My model is still loading.")


def model(info: ModelInfo, measured: Measured, longest: int, *, running: bool) -> str:
    """What runs. longest: the longest reply, in tokens. running: False while it is started again."""
    context = fill(_("{tokens} tokens"), tokens=number(info.context_length))
    if info.sliding_window is not None and info.sliding_window < info.context_length:
        window = number(info.sliding_window)
        context = fill(_("{context}, of which it heeds the last {window}"), context=context, window=window)
    rows = [
        (_("Model"), f"**{info.name}** ({info.architecture}, {info.precision})"),
        (_("Runs on"), fill(_("{device}, with the engine {engine}"), device=info.device, engine=info.engine)),
        (_("Context"), context),
        (_("Longest reply"), fill(_("{tokens} tokens"), tokens=number(longest))),
        (_("Speed of late"), _speed(measured)),
    ]
    lines = [f"{name}: {value}" for name, value in rows]
    if not running:
        lines.append("⚠️ " + _("It does not answer just now."))
    return "\n".join(lines)


def own(used: Usage, remaining: Remaining) -> str:
    """What a person used today, and what is left."""
    said = [_("**You, today**"), _used(used)]
    if remaining.tokens_left is not None:
        when = f"<t:{int(remaining.resets_at.timestamp())}:t>"
        left = fill(
            _("{tokens} tokens are left until {when}."), tokens=number(remaining.tokens_left), when=when
        )
        said.append(left)
    if remaining.requests_left is not None:
        many = ngettext(
            "You can ask once more within this minute.",
            "You can ask {count} more times within this minute.",
            remaining.requests_left,
        )
        said.append(fill(many, count=number(remaining.requests_left)))
    if remaining.tokens_left is None and remaining.requests_left is None:
        said.append(_("You may ask as much as you like."))
    return "\n".join(said)


def servers(all_: Statistics) -> str:
    """What went on in a server."""
    conversations = ngettext("in one conversation", "in {count} conversations", all_.conversations)
    kept = ngettext("One message is kept {where}.", "{count} messages are kept {where}.", all_.turns)
    where = fill(conversations, count=number(all_.conversations))
    return "\n".join(
        [
            _("**This server**"),
            fill(kept, count=number(all_.turns), where=where),
            fill(_("Today: {used}"), used=_used(all_.today)),
            fill(_("Last 7 days: {used}"), used=_used(all_.week)),
        ]
    )


def _used(used: Usage) -> str:
    said = ngettext(
        "One reply, {tokens} tokens ({read} read, {written} written).",
        "{count} replies, {tokens} tokens ({read} read, {written} written).",
        used.replies,
    )
    return fill(
        said,
        count=number(used.replies),
        tokens=number(used.tokens),
        read=number(used.read_tokens),
        written=number(used.written_tokens),
    )


def _speed(measured: Measured) -> str:
    if measured.decode is None and measured.prefill is None:
        return _("not measured yet")
    said = []
    if measured.prefill is not None:
        said.append(fill(_("reads {tokens} tokens a second"), tokens=_rate(measured.prefill)))
    if measured.decode is not None:
        said.append(fill(_("writes {tokens} tokens a second"), tokens=_rate(measured.decode)))
    return ", ".join(said)


def _rate(tokens: float) -> str:
    """Tokens a second, as exactly as anybody wants to know it."""
    return number(round(tokens, 1 if tokens < 10 else None))
