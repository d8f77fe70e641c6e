"""The `data` of an interaction: a person's command, click, choice or form, as the bot gets it."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox import messages, payloads, permissions
from bot.sandbox.commands import GROUP, SUBCOMMAND
from bot.sandbox.errors import SandboxError
from bot.sandbox.messages import Upload
from bot.sandbox.model import Attachment, Channel, Json, Message, Role, User, walk_components
from bot.sandbox.world import World

_TYPES: dict[int, tuple[type, ...]] = {
    3: (str,),
    4: (int,),
    5: (bool,),
    6: (User,),
    7: (Channel,),
    8: (Role,),
    9: (User, Role),
    10: (int, float),
    11: (Upload,),
}
_ENTITY_SELECTS: dict[int, tuple[type, ...]] = {5: (User,), 6: (Role,), 7: (User, Role), 8: (Channel,)}


class Resolved:
    """The objects that an interaction's data refers to by id."""

    def __init__(self, world: World, channel: Channel, user: User) -> None:
        self._world = world
        self._channel = channel
        self._user = user
        self._found: dict[str, Json] = {}

    def add(self, thing: object) -> str:
        """Add an object and return its id."""
        guild = self._channel.guild
        if isinstance(thing, Upload):
            thing = messages.store(self._world, self._channel, thing)
        if isinstance(thing, User):
            self._put("users", thing.id, payloads.user(thing))
            if guild is not None and thing.id in guild.members:
                bits = permissions.in_channel(self._channel, thing.id)
                member = {**payloads.partial_member(guild.members[thing.id]), "permissions": str(bits)}
                self._put("members", thing.id, member)
            return str(thing.id)
        if isinstance(thing, Channel):
            bits = permissions.in_channel(thing, self._user.id)
            return self._put("channels", thing.id, {**payloads.channel(thing), "permissions": str(bits)})
        if isinstance(thing, Role):
            return self._put("roles", thing.id, payloads.role(thing))
        if isinstance(thing, Message):
            return self._put("messages", thing.id, payloads.message(thing, self._world))
        if isinstance(thing, Attachment):
            return self._put("attachments", thing.id, payloads.attachment(thing))
        raise TypeError(f"not an object of Discord: {thing!r}")

    def _put(self, kind: str, number: int, payload: Json) -> str:
        self._found.setdefault(kind, {})[str(number)] = payload
        return str(number)

    def into(self, data: Json) -> Json:
        """The data together with the objects."""
        return {**data, "resolved": self._found} if self._found else data


