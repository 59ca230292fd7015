from datetime import UTC, datetime
from string import ascii_letters

import pytest

from adapters.sandbox.slack_rules import message_refusal, texts_in, view_faults
from adapters.slack import render
from bot.views.elements import (
    Attachment,
    Button,
    Card,
    Choose,
    ChooseMany,
    FileIn,
    Fix,
    Form,
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

PRESS = PressId("accept", "t" * 22)


def a_button(label="Yes", style=Style.PLAIN, url=""):
    return Button(label, PRESS, style, url)


def a_form(*items, title="Ask Maya"):
    return Form(title, PressId("ask", "a" * 22), "Send", (Page(tuple(items)),))


def options(n):
    return tuple(Option(f"v{i}", f"Label {i}") for i in range(n))


def elements(drawn):
    return [element for block in drawn["blocks"] if block["type"] == "actions" for element in block["elements"]]


def refusal(drawn):
    return message_refusal(drawn, most_text=40_000)


def test_a_message_is_a_header_texts_facts_cards_and_buttons():
    view = View(
        "Three people",
        "Each of them said yes.",
        facts=(("Where", "Library"),),
        cards=(Card("Maya K.", "Nurse", (a_button("Ask Maya", Style.MAIN),)),),
        buttons=(a_button("Nobody", Style.CAREFUL),),
    )

    drawn = render.message(view)

    assert [block["type"] for block in drawn["blocks"]] == [
        "header", "section", "section", "divider", "section", "section", "actions", "actions",
    ]  # fmt: skip
    assert drawn["text"] == view.aloud()
    assert refusal(drawn) == ("", [])


def test_buttons_carry_their_press_and_stand_out_as_told():
    drawn = render.message(View("Hi", buttons=(a_button("Yes", Style.MAIN), a_button("No", Style.CAREFUL), a_button())))

    assert [(e["action_id"], e["value"], e.get("style")) for e in elements(drawn)] == [
        ("press:0", str(PRESS), "primary"),
        ("press:1", str(PRESS), "danger"),
        ("press:2", str(PRESS), None),
    ]


def test_a_link_is_no_gesture():
    (link,) = elements(render.message(View("Hi", buttons=(a_button("Join", url="https://meet.example/x"),))))

    assert (link["action_id"], link["url"]) == ("link:0", "https://meet.example/x")


def test_more_than_five_buttons_take_a_second_row():
    drawn = render.message(View("Hi", buttons=tuple(a_button(f"B{n}") for n in range(7))))

    assert [len(block["elements"]) for block in drawn["blocks"] if block["type"] == "actions"] == [5, 2]


def test_no_markup_of_a_persons_own_is_read():
    drawn = render.message(View(text="<!channel> & *you*", facts=(("Name", "<@U1> a&b"),), cards=(Card("*A* <b>\nB"),)))
    section, fields, _, title = drawn["blocks"]

    assert section["text"] == {"type": "plain_text", "text": "<!channel> & *you*", "emoji": True}
    assert fields["fields"][0] == {"type": "mrkdwn", "text": "*Name*\n&lt;@U1&gt; a&amp;b", "verbatim": True}
    assert title["text"]["text"] == "*\u2217A\u2217 &lt;b&gt; B*"
    assert drawn["text"].startswith("&lt;!channel&gt; &amp; *you*")


def test_a_long_text_is_split_over_sections():
    text = " ".join(["word"] * 1500)

    sections = [block["text"]["text"] for block in render.message(View(text=text))["blocks"]]

    assert len(sections) == 3
    assert " ".join(sections) == text


@pytest.mark.parametrize("letter", ["a", "&", "é"])
def test_the_longest_view_fits_and_keeps_every_button(letter):
    buttons = tuple(a_button(letter * 90) for _ in range(10))
    view = View(
        title=letter * 200,
        text=letter * 9000,
        facts=tuple((letter * 600, letter * 3000) for _ in range(10)),
        cards=tuple(Card(letter * 4000, letter * 4000, buttons[:6]) for _ in range(10)),
        buttons=buttons,
    )

    drawn = render.message(view)

    assert refusal(drawn) == ("", [])
    assert len(elements(drawn)) == 70
    assert len({element["action_id"] for element in elements(drawn)}) == 70


def test_a_home_and_a_reading_modal_are_views_that_slack_takes():
    view = View("A title that is longer than a modal's", "Text", buttons=(a_button(),))

    assert view_faults(render.home(view), "home") == []
    assert view_faults(render.reading(view), "modal") == []
    assert render.reading(view)["title"]["text"] == render.NAME


def test_a_picture_and_a_file_are_named_in_words():
    view = View("Report", image=Picture(b"png", "Twelve talks"), file=Attachment("report.csv", b"", "text/csv"))

    assert list(texts_in(render.message(view)["blocks"])) == ["Report", "Twelve talks", "report.csv"]


def test_nothing_to_say_is_still_a_message_slack_takes():
    assert refusal(render.message(View())) == ("", [])


def test_a_form_is_one_modal_of_all_its_pages():
    form = Form(
        "A rather long title for a modal",
        PressId("ask", "a" * 22),
        "Send it off to them right now",
        (
            Page((Text("Before you ask"), Line("topic", "Topic", hint="A field", value="Law", most=80))),
            Page(
                (
                    Paragraph("note", "Note", value="Hello", required=False, most=9000),
                    Choose("few", "Few", options(3), value="v1"),
                    Choose("many", "Many", options(12), value="v11"),
                    ChooseMany("ticks", "Ticks", options(4), values=("v0", "v3")),
                )
            ),
            Page((When("at", "When", "UTC", value=datetime(2025, 3, 4, 12, tzinfo=UTC)), FileIn("list", "List"))),
        ),
    )

    view = render.form_view(form)
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}

    assert view_faults(view, "modal") == []
    assert (view["callback_id"], view["private_metadata"]) == (render.FORM, f"ask:{'a' * 22}")
    assert list(inputs) == ["topic", "note", "few", "many", "ticks", "at", "list"]
    assert {name: block["element"]["action_id"] for name, block in inputs.items()} == {name: name for name in inputs}
    assert {name: block["element"]["type"] for name, block in inputs.items()} == {
        "topic": "plain_text_input",
        "note": "plain_text_input",
        "few": "radio_buttons",
        "many": "static_select",
        "ticks": "checkboxes",
        "at": "datetimepicker",
        "list": "file_input",
    }
    assert inputs["few"]["element"]["initial_option"]["value"] == "v1"
    assert [each["value"] for each in inputs["ticks"]["element"]["initial_options"]] == ["v0", "v3"]
    assert inputs["at"]["element"]["initial_date_time"] == 1741089600
    assert inputs["note"]["element"]["max_length"] == 3000
    assert inputs["note"]["optional"] is True


def test_longest_items_fit_a_modal():
    long = ascii_letters * 100
    form = a_form(
        Line("a", long, hint=long, value=long, most=5000),
        Choose("b", long, tuple(Option(f"v{n}", long) for n in range(25)), hint=long),
        ChooseMany("c", long, tuple(Option(f"v{n}", long) for n in range(10)), values=("v1", "gone")),
        Text(long * 3),
        title=long,
    )

    assert view_faults(render.form_view(form), "modal") == []


def test_what_to_mend_stands_under_its_question():
    form = a_form(Text("Hello"), Line("topic", "Topic"), Line("note", "Note"))
    fixed = Fix(form, {}, {"note": "Too short.", "gone": "Also this."}, View("Almost"))

    assert render.fix(fixed) == {
        "response_action": "errors",
        "errors": {"note": "Too short.", "topic": "Also this."},
    }


def test_a_form_that_asks_nothing_shows_its_fault_on_top():
    fixed = Fix(a_form(Text("Hello")), {}, {"x": "Wrong."}, View("Almost", "Wrong."))

    assert render.fix(fixed) == {"response_action": "push", "view": render.reading(fixed.view)}
