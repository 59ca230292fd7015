"""The campus's rules in forms, our sentences in its own words, and who changed what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from bot.domain.campus import LIMITS, NO, TALK_LENGTHS, YES, Campus, in_words
from bot.phrases import NoSuchPhrase, as_said_now, changeable, placeholders, sample_of, say, say_when
from bot.views.elements import Card, Choose, Form, FormItem, Line, Option, Page, Paragraph, PressId, Text, View
from bot.views.parts import Draw, DrawForm, lines, main, press
from bot.views.stage import AuditLine, Stage

GROUPS: Mapping[str, tuple[str, ...]] = {
    "talks": ("talk_minutes", "in_person", "room_template", "same_pair_days", "shown_in_30_days"),
    "asking": ("student_open", "student_next_choices", "student_in_30_days", "request_days", "request_days_with_next"),
    "alumni": ("alum_month", "alum_at_once", "approve_without_code", "code_days"),
    "nudges": (
        "nudge_first_day", "nudge_second_day", "nudge_second_day_with_next", "ask_next_from_day", "nudges_a_week",
        "nudge_from_hour", "nudge_until_hour", "closures",
    ),
    "after": (
        "happened_after_hours", "happened_again_hours", "thank_first_hours", "thank_second_hours", "thanks_queue_day",
    ),
    "reports": ("term_starts", "smallest_group"),
    "place": ("name", "zone", "language", "office_email", "adviser_link", "privacy_link"),
}  # fmt: skip
"""The rules an office changes, as it thinks of them; whatever is not named here is in the last one, `rest`."""
REST = "rest"
A_PAGE = 5
LONGEST_RULE = 1000
"""Characters that a form holds of a rule; many closures have more."""


def group_of(name: str) -> tuple[str, ...]:
    """The rules of a group, none for a group there isn't."""
    if name == REST:
        named = {key for keys in GROUPS.values() for key in keys}
        return tuple(field.name for field in fields(Campus) if field.name not in named)
    return GROUPS.get(name, ())


def settings_desk(stage: Stage) -> View:
    """Every rule as it is, a group a card."""
    saved = stage.say("settings.saved") if stage.params.get("saved") else ""
    cards = tuple(
        Card(
            stage.say(f"settings.group_{group}"),
            "\n".join(_as_it_is(stage, key) for key in group_of(group)),
            (press(stage.say(f"settings.change_{group}"), "rules", arg=group),),
        )
        for group in GROUPS
    )
    return View(
        title=stage.say("settings.title"),
        text=lines(saved, stage.say("settings.lead")),
        cards=cards,
        buttons=(
            press(stage.say("settings.rest"), "rules", arg=REST),
            press(stage.say("wording.button"), "change_words"),
            press(stage.say("wording.live_button"), "live_words"),
        ),
    )


def _as_it_is(stage: Stage, key: str) -> str:
    value = in_words(stage.campus, key)
    if isinstance(getattr(stage.campus, key), bool):
        value = stage.say("settings.yes" if value in YES else "settings.no")
    return f"{label_of(key, stage.language)}: {value[:120] or '–'}"


def label_of(key: str, language: str) -> str:
    """How an office calls a rule; one that has no words yet goes by its key."""
    try:
        return say(f"rules.{key}", language)
    except NoSuchPhrase:
        return key.replace("_", " ").capitalize()


def rules_form(stage: Stage) -> Form:
    """One group, with the range of each. LookupError for a group that there isn't."""
    group = stage.params.get("arg", "")
    keys = group_of(group)
    if not keys:
        raise LookupError("no such group of rules")
    items = [_item(stage, key) for key in keys]
    pages = tuple(Page(tuple(items[start : start + A_PAGE])) for start in range(0, len(items), A_PAGE))
    title = stage.say("settings.rest" if group == REST else f"settings.group_{group}")[:24]
    return Form(title, PressId("send_rules", arg=group), stage.say("settings.send"), pages)


def _item(stage: Stage, key: str) -> FormItem:
    label, value = label_of(key, stage.language), in_words(stage.campus, key)
    if key == "talk_minutes":
        lengths = tuple(Option(str(length), stage.say("more.minutes", count=length)) for length in TALK_LENGTHS)
        return Choose(key, label, lengths, value=value)
    if isinstance(getattr(stage.campus, key), bool):
        options = (Option(YES[0], stage.say("settings.yes")), Option(NO[0], stage.say("settings.no")))
        return Choose(key, label, options, value=value)
    limit = LIMITS.get(key)
    if limit is not None:
        hint = stage.say("settings.range", low=limit.low, high=limit.high)
        return Line(key, label, hint, value, most=5)
    return Line(key, label, value=value[:LONGEST_RULE], required=False, most=LONGEST_RULE)


