"""How a view and a form look in Discord."""

from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import modal, render
from adapters.discord.escape import cut, escaped, fitted, label
from adapters.sandbox.discord_rules import check_message, check_modal
from bot.views.elements import (
    Attachment,
    Button,
    Card,
    Choose,
    ChooseMany,
    FileIn,
    Form,
    FormItem,
    Line,
    Option,
    Page,
    Paragraph,
    Picture,
    PressId,
    Style,
    Text,
    View,
    When,
)

TOKEN = "t" * 22


def a_button(name: str = "Yes", verb: str = "accept", style: Style = Style.PLAIN, url: str = "") -> Button:
    return Button(name, PressId(verb, TOKEN), style, url)


def wire(view: View) -> dict[str, Any]:
    """The JSON that goes to Discord."""
    drawn = render.draw(view)
    with discord.http.handle_message_parameters(**drawn.parts(), flags=drawn.flags) as parameters:
        if parameters.multipart:
            return dict(discord.utils._from_json(parameters.multipart[0]["value"]))
        assert parameters.payload is not None
        return parameters.payload


def accepted(view: View) -> dict[str, Any]:
    message = wire(view)
    check_message(message, flags=message["flags"])
    return message


def labels(message: dict[str, Any]) -> list[str]:
    rows = (row for row in message.get("components", ()) if row["type"] == 1)
    return [one["label"] for row in rows for one in row["components"]]


# --- escape --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("**bold** _it_ ~~no~~ `code` ||hush||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \`code\` \|\|hush\|\|"),
        ("see https://evil.example/x", r"see https\://evil.example\/x"),
        ("discord.gg/abc", r"discord.gg\/abc"),
        ("[here](https://evil.example)", r"\[here\](https\://evil.example)"),
        ("<t:0:R> </cmd:1> <#1> <@2> <@&3>", r"\<t\:0:R\> \</cmd:1\> \<\#1\> \<\@2\> \<\@&3\>"),
        ("@everyone @here", r"\@everyone \@here"),
        ("# big\n- dot\n> said\n-# small", "\\# big\n\\- dot\n\\> said\n\\-# small"),
        ("1. one\n2) two", "1\\. one\n2\\) two"),
        (":wave:", r"\:wave:"),
        ("\u202egnp.exe\u202c a\u200bb", "gnp.exe ab"),
        ("at 12:30, C# and 24/7", "at 12:30, C# and 24/7"),
        ("a\\*b", r"a\\\*b"),
    ],
)
def test_nothing_a_person_wrote_is_read_as_markup(written: str, sent: str) -> None:
    assert escaped(written) == sent


def test_joiners_stay_because_emoji_and_scripts_need_them() -> None:
    assert escaped("👩\u200d🎓") == "👩\u200d🎓"


def test_a_lone_half_of_a_character_is_left_out_because_it_could_not_be_sent() -> None:
    assert escaped("a\ud800b") == "ab"


def test_a_cut_never_stands_between_a_backslash_and_what_it_escapes() -> None:
    assert fitted("aaa*", 4) == "aaa…"
    assert cut("aa\\\\bbbb", 5) == "aa\\\\…"


def test_a_label_is_one_line_without_backslashes_and_never_empty() -> None:
    assert label("a\n *b*", 20) == "a *b*"
    assert label(" \u200b", 20) == "…"


# --- views ---------------------------------------------------------------------------------------------------------


def test_a_short_view_is_plain_content() -> None:
    view = View("Maya said yes", "Pick a time.", facts=(("When", "Tuesday"), ("Where", "https://room.example/1")))

    message = accepted(view)

    assert message["content"] == (
        "**Maya said yes**\nPick a time.\n\n**When:** Tuesday\n**Where:** https\\://room.example\\/1"
    )
    assert "embeds" not in message
    assert message["flags"] == discord.MessageFlags(suppress_embeds=True).value


def test_a_long_view_goes_on_in_an_embed_whole() -> None:
    text = "word " * 560

    message = accepted(View("Title", text, facts=(("When", "Tuesday"),)))

    assert message["content"] == "**Title**"
    assert message["embeds"][0]["description"] == text.rstrip(" ") + " \n\n**When:** Tuesday"
    assert message["flags"] == 0


