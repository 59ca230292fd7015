"""Every figure of the practice's list once more, with pandas over the table of Steps as it lies in the database.

Written from the definitions and from nothing in `bot/domain/reports`: where the two disagree, one of them is wrong.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from sqlalchemy import text

from storage.engine import Store

MOVES_TO_A_PLACE = {"requested", "accepted", "scheduled", "missed", "frozen"}
MOVES = {
    "ask_more", "answer", "accept", "decline", "alum_away", "withdraw", "expire", "lapse", "offer_times", "pick_time",
    "arrange", "reschedule", "confirm_met", "report_missed", "nobody_said", "close_unknown", "thank", "give_up",
    "leave_unthanked", "confirm_thanks", "close_delivered", "cancel", "flag", "release", "close", "thaw_out", "part",
}  # fmt: skip


def table(store: Store) -> pd.DataFrame:
    """All Steps, with moments as pandas has them."""
    with store.connect() as connection:
        steps = pd.read_sql(text("SELECT * FROM step ORDER BY at, id"), connection)
    # format="ISO8601": SQLite keeps moments as text, some with and some without a fraction
    steps["at"] = pd.to_datetime(steps["at"], utc=True, format="ISO8601").dt.floor("s")
    return steps


def figures(steps: pd.DataFrame, start: datetime, until: datetime) -> dict[str, tuple[Any, Any, Any]]:
    """Name → (value, above the line, below the line), nothing hidden."""
    a, b = pd.Timestamp(start), pd.Timestamp(until)
    steps = steps[steps["at"] < b]
    inside = steps[steps["at"] >= a]
    intros = [Life(rows, b) for _, rows in steps[steps["intro"].notna()].groupby("intro", sort=True)]
    sent = [one for one in intros if a <= one.requested < b]
    closed = [one for one in intros if one.counts_as_closed and a <= one.deadline < b]
    held = [one for one in intros if one.held is not None and a <= one.held < b]
    missed = [one for one in intros if one.end == "missed" and a <= one.missed < b]
    unknown = [one for one in intros if one.end == "unknown" and a <= one.unknown < b]
    late = [one for one in intros if one.end == "late" and a <= one.late < b]
    due = len(held) + len(missed) + len(unknown)
    month = timedelta(days=30)
    settled = [one for one in intros if one.held is not None and a <= one.held + month < b]
    thanked = [one for one in settled if one.thanked is not None and one.thanked <= one.held + month]
    confirmed = [one for one in thanked if one.confirmed is not None and one.confirmed <= one.held + month]
    flagged = [one for one in intros if one.flagged is not None and a <= one.flagged < b]
    rated = [one for one in held if one.worth is not None]
    compared = [one for one in held if one.before is not None and one.after is not None]
    again = [one for one in closed if one.rank > 1]

    found: dict[str, tuple[Any, Any, Any]] = {}

    def share(name: str, over: Any, under: Any) -> None:
        found[name] = (over / under if under else None, over, under)

    alumni, asks = _alumni(steps, intros, b, until), inside[inside["what"] == "ask"]
    in_now = [one for one in alumni.values() if one["in"]]
    share("available", sum(one["free"] for one in in_now), len(in_now))
    asked_fields = set(asks["field"]) - {""}
    share("coverage", len(asked_fields & {one["field"] for one in in_now if one["free"]}), len(asked_fields))
    unmet = set(steps[steps["what"].isin(["no_match", "none_of_these", "ask_office"])]["ask"])
    share("unmet", int(asks["ask"].isin(unmet).sum()), len(asks))
    share("delivered", sum(one.delivered for one in sent), len(sent))
    share("response", sum(one.outcome in ("yes", "no") for one in closed), len(closed))
    share("acceptance", sum(one.outcome == "yes" for one in closed), len(closed))
    share("decline", sum(one.outcome == "no" for one in closed), len(closed))
    share("expiry", sum(one.outcome not in ("yes", "no") for one in closed), len(closed))
    share("redirect_success", sum(one.outcome == "yes" for one in again), len(again))
    answers = [one.wait for one in sent]
    for name, part in (("p50", 0.5), ("p90", 0.9)):
        found[f"response_{name}"] = (_quantile(answers, part), sum(done for _, done in answers), len(sent))
    share("held", len(held), due)
    share("held_by_both", sum(one.both for one in held), due)
    share("held_by_one", sum(not one.both for one in held), due)
    share("held_unknown", len(unknown), due)
    share("no_show", len(missed), due)
    share("late_cancel", len(late), due + len(late))
    found["days_to_talk"] = (np.median([one.to_talk for one in held]) if held else None, len(held), len(held))
    minutes = sum(one.minutes for one in held)
    found["volunteer_hours"] = (minutes / 60, minutes, len(held))
    share("thanks_sent", len(thanked), len(settled))
    share("thanks_confirmed", len(confirmed), len(settled))
    thanks = [(((one.thanked or b) - one.over).total_seconds() / 3600, one.thanked is not None) for one in held]
    for name, part in (("p50", 0.5), ("p90", 0.9)):
        found[f"thanks_{name}"] = (_quantile(thanks, part), sum(done for _, done in thanks), len(held))
    share("referral_yield", int((inside["what"] == "referral").sum()), len(held))
    talks = Counter(one.student for one in held)
    everybody = {one.student for one in (*sent, *held)}
    share("students_held", len(talks), len(everybody))
    share("students_held_3", sum(many >= 3 for many in talks.values()), len(everybody))
    yes = steps[steps["what"] == "accept"]
    now, before = set(yes[yes["at"] >= a]["who"]), set(yes[yes["at"] < a]["who"])
    share("returning", len(now & before), len(now))
    load = Counter({who: 0 for who, one in alumni.items() if one["in"]})
    load.update(one.alum for one in sent)
    many = sorted(load.values(), reverse=True)
    tenth = max(1, int(np.ceil(len(many) / 10)))
    share("busiest", sum(many[:tenth]), len(sent))
    found["gini"] = _gini(many)
    found["satisfaction"] = (_mean([one.worth for one in rated]), sum(one.worth for one in rated), len(rated))
    share("satisfaction_response", len(rated), len(held))
    clearer = [one.after - one.before for one in compared]
    found["clarity"] = (_mean(clearer), sum(clearer), len(compared))
    share("flags_acted", sum(one.acted is not None for one in flagged), len(flagged))
    acts = [(((one.acted or b) - one.flagged).total_seconds() / 3600, one.acted is not None) for one in flagged]
    found["flag_hours"] = (_quantile(acts, 0.5), sum(done for _, done in acts), len(acts))
    erased = inside[inside["what"] == "erased"]
    share("erasures", int((erased["amount"] <= 30).sum()), len(erased))
    found["erasure_days"] = (float(erased["amount"].median()) if len(erased) else None, len(erased), len(erased))
    return found


class Life:
    """One intro's Steps, read as a story."""

    def __init__(self, rows: pd.DataFrame, b: pd.Timestamp) -> None:
        rows = rows.reset_index(drop=True)
        request = rows[rows["what"] == "request"].iloc[0]
        self.student, self.alum, self.requested = request["who"], request["whom"], request["at"]
        self.rank, self.delivered = int(request["detail"]), bool((rows["what"] == "delivered").any())
        days = timedelta(days=int(request["amount"]))
        moves = rows[rows["what"].isin(MOVES)]
        self.state = moves.iloc[-1]["detail"] if len(moves) else "requested"
        restarts = rows[
            rows["what"].isin(["request", "ask_more", "answer"])
            | ((rows["what"] == "release") & (rows["detail"] == "requested"))
        ]
        self.deadline = restarts.iloc[-1]["at"] + days
        ends = rows[
            rows["what"].isin(["accept", "decline", "alum_away", "withdraw", "expire", "close", "thaw_out", "part"])
        ]
        end = ends.iloc[0] if len(ends) else None
        self.outcome = {"accept": "yes", "decline": "no", "alum_away": "no", "expire": "expired", None: "open"}.get(
            None if end is None else end["what"], "aside"
        )
        self.counts_as_closed = self.outcome != "aside" and self.state != "frozen"
        words = rows[rows["what"].isin(["accept", "decline", "alum_away", "ask_more"])]
        if len(words):
            self.wait = ((words.iloc[0]["at"] - self.requested).total_seconds() / 3600, True)
        else:
            stopped = end["at"] if end is not None else b
            self.wait = ((stopped - self.requested).total_seconds() / 3600, False)
        self._talk(rows)
        self.flagged, self.acted = self._first(rows, "flag"), self._first(rows, "release", "close")
        self.worth: Any
        self.before: Any
        self.after: Any
        self.worth, self.before, self.after = (
            self._amount(rows, name) for name in ("worth", "clear_before", "clear_after")
        )

    def _talk(self, rows: pd.DataFrame) -> None:
        """What is known of the talk is what was said since it was last moved to another time."""
        moved = rows[rows["what"] == "reschedule"]
        since = rows.loc[moved.index[-1] + 1 :] if len(moved) else rows
        accepts = rows[rows["what"] == "accept"]
        self.minutes = int(accepts.iloc[0]["amount"]) if len(accepts) else 0
        said: dict[str, bool] = {}
        held: Any = None
        missed: Any = None
        for _, row in since.iterrows():
            side = "student" if row["who"] == self.student else "alum"
            if row["what"] in ("confirm_met", "thank"):
                said["student" if row["what"] == "thank" else side] = True
                held, missed = held if held is not None else row["at"], None
            elif row["what"] == "report_missed":
                said[side], held, missed = False, None, row["at"]
        self.held, self.missed = held, missed
        self.both = said.get("student", False) and said.get("alum", False)
        self.unknown, self.late = self._first(since, "nobody_said"), self._first(rows, "late_cancel")
        self.thanked, self.confirmed = self._first(rows, "thank"), self._first(rows, "confirm_thanks")
        self.end = (
            "held" if held is not None else "missed" if missed is not None else "unknown" if self.unknown is not None
            else "late" if self.late is not None else ""
        )  # fmt: skip
        plans = since[since["what"].isin(["pick_time", "arrange"])]
        if held is not None:
            began = plans.iloc[-1]["at"] + timedelta(minutes=int(plans.iloc[-1]["amount"])) if len(plans) else held
            in_writing = len(plans) > 0 and (since.loc[plans.index[-1] :]["what"] == "in_writing").any()
            takes = timedelta(days=7) if in_writing else timedelta(minutes=self.minutes)
            self.over = min(began + takes, held) if len(plans) else held
            self.to_talk = max(0.0, (began - accepts.iloc[0]["at"]).total_seconds() / 86_400)

    @staticmethod
    def _first(rows: pd.DataFrame, *what: str) -> Any:
        found = rows[rows["what"].isin(what)]
        return found.iloc[0]["at"] if len(found) else None

    @staticmethod
    def _amount(rows: pd.DataFrame, what: str) -> int | None:
        found = rows[rows["what"] == what]
        return int(found.iloc[-1]["amount"]) if len(found) else None