# --- wording -------------------------------------------------------------------------------------------------------


def find_words_form(stage: Stage) -> Form:
    """`change_words` with a key opens the sentence itself; without, a search."""
    items = (
        Text(stage.say("wording.find_text")),
        Line("words", stage.say("wording.find_label"), stage.say("wording.find_hint"), most=100),
    )
    return Form(stage.say("wording.title"), PressId("find_words"), stage.say("wording.find"), (Page(items),))


def wording_desk(stage: Stage) -> View:
    """The sentences in which the words stand."""
    keys = [key for key in stage.params.get("found", "").split(",") if key in changeable(stage.language)]
    cards = tuple(
        Card(key, as_said_now(key, stage.language), (main(stage.say("wording.change"), "this_wording", arg=key),))
        for key in keys
    )
    count = int(stage.params.get("count", "0"))
    more = stage.say("wording.more", count=count - len(keys)) if count > len(keys) else ""
    return View(title=stage.say("wording.found", count=count), text=more, cards=cards)


def words_form(stage: Stage) -> Form:
    """One sentence, as it is said now. LookupError for one that can't be changed."""
    key = stage.params.get("arg", "")
    if key not in changeable(stage.language):
        raise LookupError("no sentence of that name")
    now = as_said_now(key, stage.language)
    names = ", ".join("{" + name + "}" for name in sorted(placeholders(now)))
    keep = stage.say("wording.keep", names=names) if names else stage.say("wording.keep_none")
    items = (Text(keep), Paragraph("text", stage.say("wording.label"), value=now, most=2000))
    return Form(stage.say("wording.title"), PressId("send_words", arg=key), stage.say("wording.look"), (Page(items),))


def wording_preview(stage: Stage) -> View:
    """How it would read, beside how it reads now. Raises LookupError where the version is gone."""
    if stage.version is None:
        raise LookupError("no such version")
    key, text = stage.version
    return View(
        title=stage.say("wording.preview_title"),
        text=stage.say("wording.preview"),
        cards=(
            Card(stage.say("wording.before"), sample_of(as_said_now(key, stage.language), stage.language)),
            Card(stage.say("wording.after"), sample_of(text, stage.language)),
        ),
        buttons=(
            main(stage.say("wording.go_live"), "words_live", stage.token),
            press(stage.say("wording.again"), "this_wording", arg=key),
        ),
    )


def wording_live(stage: Stage) -> View:
    """What this campus says its own way, each with the way back."""
    done = stage.say("wording.done") if stage.params.get("done") else ""
    undone = stage.say("wording.undone") if stage.params.get("undone") else ""
    if not stage.versions:
        return View(title=stage.say("wording.none_title"), text=lines(done, undone, stage.say("wording.none")))
    cards = tuple(
        Card(key, as_said_now(key, stage.language), (press(stage.say("wording.undo"), "words_undo", token),))
        for token, key in stage.versions
        if key in changeable(stage.language)
    )
    return View(title=stage.say("wording.live_title"), text=lines(done, undone), cards=cards)


# --- the audit -----------------------------------------------------------------------------------------------------


def audit_desk(stage: Stage) -> View:
    page = int(stage.params.get("page", "0"))
    newer = (press(stage.say("audit.newer"), "desk_audit", arg=str(page - 1)),) if page else ()
    older = (press(stage.say("audit.older"), "desk_audit", arg=str(page + 1)),) if stage.more else ()
    told = "\n".join(_entry(stage, line) for line in stage.entries)
    return View(title=stage.say("audit.title"), text=told or stage.say("audit.nothing"), buttons=(*newer, *older))


def _entry(stage: Stage, line: AuditLine) -> str:
    who = stage.say("audit.operator") if line.who == "operator" else line.who or stage.say("names.somebody")
    at = say_when(line.at, stage.zone, stage.language)
    return stage.say("audit.line", at=at, who=who, what=_act(stage, line))


def _act(stage: Stage, line: AuditLine) -> str:
    try:
        act = stage.say(f"audit.act_{line.act}")
    except NoSuchPhrase:
        act = line.act.replace("_", " ")
    return f"{act} ({line.target})" if line.target else act


VIEWS: dict[str, Draw] = {
    "settings_desk": settings_desk,
    "wording_desk": wording_desk,
    "wording_preview": wording_preview,
    "wording_live": wording_live,
    "audit_desk": audit_desk,
}
FORMS: dict[str, DrawForm] = {"rules": rules_form, "find_words": find_words_form, "words": words_form}