def test_cards_keep_their_buttons_under_them() -> None:
    cards = (
        Card("Maya R.", "Nurse", (Button("Ask", PressId("ask", "a" * 22)),)),
        Card("Tom B.", "Baker", (Button("Ask", PressId("ask", "b" * 22)),)),
    )

    message = accepted(View("Three people", cards=cards, buttons=(a_button("None of them", "none"),)))

    shape = [
        (one["type"], one.get("content") or [b["label"] for b in one["components"]]) for one in message["components"]
    ]
    assert shape == [
        (10, "**Three people**"),
        (10, "**Maya R.**\nNurse"),
        (1, ["Ask"]),
        (10, "**Tom B.**\nBaker"),
        (1, ["Ask"]),
        (1, ["None of them"]),
    ]
    assert "content" not in message


def test_where_cards_do_not_fit_a_layout_each_button_says_whose_it_is() -> None:
    cards = tuple(Card(f"P{n}", "x" * 400, (Button("Ask", PressId("ask", f"{n:022}")),)) for n in range(10))

    message = accepted(View("Ten people", cards=cards))

    assert labels(message) == [f"P{n}: Ask" for n in range(10)]
    assert message["embeds"][0]["description"].startswith("**P0**\nxxx")


def test_where_room_is_tight_no_card_goes_missing() -> None:
    cards = tuple(Card(f"P{n}", "x" * 2800) for n in range(10))

    message = accepted(View("Ten people", "y" * 2800, cards=cards))

    told = "".join(embed["description"] for embed in message["embeds"])
    assert [f"**P{n}**" in told for n in range(10)] == [True] * 10


def test_buttons_carry_their_ids_and_styles_and_links_their_address() -> None:
    buttons = (
        a_button("Yes", "accept", Style.MAIN),
        a_button("Erase", "erase", Style.CAREFUL),
        a_button("Later", "later"),
        a_button("Join", "join", url="https://room.example/1"),
    )

    message = accepted(View("Ready?", buttons=buttons))

    sent = [
        (one["label"], one["style"], one.get("custom_id"), one.get("url"))
        for one in message["components"][0]["components"]
    ]
    assert sent == [
        ("Yes", 1, f"accept:{TOKEN}", None),
        ("Erase", 4, f"erase:{TOKEN}", None),
        ("Later", 2, f"later:{TOKEN}", None),
        ("Join", 5, None, "https://room.example/1"),
    ]


def test_a_link_that_discord_would_refuse_is_told_instead() -> None:
    message = accepted(View("Ready?", buttons=(a_button("Join", url="javascript:alert(1)"),)))

    assert message["content"] == "**Ready?**\n\n**Join:** javascript:alert(1)"
    assert "components" not in message


def test_two_buttons_that_do_the_same_are_one() -> None:
    assert labels(accepted(View("x", buttons=(a_button("Yes"), a_button("Yes, please"))))) == ["Yes"]


def test_more_buttons_than_fit_are_a_mistake_not_a_silence() -> None:
    buttons = tuple(Button("x", PressId("x", f"{n:022}")) for n in range(26))

    with pytest.raises(render.TooManyButtons):
        render.draw(View("x", buttons=buttons))


def test_a_picture_has_its_words_and_a_file_its_name() -> None:
    view = View("Report", image=Picture(b"png", "12 talks"), file=Attachment("report.csv", b"a,b", "text/csv"))

    files = render.draw(view).files

    assert [(file.filename, file.description) for file in files] == [("picture.png", "12 talks"), ("report.csv", None)]


NASTY = st.text(st.sampled_from("ab \n*_#->@<:/\\.[]1\u202e👩"), max_size=300)


