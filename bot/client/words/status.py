"""What /model show and /stats say."""

from __future__ import annotations

from bot.chat.model_change import AvailableModel, ChangePhase, ModelChange
from bot.chat.ports import ModelInfo, ReasoningMode, SamplingParams
from bot.chat.prompt import Limit
from bot.chat.throughput import Throughput
from bot.client.words.numbers import number
from bot.client.words.settings import mode
from bot.i18n import fill, mark, ngettext
from bot.i18n import gettext as _
from bot.policy.ports import Statistics, Usage
from bot.policy.quotas import Remaining

MODEL = mark("The model that the assistant runs")
MODEL_SHOW = mark("Which model runs, on which device, and how fast")
MODEL_USE = mark("Have another model answer (only for the bot's owner and their team)")
MODEL_USE_NAME = mark("A model's folder; those that fit this machine come first")
STATS = mark("How much you've used here, and how much you can still use")

CANNOT_CHANGE = mark("The model can't be changed here.")
NOT_LOADED = mark("The model is still loading. Please try again in a moment.")
NO_SUCH_MODEL = mark("There's no model {name}: choose one of those that are offered while you type.")
ANSWERS_ALREADY = mark("{name} is the model that answers already.")
CHANGING_ALREADY = mark("The model is being changed to {name} already. Please wait until that has ended.")
CHANGE_FAILED = mark("Something went wrong inside the bot; its log says what.")
NO_MODEL_LEFT = mark(
    "{reason}\nAnd {name} can't be loaded again: {again}\nNo model answers now; you can choose another one."
)

# Choices that are offered have at most so many characters.
CHOICE_LENGTH = 100


def offered(model: AvailableModel) -> str:
    """A model among those to choose from, with what to know of it as far as there is room."""
    notes = [_size(model.size)]
    if model.answers:
        notes.append(_("answers now"))
    if not model.fits:
        notes.append(_("too large for the memory"))
    said = f"{model.name} ({', '.join(notes)})"
    return said if len(said) <= CHOICE_LENGTH else model.name


def changing(change: ModelChange) -> str:
    """How far a change of the model is."""
    match change.phase:
        case ChangePhase.LOADING:
            said = _("Loading {name}… {seconds} s")
        case ChangePhase.REPLIES:
            said = _("Waiting for the replies that are being generated to end… {seconds} s")
        case ChangePhase.RESTORING:
            said = _("{name} can't be loaded. Loading {earlier} again… {seconds} s")
    seconds = number(int(change.seconds))
    return fill(said, seconds=seconds, name=code(change.name), earlier=code(change.earlier))


def changed(change: ModelChange) -> str:
    """After a change of the model."""
    return fill(_("Now {name} answers."), name=code(change.name))


def not_changed(change: ModelChange, reason: str) -> str:
    """After a change of the model that failed. reason: a sentence."""
    said = fill(_("{name} can't be used: {reason}"), name=code(change.name), reason=reason)
    if not change.restored:
        return said
    return f"{said}\n{fill(_('{earlier} stays.'), earlier=code(change.earlier))}"


def code(name: str) -> str:
    """A name as code, which Markdown leaves alone."""
    return "`" + name.replace("`", "'")[:CHOICE_LENGTH] + "`"


def loading() -> str:
    """While there is no model yet."""
    return _("My model is still loading.")


def model(
    info: ModelInfo,
    used: SamplingParams,
    measured: Throughput,
    longest: int,
    limit: tuple[int, Limit],
    reasoning: ReasoningMode | None,
    *,
    running: bool,
) -> str:
    """What runs.

    used: how tokens are chosen. longest: the longest reply, in tokens. limit: of prompt and reply together,
    in tokens, and what sets it. reasoning: whether the model reasons here; None where it cannot. running:
    False while it restarts or has failed.
    """
    rows = [
        (_("Model"), f"**{info.name}** ({info.architecture}, {info.precision})"),
        (_("Runs on"), fill(_("{device}, engine {engine}"), device=info.device, engine=info.engine)),
        (_("Context"), fill(_("{tokens} tokens"), tokens=number(info.context_length))),
        (_("Prompt and reply"), within(*limit)),
        (_("Longest reply"), fill(_("{tokens} tokens"), tokens=number(longest))),
        (_("Sampling"), sampling(used, info.sampling)),
        (_("Reasoning before answers"), mode(reasoning) if reasoning else _("not with this model")),
        (_("Recent speed"), _speed(measured)),
    ]
    lines = [f"{name}: {value}" for name, value in rows]
    if not running:
        lines.append("⚠️ " + _("It isn't answering right now."))
    return "\n".join(lines)