def _alumni(steps: pd.DataFrame, intros: list[Life], b: pd.Timestamp, until: datetime) -> dict[str, dict[str, Any]]:
    """Who can be asked at `b`: let in and not gone, not paused, with a place free now and in this month."""
    here = pd.Timestamp(until - timedelta(seconds=1))
    month = here.normalize().replace(day=1)
    waiting = Counter(one.alum for one in intros if one.state in MOVES_TO_A_PLACE)
    used = Counter(one.alum for one in intros if one.state == "requested")
    yes = steps[(steps["what"] == "accept") & (steps["at"] >= month)]
    used.update(yes["who"])
    found: dict[str, dict[str, Any]] = {}
    for who, rows in steps[steps["what"].isin(_SUPPLY)].groupby("who"):
        if not (rows["what"] == "approved").any():
            continue
        one: dict[str, Any] = {"in": False, "paused": None, "pace": (2, 2), "field": ""}
        for _, row in rows.iterrows():
            match row["what"]:
                case "approved":
                    one |= {"in": True, "field": row["field"], "paused": None}
                case "pause":
                    one["paused"] = row["at"] + timedelta(days=int(row["amount"])) if row["amount"] > 0 else pd.NaT
                case "resume":
                    one["paused"] = None
                case "pace":
                    one["pace"] = (int(row["amount"]), int(row["detail"]))
                case _:
                    one |= {"in": False, "paused": None}
        paused = one["paused"] is not None and (one["paused"] is pd.NaT or b < one["paused"])
        one["free"] = not paused and used[who] < one["pace"][0] and waiting[who] < one["pace"][1]
        found[str(who)] = one
    return found


_SUPPLY = ["approved", "left", "turned_away", "objected", "erased", "pause", "resume", "pace"]


def _quantile(times: list[tuple[float, bool]], part: float) -> float | None:
    if not times:
        return None
    fitted = KaplanMeierFitter().fit([time for time, _ in times], [done for _, done in times])
    still = fitted.survival_function_["KM_estimate"]
    reached = still[still <= 1 - part + 1e-9]
    return float(reached.index[0]) if len(reached) else None


def _gini(many: list[int]) -> tuple[float | None, int, int]:
    """By its definition: the mean difference of all pairs, over twice the mean."""
    each = np.array(many)
    pairs = int(np.abs(each[:, None] - each[None, :]).sum()) // 2
    under = len(many) * int(each.sum())
    return (pairs / under if under else None, pairs, under)


def _mean(several: list[Any]) -> float | None:
    return float(np.mean(several)) if several else None
