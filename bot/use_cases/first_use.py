"""What is said and asked once, on top of somebody's first form: the privacy notice, and whether they are 18 or over.

Neither costs a step of its own. A form with the notice on it that comes back is the proof that it was shown: kept with
its version and day, like every consent. Under 18 nobody is sent a request by a student alone; the office introduces.
A no grows old by itself, so it is asked again after half a year.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.people import CONSENT_VERSIONS, Consent, ConsentTo, Person, PersonId
from bot.domain.refusals import Mend, Refusal
from bot.ports import Reading, UnitOfWork
from bot.use_cases.visit import Visit

YES, NO = "yes", "no"
A_NO_HOLDS = timedelta(days=180)


def is_untold(reading: Reading | UnitOfWork, me: Person | None) -> bool:
    """Whether this reader has yet to see the notice as it is now."""
    if me is None:
        return True
    told = reading.people.consent(me.id, ConsentTo.NOTICE)
    return told is None or told.version < CONSENT_VERSIONS[ConsentTo.NOTICE]


def keep_notice(visit: Visit) -> None:
    """A form with the notice on it was sent: told, in this version, on this day."""
    if is_untold(visit.uow, visit.me):
        version = CONSENT_VERSIONS[ConsentTo.NOTICE]
        visit.uow.people.record(visit.me.id, Consent(ConsentTo.NOTICE, version, True, visit.now))


def of_age(reading: Reading | UnitOfWork, me: PersonId, now: datetime) -> bool | None:
    """What they said about being 18 or over; None where it is to be asked."""
    said = reading.people.consent(me, ConsentTo.OF_AGE)
    if said is None or (not said.given and now - said.at > A_NO_HOLDS):
        return None
    return said.given


def keep_age(visit: Visit) -> bool:
    """The answer in this form, or the one given before; whether they are of age. Raises Mend where there is none."""
    before = of_age(visit.uow, visit.me.id, visit.now)
    if before is not None:
        return before
    said = visit.text("adult")
    if said not in (YES, NO):
        raise Mend({"adult": "adult_empty"})
    version = CONSENT_VERSIONS[ConsentTo.OF_AGE]
    visit.uow.people.record(visit.me.id, Consent(ConsentTo.OF_AGE, version, said == YES, visit.now))
    return said == YES


def check_age(reading: Reading | UnitOfWork, student: PersonId) -> None:
    """Whether this student may send a request alone. Raises Refusal (`office_introduces`)."""
    said = reading.people.consent(student, ConsentTo.OF_AGE)
    if said is None or not said.given:
        raise Refusal("office_introduces")
