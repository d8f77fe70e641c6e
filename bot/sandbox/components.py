"""Message components: Discord's rules for them and the ids it gives them."""

from itertools import count
from typing import Any

from bot.sandbox.errors import FormErrors
from bot.sandbox.model import Json, walk_components

_ACTION_ROW, _BUTTON, _STRING_SELECT, _SECTION, _TEXT, _CONTAINER = 1, 2, 3, 9, 10, 17
_SELECTS = frozenset({3, 5, 6, 7, 8})
_V2_ONLY = frozenset({9, 10, 11, 12, 13, 14, 17})
_TOP_V1 = frozenset({_ACTION_ROW})
_LINK = 5
_MOST = 40
_MOST_TEXT = 4000


def checked(rows: list[Json], errors: FormErrors, *, v2: bool = False) -> list[Json]:
    """The components as Discord returns them: each with an id, without nulls.

    v2: the message has the flag IS_COMPONENTS_V2. What is wrong goes into `errors`.
    """
    every = walk_components(rows)
    if not v2 and any(c.get("type") in _V2_ONLY for c in every):
        errors.add("components", "BASE_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
        return []
    if not v2 and len(rows) > 5:
        errors.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    if len(every) > _MOST:
        errors.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The total number of components cannot exceed {_MOST}.",
        )
    if sum(len(c.get("content") or "") for c in every if c.get("type") == _TEXT) > _MOST_TEXT:
        errors.add(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total text cannot exceed {_MOST_TEXT}.",
        )
    seen: set[str] = set()
    for index, row in enumerate(rows):
        _check(row, f"components.{index}", errors, seen)
    ids = count(1)
    return [_with_ids(row, ids) for row in rows]


def _check(component: Json, path: str, errors: FormErrors, seen: set[str]) -> None:
    kind = component.get("type")
    custom_id = component.get("custom_id")
    if custom_id is not None:
        if not 1 <= len(custom_id) <= 100:
            errors.add(f"{path}.custom_id", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        if custom_id in seen:
            errors.add(
                f"{path}.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)
    if kind == _BUTTON:
        _check_button(component, path, errors)
    elif kind in _SELECTS:
        _check_select(component, path, errors)
    elif kind == _ACTION_ROW:
        held = component.get("components", [])
        if not 1 <= len(held) <= (1 if held and held[0].get("type") in _SELECTS else 5):
            errors.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, held in enumerate(component.get("components", [])):
        _check(held, f"{path}.components.{index}", errors, seen)
    for name in ("accessory", "component"):
        if component.get(name):
            _check(component[name], f"{path}.{name}", errors, seen)


def _check_button(button: Json, path: str, errors: FormErrors) -> None:
    if len(button.get("label") or "") > 80:
        errors.add(f"{path}.label", "BASE_TYPE_MAX_LENGTH", "Must be 80 or fewer in length.")
    if not button.get("label") and not button.get("emoji"):
        errors.add(
            path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji."
        )
    if button.get("style") == _LINK:
        if not button.get("url") or button.get("custom_id"):
            errors.add(
                path, "BUTTON_COMPONENT_INVALID_URL", "A link button must have a url and no custom id."
            )
    elif not button.get("custom_id"):
        errors.add(f"{path}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required.")


def _check_select(select: Json, path: str, errors: FormErrors) -> None:
    if not select.get("custom_id"):
        errors.add(f"{path}.custom_id", "BASE_TYPE_REQUIRED", "This field is required")
    if len(select.get("placeholder") or "") > 150:
        errors.add(f"{path}.placeholder", "BASE_TYPE_MAX_LENGTH", "Must be 150 or fewer in length.")
    if select.get("type") == _STRING_SELECT and not 1 <= len(select.get("options") or []) <= 25:
        errors.add(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")


_DEFAULTS: dict[int, Json] = {kind: {"min_values": 1, "max_values": 1} for kind in _SELECTS} | {
    _CONTAINER: {"accent_color": None, "spoiler": False},
    14: {"spacing": 1, "divider": True},
}


def _with_ids(component: Json, ids: "count[int]") -> Json:
    shown: dict[str, Any] = {**_DEFAULTS.get(component["type"], {})}
    shown |= {name: value for name, value in component.items() if value is not None}
    shown["id"] = component.get("id") or next(ids)
    if "default_values" in shown:
        shown["default_values"] = [{**value, "id": str(value["id"])} for value in shown["default_values"]]
    if "components" in component:
        shown["components"] = [_with_ids(held, ids) for held in component["components"]]
    for name in ("accessory", "component"):
        if component.get(name):
            shown[name] = _with_ids(component[name], ids)
    return shown
