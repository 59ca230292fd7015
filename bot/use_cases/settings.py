"""`/desk settings`: the campus's rules in forms with their ranges, and our sentences in the campus's own words.

A sentence is seen filled in before it goes live, keeps exactly the placeholders that it had, and can be taken back;
each version stays, with whose it was. `/desk audit` shows who changed what.
"""

from __future__ import annotations

from bot.domain.asks import plain
from bot.domain.campus import in_words, with_setting
from bot.domain.refusals import Mend, NotYours, Refusal
from bot.phrases import changeable, fits_instead, plain_template, sentences_with
from bot.use_cases.visit import Say, Visit
from bot.views.settings import LONGEST_RULE, group_of, label_of

MOST_FOUND = 6
LATEST_PAGE = 999
MOST_TOLD = 100


def look(visit: Visit) -> Say:
    """The rules as they are, a group a card."""
    return Say("settings_desk")


def send_rules(visit: Visit) -> Say:
    """A group of rules came back. Raises Mend for those that don't fit their range; then none is changed."""
    keys = group_of(visit.press.arg)
    if not keys:
        raise NotYours
    campus = visit.campus
    errors: dict[str, str | tuple[str, dict[str, str | int]]] = {}
    for key in keys:
        if key not in visit.values or visit.text(key) == in_words(campus, key)[:LONGEST_RULE]:
            continue  # not asked, or not changed: what a form cuts off stays
        try:
            campus = with_setting(campus, key, visit.text(key))
        except Refusal as no:
            errors[key] = (f"refusals.{no.key}", {**no.params, "setting": label_of(key, visit.me.language)})
    if errors:
        raise Mend(errors)
    for key in keys:
        said = in_words(campus, key)
        if said != in_words(visit.campus, key):
            visit.uow.places.set_campus(key, said)
            visit.uow.audit.add(visit.now, visit.me.who, "set_rule", _told(f"{key}={said}"))
    return Say("settings_desk", {}, {"saved": "1"})


def _told(rule: str) -> str:
    """As much of a rule as the audit tells: a year's closures are longer than an entry."""
    return rule if len(rule) <= MOST_TOLD else f"{rule[: MOST_TOLD - 1]}…"


# --- wording -------------------------------------------------------------------------------------------------------


def find_words(visit: Visit) -> Say:
    """Sentences in which these words stand."""
    words = plain(visit.text("words"))
    if not words:
        raise Mend({"words": "text_empty"})
    found = sentences_with(words, visit.me.language)
    if not found:
        raise Mend({"words": "words_nowhere"})
    return Say("wording_desk", {}, {"found": ",".join(found[:MOST_FOUND]), "count": str(len(found))})


def live_words(visit: Visit) -> Say:
    """The sentences that this campus says its own way."""
    return Say("wording_live")


def send_words(visit: Visit) -> Say:
    """A sentence came back: kept as a version, and shown as it would be said. Nothing changes for anybody yet."""
    key, language = visit.press.arg, visit.me.language
    if key not in changeable(language):
        raise NotYours
    text = plain_template(visit.text("text"))
    problem = fits_instead(key, language, text)
    if problem is not None:
        raise Mend({"text": (problem[0], dict(problem[1]))})
    version = visit.uow.wording.propose(key, language, text, visit.me.who, visit.now)
    return Say("wording_preview", {"version": version.id}, {"version": version.token})


def go_live(visit: Visit) -> Say:
    """From now on it is said so. Raises Refusal (`wording_over`) for a version that was live before."""
    version = visit.version
    if version.live_at is not None:
        raise Refusal("wording_over")
    visit.uow.wording.go_live(version.id, visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "wording", version.key)
    return Say("wording_live", {}, {"done": "1"})


def undo(visit: Visit) -> Say:
    """What was said before is said again."""
    version = visit.version
    if version.live_at is None or version.ended_at is not None:
        raise Refusal("wording_over")
    visit.uow.wording.end(version.id, visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "wording_undone", version.key)
    return Say("wording_live", {}, {"undone": "1"})


# --- the audit -----------------------------------------------------------------------------------------------------


def audit(visit: Visit) -> Say:
    """Who did what, ten at a time, the newest first."""
    page = visit.press.arg or "0"
    if not page.isdecimal() or int(page) > LATEST_PAGE:
        raise NotYours
    return Say("audit_desk", {}, {"page": page})
