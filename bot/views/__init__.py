"""What a person sees. `VIEWS` and `FORMS` are the registries by name; the outbox and the answers hold these names."""

from bot.views import common, desk, finding, hosting, requests, talks, thanks
from bot.views.parts import Draw, DrawForm

VIEWS: dict[str, Draw] = {
    **finding.VIEWS,
    **requests.VIEWS,
    **talks.VIEWS,
    **thanks.VIEWS,
    **hosting.VIEWS,
    **desk.VIEWS,
    **common.VIEWS,
}
FORMS: dict[str, DrawForm] = {
    **finding.FORMS,
    **requests.FORMS,
    **talks.FORMS,
    **thanks.FORMS,
    **hosting.FORMS,
    **desk.FORMS,
}
