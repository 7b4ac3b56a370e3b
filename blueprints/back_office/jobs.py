"""Jobs: who works, what is scheduled, what it last said, and the background work of late."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from blueprints.back_office import pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground.formats import told
from blueprints.ground.guard import operator
from blueprints.ground.page import helps
from jobs import schedule
from models import work
from models.backup import daily
from models.errors import N_
from models.operators import health

KIND_LABELS = {"imports.compare": N_("Comparing an import"), "imports.apply": N_("Writing an import")}


@blueprint.get("/back-office/jobs")
@operator()
def jobs() -> Response:
    """The schedule with its last and next runs, the workers, the latest background work."""
    return pages.show(
        "back_office/jobs.html",
        rows=[(row, told(row.report)) for row in schedule.overview()],
        signs=work.heartbeats(),
        works=health.latest_work(),
        kinds={name: _(label) for name, label in KIND_LABELS.items()},
        last_backup=daily.last_backup(),
    )


helps("back_office.jobs", "outbox-and-mail")
