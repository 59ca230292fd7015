"""Everything a person can do, by its verb: what it points at, who may, whether it opens a form, which command does it.

A verb that opens a form is answered from `Reading` at once, never deferred; one that does something is a use case; one
that only shows something is a view. `by_command` names the command by which the same can be reached without a button.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.intro import STUDENT, Intro, Who, can
from bot.domain.people import Right
from bot.domain.refusals import MovedOn
from bot.ports import Reading, UnitOfWork
from bot.use_cases import (
    approve,
    desk_export,
    desk_report,
    doorway,
    find,
    first_hour,
    flag,
    hand_over,
    host,
    introduce,
    invitations,
    join,
    keep,
    knock,
    look_up,
    mydata,
    prepare,
    profile,
    queue,
    quiet,
    request,
    respond,
    settings,
    talk,
    thank,
    why,
    worth,
)
from bot.use_cases.visit import Found, Say, Target, Visit
from bot.views.stage import Stage

INTRO_MINE, HOST_MINE, DESK_QUEUE = "/intro mine", "/host mine", "/desk queue"
HOST_JOIN, HOST_PROFILE, DESK_APPROVE = "/host join", "/host profile", "/desk approve"
QUIET = "/mydata quiet"
DESK_INTRODUCE, DESK_HELP, DESK_ALUMNI = "/desk introduce", "/desk help", "/desk alumni"
DESK_IMPORT, DESK_SETTINGS, DESK_AUDIT = "/desk import", "/desk settings", "/desk audit"


@dataclass(frozen=True)
class Verb:
    """One row of the registry. `opens` names the form it opens; `form` names the form it is sent from."""

    target: Target = Target.NOTHING
    does: Callable[[Visit], Say] | None = None
    opens: str = ""
    form: str = ""
    needs: Right | None = None
    move: str = ""
    """The move of the lifecycle that this is for: a form is not opened where the move can't be made."""
    by_command: str = ""
    word: str = ""
    """It changes nothing and takes its time: the view that is said at once. What it does only looks whether it can be
    done; the answer itself follows, looked up where nobody else waits for it."""


def _shows(view: str, **params: str) -> Callable[[Visit], Say]:
    return lambda visit: Say(view, {}, params)


def _shows_intro(visit: Visit) -> Say:
    return Say("show", {"intro": visit.intro.id})


def _shows_mine(role: Who) -> Callable[[Visit], Say]:
    return lambda visit: Say("mine", {}, {"role": role.value})


T = Target
STUDENTS, DESK, RULES = Right.STUDENT, Right.COORDINATOR, Right.SETTINGS
OWN, SI, AI = T.INTRO, T.STUDENTS_INTRO, T.ALUMS_INTRO