def command_data(
    command: Json, path: list[str], values: Mapping[str, Any], resolved: Resolved, focused: str | None = None
) -> Json:
    """The data of a slash command.

    command: as it is registered. path: the names of its group and subcommand, if it has them.
    values: the options by name; the objects among them go into `resolved`.
    focused: the option that is being typed, for autocomplete; others may be missing then.

    Raises: SandboxError where an option is missing, unknown, or has a value that Discord refuses.
    """
    declared, wrap = command.get("options") or [], []
    for name in path:
        inner = next((o for o in declared if o["name"] == name and o["type"] in (SUBCOMMAND, GROUP)), None)
        if inner is None:
            raise SandboxError(f"/{command['name']} has no subcommand {name!r}")
        wrap.append(inner)
        declared = inner.get("options") or []
    if any(o["type"] in (SUBCOMMAND, GROUP) for o in declared):
        raise SandboxError(f"/{command['name']} needs a subcommand: {', '.join(o['name'] for o in declared)}")
    options = _options(declared, values, resolved, focused)
    for inner in reversed(wrap):
        options = [{"name": inner["name"], "type": inner["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return resolved.into(data)


def _options(
    declared: list[Json], values: Mapping[str, Any], resolved: Resolved, focused: str | None
) -> list[Json]:
    unknown = set(values) - {option["name"] for option in declared}
    if unknown:
        raise SandboxError(f"no such option: {', '.join(sorted(unknown))}")
    given = []
    for option in declared:
        name = option["name"]
        if name not in values:
            if option.get("required") and focused is None:
                raise SandboxError(f"the option {name} is required")
            continue
        shown = {"name": name, "type": option["type"]}
        if name == focused:
            given.append({**shown, "value": values[name], "focused": True})
            continue
        given.append({**shown, "value": _value(option, values[name], resolved)})
    return given


def _value(option: Json, value: Any, resolved: Resolved) -> Any:
    name, kinds = option["name"], _TYPES[option["type"]]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise SandboxError(f"the option {name} takes {kinds[0].__name__}, not {value!r}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise SandboxError(f"the option {name} takes one of {choices}, not {value!r}")
    if isinstance(value, str):
        _check_length(name, value, option)
    elif isinstance(value, int | float):
        if value < option.get("min_value", value) or value > option.get("max_value", value):
            raise SandboxError(f"the option {name} is out of range")
    else:
        return resolved.add(value)
    return value


def _check_length(name: str, value: str, limits: Json) -> None:
    if not (limits.get("min_length") or 0) <= len(value) <= (limits.get("max_length") or 6000):
        raise SandboxError(f"{name} has {len(value)} characters, which is not allowed")


def component_data(component: Json, values: list[Any] | None, resolved: Resolved) -> Json:
    """The data of a click (`values` None) or of a choice in a menu.

    Raises: SandboxError where the component is disabled or does not offer the values.
    """
    if component.get("disabled"):
        raise SandboxError(f"{component.get('label') or component['custom_id']} is disabled")
    data: Json = {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        "id": component["id"],
    }
    if values is not None:
        data["values"] = _chosen(component, values, resolved)
    return resolved.into(data)


def _chosen(select: Json, values: list[Any], resolved: Resolved) -> list[str]:
    if not select.get("min_values", 1) <= len(values) <= select.get("max_values", 1):
        raise SandboxError(f"{select['custom_id']} does not take {len(values)} values")
    if select["type"] in _ENTITY_SELECTS:
        if not all(isinstance(value, _ENTITY_SELECTS[select["type"]]) for value in values):
            raise SandboxError(f"{select['custom_id']} does not take such values: {values}")
        return [resolved.add(value) for value in values]
    offered = [option["value"] for option in select.get("options", [])]
    if not set(values) <= set(offered):
        raise SandboxError(f"{select['custom_id']} offers {offered}, not {values}")
    return list(values)


def modal_data(modal: Json, values: Mapping[str, Any], resolved: Resolved) -> Json:
    """The data of a submitted form. Fields that are not in `values` stay as they were in the form.

    Raises: SandboxError where a field is unknown, required, or its text too short or too long.
    """
    fields = {c["custom_id"] for c in walk_components(modal["components"]) if c.get("custom_id")}
    unknown = set(values) - fields
    if unknown:
        raise SandboxError(
            f"the form has no field {', '.join(sorted(unknown))}; it has {', '.join(sorted(fields))}"
        )
    components = [_submitted(component, values, resolved) for component in modal["components"]]
    return resolved.into({"custom_id": modal["custom_id"], "components": components})


def _submitted(component: Json, values: Mapping[str, Any], resolved: Resolved) -> Json:
    submitted: Json = {"type": component["type"], "id": component.get("id") or 1}
    if component.get("components"):
        submitted["components"] = [_submitted(inner, values, resolved) for inner in component["components"]]
    elif component.get("component"):
        submitted["component"] = _submitted(component["component"], values, resolved)
    elif component["type"] == 4:
        name = component["custom_id"]
        text = values.get(name, component.get("value") or "")
        if not text and component.get("required") is not False:
            raise SandboxError(f"the field {name} is required")
        if text:
            _check_length(name, text, component)
        submitted |= {"custom_id": name, "value": text}
    elif component.get("custom_id"):
        name = component["custom_id"]
        defaults = [option["value"] for option in component.get("options") or [] if option.get("default")]
        chosen = values.get(name, defaults)
        needed = 0 if component.get("required") is False and not chosen else component.get("min_values", 1)
        submitted |= {
            "custom_id": name,
            "values": _chosen({**component, "min_values": needed}, chosen, resolved),
        }
    return submitted
