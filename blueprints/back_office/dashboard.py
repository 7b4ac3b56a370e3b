"""The operators' overview: what stalls, what waits, what there is."""

from __future__ import annotations

from flask import Response

from blueprints.back_office import pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground.guard import operator
from blueprints.ground.page import helps
from blueprints.organization import sentences
from jobs import schedule
from models import outbox, work
from models.backup import daily
from models.operators import health
from models.organization.vies import told


@blueprint.get("/back-office/")
@operator()
def dashboard() -> Response:
    """Mail, workers, jobs, backup, VIES; the numbers; who waits for a sign-in mail."""
    return pages.show(
        "back_office/dashboard.html",
        outbox=outbox.health(),
        signs=work.heartbeats(),
        late=[row for row in schedule.overview() if row.is_late or row.fault],
        stalled=schedule.stalled(),
        last_backup=daily.last_backup(),
        backup_overdue=daily.is_overdue(),
        vies=told.health(),
        numbers=health.numbers(),
        days=sentences.days(health.latest_acts()),
    )


helps("back_office.dashboard", "outbox-and-mail")