VERBS: Mapping[str, Verb] = {
    # asking
    "find": Verb(opens="ask", needs=STUDENTS, by_command="/intro"),
    "send_ask": Verb(does=find.send_ask, form="ask", needs=STUDENTS, by_command="/intro"),
    "edit_ask": Verb(T.ASK, opens="ask", needs=STUDENTS, by_command="/intro"),
    "send_again": Verb(T.ASK, does=find.send_ask, form="ask", needs=STUDENTS, by_command="/intro"),
    "ask_anyway": Verb(T.ASK, does=find.ask_anyway, needs=STUDENTS, by_command="/intro"),
    "more_about_me": Verb(opens="about", needs=STUDENTS, by_command="/intro"),
    "save_about": Verb(does=find.save_about, form="about", needs=STUDENTS, by_command="/intro"),
    "none_of_these": Verb(T.ASK, does=find.none_of_these, needs=STUDENTS, by_command="/intro"),
    "tell_me_when": Verb(T.ASK, does=find.tell_me_when, needs=STUDENTS, by_command="/intro"),
    "introduce_me": Verb(T.OFFER, does=find.introduce_me, needs=STUDENTS, by_command="/intro"),
    "ask_office": Verb(T.ASK, does=find.ask_office, needs=STUDENTS, by_command="/intro"),
    # requesting
    "ask": Verb(T.OFFER, opens="request", needs=STUDENTS, by_command="/intro"),
    "send_request": Verb(T.OFFER, does=request.send_request, form="request", needs=STUDENTS, by_command="/intro"),
    "ask_next_now": Verb(SI, does=request.ask_next_now, by_command=INTRO_MINE),
    "withdraw": Verb(SI, does=request.withdraw, by_command=INTRO_MINE),
    "answer_first": Verb(SI, opens="answer", move="answer", by_command=INTRO_MINE),
    "send_answer": Verb(SI, does=respond.send_answer, form="answer", by_command=INTRO_MINE),
    # responding
    "accept": Verb(AI, does=respond.accept, by_command=HOST_MINE),
    "decline": Verb(AI, does=respond.decline, by_command=HOST_MINE),
    "decline_reason": Verb(AI, does=respond.decline_reason, by_command=HOST_MINE),
    "ask_first": Verb(AI, opens="question", move="ask_more", by_command=HOST_MINE),
    "send_question": Verb(AI, does=respond.send_question, form="question", by_command=HOST_MINE),
    "away": Verb(AI, opens="away", by_command="/host pause"),
    "pause_form": Verb(opens="away", by_command="/host pause"),
    "send_pause": Verb(does=respond.send_pause, form="away", by_command="/host pause"),
    "pause_month": Verb(does=respond.pause_month, by_command="/host pause"),
    "keep_talk": Verb(AI, does=respond.keep_talk, by_command=HOST_MINE),
    "resume": Verb(does=respond.resume, by_command="/host resume"),
    # talking
    "offer_times": Verb(OWN, opens="times", move="offer_times", by_command=INTRO_MINE),
    "send_times": Verb(OWN, does=talk.send_times, form="times", by_command=INTRO_MINE),
    "pick": Verb(OWN, does=talk.pick_time, by_command=INTRO_MINE),
    "arrange": Verb(OWN, opens="arrange", move="arrange", by_command=INTRO_MINE),
    "send_arranged": Verb(OWN, does=talk.send_arranged, form="arrange", by_command=INTRO_MINE),
    "send_booking": Verb(AI, does=talk.send_booking, by_command=HOST_MINE),
    "file_again": Verb(OWN, does=talk.file_again, by_command=INTRO_MINE),
    "prep": Verb(SI, does=prepare.prep, by_command=INTRO_MINE),
    "prep_part": Verb(SI, does=prepare.prep_part, by_command=INTRO_MINE),
    "five_minutes": Verb(SI, does=prepare.five_minutes, by_command=INTRO_MINE),
    "reschedule": Verb(OWN, does=talk.reschedule, by_command=INTRO_MINE),
    "cancel": Verb(OWN, opens="cancel", move="cancel", by_command=INTRO_MINE),
    "send_cancel": Verb(OWN, does=talk.send_cancel, form="cancel", by_command=INTRO_MINE),
    "note": Verb(OWN, opens="note", by_command=INTRO_MINE),
    "send_note": Verb(OWN, does=talk.send_note, form="note", by_command=INTRO_MINE),
    "share": Verb(OWN, opens="share", by_command=INTRO_MINE),
    "send_share": Verb(OWN, does=talk.send_share, form="share", by_command=INTRO_MINE),
    "join": Verb(opens="join", by_command="/host join"),
    # thanking
    "happened": Verb(OWN, does=thank.happened, by_command=INTRO_MINE),
    "missed": Verb(OWN, does=thank.missed, by_command=INTRO_MINE),
    "thank": Verb(SI, opens="thanks", by_command=INTRO_MINE),
    "send_thanks": Verb(SI, does=thank.send_thanks, form="thanks", by_command=INTRO_MINE),
    "received": Verb(AI, does=thank.received, by_command=HOST_MINE),
    "reply": Verb(AI, opens="reply", move="confirm_thanks", by_command=HOST_MINE),
    "send_reply": Verb(AI, does=thank.send_reply, form="reply", by_command=HOST_MINE),
    "worth": Verb(SI, does=worth.worth, by_command=INTRO_MINE),
    "keep": Verb(OWN, does=keep.keep, by_command=INTRO_MINE),
    "let_go": Verb(OWN, does=keep.let_go, by_command=INTRO_MINE),
    # being reminded
    "snooze": Verb(OWN, does=quiet.snooze, by_command=INTRO_MINE),
    "snooze_all": Verb(does=quiet.snooze_all, by_command=QUIET),
    "stop": Verb(OWN, does=quiet.stop, by_command=INTRO_MINE),
    "nudge_again": Verb(OWN, does=quiet.nudge_again, by_command=INTRO_MINE),
    "stop_all": Verb(does=quiet.stop_all, by_command=QUIET),
    "quiet": Verb(opens="quiet", by_command=QUIET),
    "send_quiet": Verb(does=quiet.send_quiet, form="quiet", by_command=QUIET),
    # something isn't right
    "flag": Verb(OWN, opens="flag", move="flag", by_command=INTRO_MINE),
    "send_flag": Verb(OWN, does=flag.send_flag, form="flag", by_command=INTRO_MINE),
    "release": Verb(T.FLAGGED, does=flag.release, needs=DESK, by_command=DESK_QUEUE),
    "close": Verb(T.FLAGGED, does=flag.close, needs=DESK, by_command=DESK_QUEUE),
    # hosting
    "host": Verb(T.CODE, does=join.host, by_command=HOST_JOIN),
    "have_code": Verb(opens="code", by_command=HOST_JOIN),
    "send_code": Verb(T.CODE, does=join.host, form="code", by_command=HOST_JOIN),
    "send_join": Verb(does=join.send_join, form="join", by_command=HOST_JOIN),
    "hello_again": Verb(does=join.hello_again, by_command=HOST_JOIN),
    "host_profile": Verb(opens="profile", by_command=HOST_PROFILE),
    "send_profile": Verb(does=profile.send_profile, form="profile", by_command=HOST_PROFILE),
    "add_more": Verb(opens="more", by_command=HOST_PROFILE),
    "send_more": Verb(does=profile.send_more, form="more", by_command=HOST_PROFILE),
    "still_right": Verb(does=profile.still_right, by_command=HOST_PROFILE),
    "work_changed": Verb(AI, opens="work", by_command=HOST_MINE),
    "send_work": Verb(AI, does=profile.send_work, form="work", by_command=HOST_MINE),
    "pass_on": Verb(does=host.pass_on, by_command=HOST_MINE),
    "host_pause": Verb(opens="away", by_command="/host pause"),
    "host_resume": Verb(does=respond.resume, by_command="/host resume"),
    "host_mine": Verb(does=host.mine, by_command=HOST_MINE),
    "host_leave": Verb(does=host.leave, by_command="/host leave"),
    "leave_yes": Verb(does=host.send_leave, by_command="/host leave"),
    "approve": Verb(T.ALUM, does=approve.approve, needs=DESK, by_command=DESK_APPROVE),
    "approve_all": Verb(T.WAITING, does=approve.approve_all, needs=DESK, by_command=DESK_APPROVE),
    "turn_away": Verb(T.ALUM, does=approve.turn_away, needs=DESK, by_command=DESK_APPROVE),
    "let_in": Verb(T.ALUM, does=approve.let_in, needs=DESK, by_command=DESK_APPROVE),
    # seeing
    "mine": Verb(does=_shows_mine(STUDENT), by_command=INTRO_MINE),
    "show": Verb(OWN, does=_shows_intro, by_command=INTRO_MINE),
    "doorway": Verb(does=doorway.hang, needs=DESK, by_command="/desk doorway"),
    "desk_waiting": Verb(does=_shows("waiting_desk"), needs=DESK, by_command="/desk approve"),
    "open_waiting": Verb(T.LINE, does=knock.open_waiting, by_command=INTRO_MINE),
    "why": Verb(opens="why", needs=DESK, by_command="/desk why"),
    "send_why": Verb(does=why.send_why, form="why", needs=DESK, by_command="/desk why"),
    # the desk
    "desk_queue": Verb(does=queue.look, needs=DESK, by_command=DESK_QUEUE),
    "queue_act": Verb(T.QUEUE, does=queue.act, needs=DESK, by_command=DESK_QUEUE),
    "queue_write": Verb(T.QUEUE, opens="office_note", needs=DESK, by_command=DESK_QUEUE),
    "send_office_note": Verb(
        T.QUEUE, does=queue.send_office_note, form="office_note", needs=DESK, by_command=DESK_QUEUE
    ),
    "queue_introduce": Verb(T.QUEUE, opens="introduction", needs=DESK, by_command=DESK_QUEUE),
    "queue_introduced": Verb(
        T.QUEUE, does=introduce.queue_introduced, form="introduction", needs=DESK, by_command=DESK_QUEUE
    ),
    "introduce": Verb(opens="introduction", needs=DESK, by_command=DESK_INTRODUCE),
    "send_introduction": Verb(
        does=introduce.send_introduction, form="introduction", needs=DESK, by_command=DESK_INTRODUCE
    ),
    "introduce_to": Verb(T.STUDENT, opens="introduction", needs=DESK, by_command=DESK_INTRODUCE),
    "send_introduction_for": Verb(
        T.STUDENT, does=introduce.send_introduction_for, form="introduction", needs=DESK, by_command=DESK_INTRODUCE
    ),
    "read_thread": Verb(T.FLAGGED, opens="read_thread", needs=DESK, by_command=DESK_QUEUE),
    "send_read_thread": Verb(T.FLAGGED, does=flag.read_thread, form="read_thread", needs=DESK, by_command=DESK_QUEUE),
    "desk_alumni": Verb(does=look_up.look_for_alumni, needs=DESK, by_command=DESK_ALUMNI),
    "desk_student": Verb(does=look_up.look_for_students, needs=DESK, by_command="/desk student"),
    "see_alum": Verb(T.ALUM, does=look_up.see_alum, needs=DESK, by_command=DESK_ALUMNI),
    "pause_alum": Verb(T.ALUM, does=look_up.pause, needs=DESK, by_command=DESK_ALUMNI),
    "resume_alum": Verb(T.ALUM, does=look_up.resume, needs=DESK, by_command=DESK_ALUMNI),
    "correct_alum": Verb(T.ALUM, opens="correct_alum", needs=DESK, by_command=DESK_ALUMNI),
    "send_correct_alum": Verb(T.ALUM, does=look_up.correct, form="correct_alum", needs=DESK, by_command=DESK_ALUMNI),
    "desk_import": Verb(opens="import", needs=DESK, by_command=DESK_IMPORT),
    "send_import": Verb(does=hand_over.send_import, form="import", needs=DESK, by_command=DESK_IMPORT),
    "import_yes": Verb(T.ROSTER, does=hand_over.bring_in, needs=DESK, by_command=DESK_IMPORT),
    "import_no": Verb(T.ROSTER, does=hand_over.leave_it, needs=DESK, by_command=DESK_IMPORT),
    "invite": Verb(does=invitations.begin, needs=Right.EXPORT, by_command=DESK_IMPORT),
    "invitations_again": Verb(does=invitations.again, needs=Right.EXPORT, by_command=DESK_IMPORT),
    "desk_report": Verb(does=desk_report.show_report, needs=DESK, by_command="/desk report", word="counting"),
    "desk_export": Verb(does=desk_export.export, needs=Right.EXPORT, by_command="/desk export"),
    "desk_settings": Verb(does=settings.look, needs=RULES, by_command=DESK_SETTINGS),
    "rules": Verb(opens="rules", needs=RULES, by_command=DESK_SETTINGS),
    "send_rules": Verb(does=settings.send_rules, form="rules", needs=RULES, by_command=DESK_SETTINGS),
    "change_words": Verb(opens="find_words", needs=RULES, by_command=DESK_SETTINGS),
    "find_words": Verb(does=settings.find_words, form="find_words", needs=RULES, by_command=DESK_SETTINGS),
    "this_wording": Verb(opens="words", needs=RULES, by_command=DESK_SETTINGS),
    "send_words": Verb(does=settings.send_words, form="words", needs=RULES, by_command=DESK_SETTINGS),
    "words_live": Verb(T.WORDING, does=settings.go_live, needs=RULES, by_command=DESK_SETTINGS),
    "words_undo": Verb(T.WORDING, does=settings.undo, needs=RULES, by_command=DESK_SETTINGS),
    "live_words": Verb(does=settings.live_words, needs=RULES, by_command=DESK_SETTINGS),
    "desk_audit": Verb(does=settings.audit, needs=Right.AUDIT, by_command=DESK_AUDIT),
    "practise": Verb(does=first_hour.practise, needs=DESK, by_command=DESK_HELP),
    "my_export": Verb(does=_shows("my_export"), by_command="/mydata export"),
    "my_erase": Verb(does=_shows("erase_check"), by_command="/mydata erase"),
    "erase_yes": Verb(does=mydata.erase, by_command="/mydata erase"),
    "count_me": Verb(opens="count_me", by_command="/mydata count"),
    "send_count_me": Verb(does=mydata.count_me, form="count_me", by_command="/mydata count"),
    "my_language": Verb(does=mydata.set_language, by_command="/mydata language"),
    "help_intro": Verb(does=_shows("help_intro"), by_command="/intro help"),
    "help_host": Verb(does=_shows("help_host"), by_command="/host help"),
    "help_desk": Verb(does=_shows("help_desk"), needs=DESK, by_command="/desk help"),
    "help_mydata": Verb(does=_shows("help_mydata"), by_command="/mydata help"),
}