@st.composite
def views(draw: st.DrawFn) -> View:
    number = iter(range(100))

    def buttons(most: int) -> st.SearchStrategy[tuple[Button, ...]]:
        one = NASTY.map(lambda name: Button(name[:75], PressId("v", f"{next(number):022}")))
        return st.lists(one, max_size=most).map(tuple)

    card = st.builds(Card, NASTY, NASTY, buttons(1))
    return View(
        draw(NASTY)[:150],
        draw(NASTY) * draw(st.integers(0, 9)),
        tuple(draw(st.lists(st.tuples(NASTY, NASTY), max_size=10))),
        tuple(draw(st.lists(card, max_size=10))),
        draw(buttons(10)),
    )


@settings(max_examples=60, deadline=None)
@given(views())
def test_whatever_is_said_discord_takes_it(view: View) -> None:
    accepted(view)


# --- forms ---------------------------------------------------------------------------------------------------------


def a_form(*items: FormItem, pages: int = 1, page: int = 0) -> Form:
    return Form("Ask Maya", PressId("ask", TOKEN, "1"), "Send", (Page(items),) * pages, page)


def drawn_form(form: Form) -> dict[str, Any]:
    payload = modal.draw(form).to_dict()
    check_modal(payload)
    return payload


def only_item(item: FormItem) -> dict[str, Any]:
    return dict(drawn_form(a_form(item))["components"][0])


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(n), f"Option {n}") for n in range(count))


async def test_a_modal_carries_the_forms_id_and_its_page() -> None:
    payload = drawn_form(a_form(Line("a", "A"), pages=3, page=1))

    assert (payload["custom_id"], payload["title"]) == (f"ask:{TOKEN}:1#1", "Ask Maya (2/3)")
    assert modal.draw(a_form(Line("a", "A"))).is_finished()


def test_lines_and_paragraphs_hold_what_was_typed() -> None:
    line, paragraph = only_item(Line("n", "Name", "As on campus", "Maya", most=40)), only_item(Paragraph("t", "Text"))

    assert (line["label"], line["description"]) == ("Name", "As on campus")
    inner = line["component"]
    assert [inner[key] for key in ("type", "custom_id", "style", "value", "max_length", "required")] == [
        4, "n", 1, "Maya", 40, True,
    ]  # fmt: skip
    assert paragraph["component"]["style"] == 2


def test_a_question_too_long_for_a_label_stands_whole_beneath_it() -> None:
    question = "What would you like to find out about this work?"

    item = only_item(Paragraph("t", question))

    assert item["label"] == "What would you like to find out about this w…"
    assert item["description"] == question


@pytest.mark.parametrize(("count", "kind"), [(1, 3), (2, 21), (10, 21), (11, 3), (25, 3)])
def test_one_of_few_is_a_row_of_radio_buttons_one_of_many_a_list(count: int, kind: int) -> None:
    inner = only_item(Choose("c", "Which?", options(count), value="0"))["component"]

    assert inner["type"] == kind
    assert [option["value"] for option in inner["options"] if option.get("default")] == ["0"]


def test_several_are_ticked() -> None:
    inner = only_item(ChooseMany("c", "Which?", options(10), values=("1", "3"), most=5))["component"]

    assert (inner["type"], inner["min_values"], inner["max_values"]) == (22, 1, 5)
    assert [option["value"] for option in inner["options"] if option.get("default")] == ["1", "3"]


def test_several_of_many_are_a_list_and_none_may_be_enough() -> None:
    inner = only_item(ChooseMany("c", "Which?", options(12), required=False))["component"]

    assert (inner["type"], inner["min_values"], inner["max_values"], inner["required"]) == (3, 0, 10, False)


def test_a_moment_is_typed_in_the_readers_zone() -> None:
    inner = only_item(When("w", "When?", "Europe/London", value=datetime(2026, 6, 3, 11, 30, tzinfo=UTC)))["component"]

    assert (inner["placeholder"], inner["value"]) == ("YYYY-MM-DD HH:MM", "2026-06-03 12:30")


def test_a_file_is_handed_over_and_a_text_only_read() -> None:
    assert only_item(FileIn("f", "Roster"))["component"]["type"] == 19
    assert only_item(Text("**Maya** will see this"))["content"] == r"\*\*Maya\*\* will see this"
