"""What a person's command, menu, click or form looks like to the bot: the `data` of an interaction."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox import messages, payloads, permissions
from bot.sandbox.commands import Commands
from bot.sandbox.drafts import Upload
from bot.sandbox.errors import SandboxError
from bot.sandbox.model import Attachment, Channel, Json, Message, Role, User, walk_components
from bot.sandbox.world import World

_SUBCOMMAND, _GROUP = 1, 2
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


def usable_command(commands: Commands, user: User, channel: Channel, name: str, kind: int) -> Json:
    """Return the registered command that a user may use here.

    Raises:
        SandboxError: there is none of that name, or not here, or not for this user.
    """
    command = commands.find(channel.guild_id, name, kind)
    if command is None:
        raise SandboxError(f"there is no command {name!r} here")
    context = 0 if channel.guild is not None else 1
    contexts = command["contexts"]
    if contexts is not None and context not in contexts:
        raise SandboxError(f"{name} cannot be used here")
    if context == 1:
        if contexts is None and not command["dm_permission"]:
            raise SandboxError(f"{name} cannot be used in direct messages")
        return command
    bits = permissions.in_channel(channel, user.id)
    needed = command["default_member_permissions"]
    needed = permissions.Permission.ADMINISTRATOR if needed == "0" else int(needed or 0)
    if not bits & permissions.Permission.USE_APPLICATION_COMMANDS or bits & needed != needed:
        raise SandboxError(f"{user.name} may not use {name} here")
    return command


class Resolved:
    """Collects the objects that an interaction's data refers to by id."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._found: dict[str, Json] = {}

    def add(self, thing: object) -> str:
        """Note an object and return its id."""
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
            return self._put("channels", thing.id, {**payloads.channel(thing), "permissions": "0"})
        if isinstance(thing, Role):
            return self._put("roles", thing.id, payloads.role(thing))
        if isinstance(thing, Message):
            return self._put("messages", thing.id, payloads.message(thing, self._world))
        if isinstance(thing, Attachment):
            return self._put("attachments", thing.id, payloads.attachment(thing))
        raise TypeError(f"not something of Discord: {thing!r}")

    def _put(self, kind: str, number: int, payload: Json) -> str:
        self._found.setdefault(kind, {})[str(number)] = payload
        return str(number)

    def into(self, data: Json) -> Json:
        """Return the data with what was noted."""
        return {**data, "resolved": self._found} if self._found else data


def command_data(
    command: Json, path: list[str], values: Mapping[str, Any], resolved: Resolved, focused: str | None = None
) -> Json:
    """Return the data of a slash command.

    Args:
        command: as it is registered.
        path: the names of group and subcommand, if there are.
        values: the options by name.
        resolved: takes the objects among them.
        focused: the option being typed, for autocomplete, when not all is filled in yet.

    Raises:
        SandboxError: an option is missing, unknown, or has a value that Discord would not take.
    """
    declared, wrap = command.get("options") or [], []
    for name in path:
        inner = next((o for o in declared if o["name"] == name and o["type"] in (_SUBCOMMAND, _GROUP)), None)
        if inner is None:
            raise SandboxError(f"/{command['name']} has no subcommand {name!r}")
        wrap.append(inner)
        declared = inner.get("options") or []
    if any(o["type"] in (_SUBCOMMAND, _GROUP) for o in declared):
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
    """Return the data of a click (`values` None) or of a choice.

    Raises:
        SandboxError: the component is disabled, or does not offer that.
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
    """Return the data of a form that is sent; what is not in `values` stays as the form had it.

    Raises:
        SandboxError: a field is unknown, required, or has a text that is too short or too long.
    """
    fields = {c["custom_id"] for c in walk_components(modal["components"]) if c.get("custom_id")}
    unknown = set(values) - fields
    if unknown:
        raise SandboxError(
            f"the form has no field {', '.join(sorted(unknown))}; it has {', '.join(sorted(fields))}"
        )
    components = [_sent(component, values, resolved) for component in modal["components"]]
    return resolved.into({"custom_id": modal["custom_id"], "components": components})


def _sent(component: Json, values: Mapping[str, Any], resolved: Resolved) -> Json:
    sent: Json = {"type": component["type"], "id": component.get("id") or 1}
    if component.get("components"):
        sent["components"] = [_sent(inner, values, resolved) for inner in component["components"]]
    elif component.get("component"):
        sent["component"] = _sent(component["component"], values, resolved)
    elif component["type"] == 4:
        name = component["custom_id"]
        text = values.get(name, component.get("value") or "")
        if not text and component.get("required") is not False:
            raise SandboxError(f"the field {name} is required")
        if text:
            _check_length(name, text, component)
        sent |= {"custom_id": name, "value": text}
    elif component.get("custom_id"):
        name = component["custom_id"]
        defaults = [option["value"] for option in component.get("options") or [] if option.get("default")]
        chosen = values.get(name, defaults)
        needed = 0 if component.get("required") is False and not chosen else component.get("min_values", 1)
        sent |= {"custom_id": name, "values": _chosen({**component, "min_values": needed}, chosen, resolved)}
    return sent
