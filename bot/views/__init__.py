"""What a person sees. `VIEWS` and `FORMS` are the registries by name; the outbox and the answers hold these names."""

from bot.views import (
    away,
    calendar_files,
    common,
    desk,
    doorway,
    finding,
    hosting,
    joining,
    notes,
    prep,
    profiles,
    reports,
    requests,
    talks,
    thanks,
)
from bot.views.parts import Draw, DrawForm

VIEWS: dict[str, Draw] = {
    **doorway.VIEWS,
    **finding.VIEWS,
    **requests.VIEWS,
    **away.VIEWS,
    **talks.VIEWS,
    **calendar_files.VIEWS,
    **notes.VIEWS,
    **prep.VIEWS,
    **thanks.VIEWS,
    **joining.VIEWS,
    **hosting.VIEWS,
    **desk.VIEWS,
    **reports.VIEWS,
    **common.VIEWS,
}
FORMS: dict[str, DrawForm] = {
    **finding.FORMS,
    **requests.FORMS,
    **away.FORMS,
    **talks.FORMS,
    **notes.FORMS,
    **thanks.FORMS,
    **joining.FORMS,
    **profiles.FORMS,
    **desk.FORMS,
}