WORDS = frozenset(verb.word for verb in VERBS.values() if verb.word)
"""The views that are said first, where the answer takes its time."""
REOPEN = "reopen"
"""Opens a page of a form again, filled with what was typed: `reopen:<token>:<verb>.<page>`."""

ALUMNI_FORMS = frozenset({"profile", "more", "work", "away"})
CHECKS: Mapping[str, Callable[[Intro, datetime], None]] = {
    "thanks": thank.check_thanks,
    "note": talk.check_note,
    "share": talk.check_share,
    "read_thread": flag.check_open,
}
"""Forms about an intro that is not moved by them, or by more than one move."""


def opens_form(verb: str) -> bool:
    """Whether pressing this opens a form."""
    return verb == REOPEN or (verb in VERBS and bool(VERBS[verb].opens))


def takes_time(verb: str) -> bool:
    """Whether this is answered with a word first."""
    return verb in VERBS and bool(VERBS[verb].word)


def check_form(reading: Reading | UnitOfWork, verb: Verb, stage: Stage, found: Found) -> None:
    """Whether a form may be opened now: nobody fills in what can't be sent. Raises Refusal."""
    if verb.opens in ALUMNI_FORMS and stage.me is not None:
        respond.profile_of(stage.me)
    if verb.opens == "request" and stage.me is not None and found.alum is not None:
        by_desk = found.offer is not None and found.offer.by_desk
        request.check_request(reading, stage.me, found.alum, stage.campus, stage.now, by_desk=by_desk)
    if found.row is not None:
        queue.check_row(found.row, verb.opens)
    intro, role = found.intro, found.role
    if intro is None or role is None:
        return
    if verb.move and not can(intro, verb.move, role):
        raise MovedOn(intro.state, intro.id, verb.move)
    if verb.opens in CHECKS:
        CHECKS[verb.opens](intro, stage.now)
