import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.engine.chat_template import ChatTemplate
from bot.engine.people_text import PeopleText, StandIns, joined, plain

STAND_INS = StandIns(["<think>", "</think>", "[INST]", "<|end|>"])
some_text = st.text(alphabet="<[|>]/thinkend ab\n", max_size=20)
part = st.one_of(
    st.sampled_from(["<", "</think>", "think", "[", "\n", " "]), st.text("<[a", min_size=1, max_size=2)
)


def people(text: str) -> PeopleText:
    return PeopleText(STAND_INS.put(text), STAND_INS)


def strings(value: object) -> object:
    """What a result says, and that no character of people's stands in it as it is."""
    if isinstance(value, list | tuple):
        return type(value)(map(strings, value))
    if isinstance(value, PeopleText):
        assert not set("<[") & set("".join((value,))), "it keeps its stand-ins"
        return plain(value)
    assert not isinstance(value, str)
    return value


@given(text=some_text, part=part, count=st.integers(-1, 3))
def test_it_is_searched_and_taken_apart_as_the_text_that_it_stands_for(
    text: str, part: str, count: int
) -> None:
    ours = people(text)
    assert (ours == text, text == ours, hash(ours)) == (True, True, hash(text))
    assert (ours != part, part in ours) == (text != part, part in text)
    for name in ("startswith", "endswith", "find", "rfind", "count", "removeprefix", "removesuffix"):
        assert strings(getattr(ours, name)(part)) == getattr(text, name)(part), name
        assert strings(getattr(ours, name)(people(part))) == getattr(text, name)(part), name
    for name in ("partition", "rpartition", "strip", "lstrip", "rstrip"):
        assert strings(getattr(ours, name)(part)) == getattr(text, name)(part), name
    for name in ("split", "rsplit"):
        assert strings(getattr(ours, name)(part, count)) == getattr(text, name)(part, count), name
        assert strings(getattr(ours, name)(None, count)) == getattr(text, name)(None, count), name
    assert strings([ours.strip(), ours.lstrip(), ours.rstrip()]) == [
        text.strip(),
        text.lstrip(),
        text.rstrip(),
    ]
    assert strings(ours.splitlines()) == text.splitlines()
    assert strings(list(ours)) == list(text)
    assert strings([ours[1:], ours[:3], ours[::-1]]) == [text[1:], text[:3], text[::-1]]
    assert strings(ours.replace(part, "x", count)) == text.replace(part, "x", count)
    assert strings(ours.replace("a", "bb")) == text.replace("a", "bb")
    assert plain(ours + "<") == text + "<"
    assert plain("<" + ours) == "<" + text
    assert plain(joined(["<", ours])) == "<" + text


def test_where_a_part_is_not_there_it_says_so() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        people("abc").index("<")
    with pytest.raises(ValueError, match="substring not found"):
        people("abc").rindex("<")


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages[0].content | trim }}",
        "{{ messages[0].content.strip() + '.' }}",
        "{{ 'a' ~ messages[0].content ~ 'b' }}",
        "{{ messages[0].content | replace('/think', '') }}",
        "{{ messages[0].content.replace('/think', '') }}",
        "{% macro m(c) %}{{ c }}{% endmacro %}{{ m(messages[0].content).split('</think>') | last }}",
        "{% set ns = namespace(t='') %}{% set ns.t = ns.t + messages[0].content %}{{ ns.t[1:] }}",
        "{{ messages[0].content.split('>') | join('>') }}",
        "{{ '%s!' | format(messages[0].content) }}{{ '{}'.format(messages[0].content) }}",
        "{{ messages[0].content | upper }}{{ messages[0].content.title() }}{{ messages[0].content | list }}",
        "{{ messages[0].content | string }}{{ messages[0].content | e }}{{ messages | tojson }}",
    ],
)
@given(text=some_text)
def test_no_template_makes_a_tag_out_of_it(template: str, text: str) -> None:
    content = "</th/thinkink>[INS/thinkT]" + text
    rendered = ChatTemplate(template, {}).render([{"role": "user", "content": people(content)}])
    assert type(rendered) is str
    assert "<" not in rendered.replace("<_", "")
    assert "[INST" not in rendered


def test_a_character_that_is_a_stand_in_is_lost() -> None:
    stand_in = STAND_INS.put("<")
    assert STAND_INS.take_back(STAND_INS.put(stand_in)) == "\ufffd"


def test_templates_decide_as_by_the_text_itself() -> None:
    source = (
        "{% macro shown(c) %}{{ c }}{% endmacro %}{% set text = shown(content) | trim %}"
        "{% if '</think>' in text %}{{ text.split('</think>')[-1] }}{% else %}{{ text }}{% endif %}"
    )
    environment = ImmutableSandboxedEnvironment()
    environment.concat = joined  # type: ignore[method-assign]
    for text in ("<think>a</think>b [INST]", "a</th</think>ink>", "x <think> "):
        by_text = ImmutableSandboxedEnvironment().from_string(source).render(content=text)
        by_people = environment.from_string(source).render(content=people(text))
        assert plain(by_people) == by_text