def within(tokens: int, why: Limit) -> str:
    """How many tokens prompt and reply may have together, and why."""
    said = {
        Limit.CONTEXT: _("at most {tokens} tokens, the model's whole context"),
        Limit.WINDOW: _("at most {tokens} tokens: the model sees no further back"),
        Limit.KV_CACHE: _("at most {tokens} tokens: the KV cache has no memory for more"),
        Limit.SETTING: _("at most {tokens} tokens, as the owner set it"),
    }
    return fill(said[why], tokens=number(tokens))


def sampling(used: SamplingParams, model: SamplingParams) -> str:
    """How tokens are chosen, and which of it the owner has set: what differs from `model`, the model's own.
    What has no effect is left out.
    """
    values = [
        (_("temperature {value}"), used.temperature, model.temperature, None),
        (_("top-p {value}"), used.top_p, model.top_p, 1),
        (_("top-k {value}"), used.top_k, model.top_k, 0),
        (_("min-p {value}"), used.min_p, model.min_p, 0),
    ]
    if used.temperature == 0:
        values = [(_("greedy"), used.temperature, model.temperature, None)]
    values.append((_("repetition penalty {value}"), used.repetition_penalty, model.repetition_penalty, 1))
    said = [
        (fill(name, value=number(value)), value == default)
        for name, value, default, without_effect in values
        if not value == default == without_effect
    ]
    by_owner = ", ".join(name for name, is_models in said if not is_models)
    by_model = ", ".join(name for name, is_models in said if is_models)
    parts = []
    if by_owner:
        parts.append(fill(_("{values} (set by the owner)"), values=by_owner))
    if by_model:
        parts.append(fill(_("{values} (from the model)"), values=by_model))
    return "; ".join(parts)


def own(used: Usage, remaining: Remaining, *, refusal: str | None = None) -> str:
    """What a person used today, and what is left.

    refusal: why they may not ask at all, marked for translation (`words.permissions.ROLE_BLOCKED`).
    """
    said = [_("**You, today**"), _used(used)]
    if refusal is not None:
        return "\n".join([*said, _(refusal)])
    if remaining.tokens_left == 0:
        said.append(fill(_("You have no tokens left until {when}."), when=_midnight(remaining)))
        return "\n".join(said)
    if remaining.tokens_left is not None:
        left = _("You have {tokens} tokens left until {when}.")
        said.append(fill(left, tokens=number(remaining.tokens_left), when=_midnight(remaining)))
    if remaining.requests_left == 0:
        said.append(_("You can ask again within a minute."))
    elif remaining.requests_left is not None:
        many = ngettext(
            "You can ask once more right now.",
            "You can ask {count} more times right now.",
            remaining.requests_left,
        )
        said.append(fill(many, count=number(remaining.requests_left)))
    if remaining.tokens_left is None and remaining.requests_left is None:
        said.append(_("You can ask as much as you like."))
    return "\n".join(said)


def servers(all_: Statistics) -> str:
    """What happened on a server."""
    conversations = ngettext("in one conversation", "in {count} conversations", all_.conversations)
    kept = ngettext("I remember one message {where}.", "I remember {count} messages {where}.", all_.turns)
    where = fill(conversations, count=number(all_.conversations))
    return "\n".join(
        [
            _("**This server**"),
            fill(kept, count=number(all_.turns), where=where),
            fill(_("Today: {used}"), used=_used(all_.today)),
            fill(_("Last 7 days: {used}"), used=_used(all_.week)),
        ]
    )


def _size(size: int) -> str:
    if size < 1e8:
        return fill(_("{size} MB"), size=number(round(size / 1e6, 1)))
    return fill(_("{size} GB"), size=number(round(size / 1e9, 1)))


def _midnight(remaining: Remaining) -> str:
    return f"<t:{int(remaining.resets_at.timestamp())}:t>"


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


def _speed(measured: Throughput) -> str:
    if measured.decode is None and measured.prefill is None:
        return _("not measured yet")
    said = []
    if measured.prefill is not None:
        said.append(fill(_("reads {tokens} tokens a second"), tokens=_rate(measured.prefill)))
    if measured.decode is not None:
        said.append(fill(_("writes {tokens} tokens a second"), tokens=_rate(measured.decode)))
    return ", ".join(said)


def _rate(tokens: float) -> str:
    """Tokens a second, rounded."""
    return number(round(tokens, 1 if tokens < 10 else None))
