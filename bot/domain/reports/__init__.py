"""Reports: pure functions over Steps. `report("funnel", gather(rows), period("this-term", now, campus))`."""

from bot.domain.reports.counting import SPLITS
from bot.domain.reports.facts import Facts, gather
from bot.domain.reports.metrics import DEFINITIONS, Metric
from bot.domain.reports.periods import NAMED, Period, period
from bot.domain.reports.release import release
from bot.domain.reports.report import REPORTS, Line, Report, Table, plan_of, report

__all__ = [
    "DEFINITIONS",
    "NAMED",
    "REPORTS",
    "SPLITS",
    "Facts",
    "Line",
    "Metric",
    "Period",
    "Report",
    "Table",
    "gather",
    "period",
    "plan_of",
    "release",
    "report",
]
