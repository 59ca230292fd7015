"""Every sentence that a person reads, one file a language, one section a feature, in the order of the conversation.

`say("request.card", "en", alum="Maya")` finds the sentence and fills it. A phrase that counts has one form per plural
category of its language (CLDR, by Babel) and is chosen by `count`; a form `zero` is said of none in any language.
What is missing in a language is said in English; a
key that is nowhere is a programmer's error. The pseudo-language `xx` is English with every letter accented and a third
longer: it shows in CI what is not in the catalogue and what does not fit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache, lru_cache
from importlib import resources
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_day_names

from bot.domain.matches import Reason

PSEUDO = "xx"
FALLBACK = "en"
_ACCENTED = str.maketrans("aeiouAEIOUcnyz", "àéîöûÀÉÎÖÛçñýž")

_OWN: ContextVar[Mapping[tuple[str, str], str]] = ContextVar("own words", default={})  # noqa: B039  # never changed


class NoSuchPhrase(KeyError):
    """A key that is in no catalogue."""


@cache
def languages() -> tuple[str, ...]:
    """The languages there is a catalogue for."""
    names = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """`section.name` → sentence, or {plural category: sentence}. Lists (word lists) stay lists."""
    text = (resources.files(__package__) / f"{language}.toml").read_text(encoding="utf-8")
    return {f"{section}.{name}": said for section, rest in tomllib.loads(text).items() for name, said in rest.items()}


@lru_cache(maxsize=256)
def known_language(language: str) -> str:
    """The best language we have for what a platform calls `language` (`en-GB` → `en`)."""
    short = language.replace("_", "-").split("-")[0].lower()
    return short if short in (*languages(), PSEUDO) else FALLBACK


def say(key: str, language: str, **params: object) -> str:
    """The sentence under `key`, filled. Raises NoSuchPhrase, or KeyError for a placeholder without a value."""
    spoken = known_language(language)
    if spoken == PSEUDO:
        return _pseudo(_template(key, FALLBACK, params)).format(**params)
    return _template(key, spoken, params).format(**params)


def _template(key: str, language: str, params: Mapping[str, object]) -> str:
    said = catalogue(language).get(key)
    if said is None:
        said = catalogue(FALLBACK).get(key)
    if said is None:
        raise NoSuchPhrase(key)
    if isinstance(said, dict):
        given = params.get("count", 0)
        count = given if isinstance(given, int) else 0
        form = "zero" if count == 0 and "zero" in said else Locale.parse(language).plural_form(count)
        form = form if form in said else "other"
        said, key = said[form], f"{key}.{form}"
    own = _OWN.get().get((language, key))
    return own if own is not None and _named(own) <= params.keys() else str(said)


@lru_cache(maxsize=2000)
def _named(own: str) -> frozenset[str]:
    """The names in a campus's own sentence. It fitted ours when it went live, maybe in another version: where there is
    no value for a name now, ours is said, and nobody is kept out."""
    return placeholders(own)


# --- a campus's own words --------------------------------------------------------------------------------------------

FIXED_SECTIONS = frozenset(
    {
        "signals", "commands", "gate", "notice", "fields", "colleges", "platforms", "reports", "sheets", "thread",
        "discord", "rules", "audit", "roster", "samples",
    }
)  # fmt: skip
FIXED_KEYS = (
    "host.consent",
    "request.will_see",
    "ask.adult",
    "mydata.erase",
    "flag.",
    "settings.",
    "wording.",
    "count_me.",
)
"""What a campus can't say its own way: word lists, names that a platform knows, what a figure counts (which is the same
on a card and in a workbook), and whatever somebody agrees to or is promised by it, whose wording has a version of ours.
"""
LENGTHS = (24, 75, 150, 300, 1000)
"""A sentence may become as long as the next of these: a label stays a label, and fits wherever it stands."""


@contextmanager
def own_words(words: Mapping[tuple[str, str], str]) -> Iterator[None]:
    """(language, key) → sentence, in force until the end."""
    before = _OWN.set(words)
    try:
        yield
    finally:
        _OWN.reset(before)


def _written(language: str) -> str:
    """The language whose catalogue is meant: the pseudo-language has none of its own."""
    spoken = known_language(language)
    return FALLBACK if spoken == PSEUDO else spoken


@cache
def changeable(language: str) -> Mapping[str, str]:
    """Every sentence that a campus may say its own way, as the catalogue has it; a form of a phrase that counts is a
    sentence of its own (`matches.lead.one`)."""
    found: dict[str, str] = {}
    for key, said in catalogue(_written(language)).items():
        if key.partition(".")[0] in FIXED_SECTIONS or key.startswith(FIXED_KEYS):
            continue
        forms = said if isinstance(said, dict) else {"": said}
        found |= {f"{key}.{form}" if form else key: text for form, text in forms.items() if isinstance(text, str)}
    return found


def as_said_now(key: str, language: str) -> str:
    """The template of a sentence, as this campus says it. Raises NoSuchPhrase for one that can't be changed."""
    known = changeable(language)
    if key not in known:
        raise NoSuchPhrase(key)
    return _OWN.get().get((_written(language), key), known[key])


def sentences_with(words: str, language: str) -> list[str]:
    """The keys of the changeable sentences in which these words stand, as they are said now."""
    wanted = words.casefold()
    return [key for key in changeable(language) if wanted in as_said_now(key, language).casefold()]


def placeholders(text: str) -> frozenset[str]:
    """The names in braces. Raises ValueError for braces that make no sense, or that look inside of something."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(name)
        found.add(name)
    return frozenset(found)


def plain_template(text: str) -> str:
    """What was typed, its lines kept and nothing at their ends."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.strip().splitlines()))


def fits_instead(key: str, language: str, text: str) -> tuple[str, Mapping[str, str | int]] | None:
    """Why this can't be said in its place, as a key under `[mend]`; None where it can."""
    original = changeable(language)[key]
    if not text:
        return "text_empty", {}
    most = next((length for length in LENGTHS if len(original) <= length), 2 * LENGTHS[-1])
    if len(text) > most:
        return "too_long", {"most": most, "count": len(text)}
    try:
        named = placeholders(text)
    except ValueError:
        return "braces", {}
    wanted = placeholders(original)
    if named != wanted:
        listing = ", ".join("{" + name + "}" for name in sorted(wanted))
        return ("placeholders", {"names": listing}) if wanted else ("no_placeholders", {})
    return None


def sample_of(text: str, language: str) -> str:
    """A sentence filled with samples, to see how it reads."""
    samples = catalogue(_written(language))
    filled = {name: str(samples.get(f"samples.{name}", "…")) for name in placeholders(text)}
    return text.format(**filled)


def _pseudo(template: str) -> str:
    """English made strange, placeholders left alone."""
    parts: list[str] = []
    depth = 0
    for letter in template:
        depth += (letter == "{") - (letter == "}")
        parts.append(letter if depth else letter.translate(_ACCENTED))
    return f"[{''.join(parts)}{' ~' * (len(template) // 12)}]"


def word_list(name: str, language: str) -> tuple[str, ...]:
    """A list under `[signals]`: words by which the domain knows a job ask, an empty wish and the like."""
    spoken = known_language(language)
    words = catalogue(FALLBACK if spoken == PSEUDO else spoken).get(f"signals.{name}")
    if not isinstance(words, list):
        words = catalogue(FALLBACK).get(f"signals.{name}")
    if not isinstance(words, list):
        raise NoSuchPhrase(f"signals.{name}")
    return tuple(str(word) for word in words)


def _locale(language: str) -> Locale:
    spoken = known_language(language)
    return Locale.parse("en_GB" if spoken in (PSEUDO, "en") else spoken)


def say_reason(reason: Reason, language: str) -> str:
    """Why somebody is offered, in words; a field by its name."""
    told = {
        name: say(f"fields.{value}", language) if name == "field" else value for name, value in reason.params.items()
    }
    return say(f"reasons.{reason.key}", language, **told)


def say_when(at: datetime, zone: str, language: str) -> str:
    """A moment in the reader's zone, as one says it: `Tuesday 3 June, 12:30`."""
    return format_datetime(at, "EEEE d MMMM, HH:mm", tzinfo=ZoneInfo(zone or "UTC"), locale=_locale(language))


def say_day(day: date, language: str) -> str:
    """A day as one says it: `12 June`."""
    return format_date(day, "d MMMM", locale=_locale(language))


def say_weekday(day: int, language: str) -> str:
    """A day of the week as one says it, Monday being 0: `Monday`."""
    return str(get_day_names("wide", "stand-alone", _locale(language))[day])


def say_hour(hour: int, language: str) -> str:
    """A full hour on the clock: `09:00`."""
    return format_time(time(hour % 24), "HH:mm", locale=_locale(language))


def say_date(day: date, language: str) -> str:
    """A day with its year: `12 June 2026`."""
    return format_date(day, "d MMMM y", locale=_locale(language))


def say_zone(zone: str, language: str) -> str:
    """A zone as one says it: `London`."""
    return (zone or "UTC").rsplit("/", 1)[-1].replace("_", " ")


def say_language(code: str, language: str) -> str:
    """A language's own name, as one says it in another: `English`; its code where it has none."""
    return str(_locale(language).languages.get(known_language(code), code))


def listed(names: list[str] | tuple[str, ...], language: str) -> str:
    """`Maya, Tom and Lea`."""
    from babel.lists import format_list

    return format_list(list(names), locale=_locale(language)) if names else ""
