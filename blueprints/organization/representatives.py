"""The legal representatives: appointing one takes the password, and the person's own yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, SelectField

from blueprints.ground import ids
from blueprints.ground.forms import refuse
from blueprints.ground.guard import done, organization, refused_text
from blueprints.ground.limits import asks_password
from blueprints.ground.page import helps, show
from blueprints.organization.blueprint import blueprint
from blueprints.organization.people import role_labels
from blueprints.organization.remedies import PasswordForm, remedy
from models.access import Access
from models.base import now
from models.errors import NotFound, Refused
from models.organization import answers, invitations, members, representatives
from models.organization.organizations import Organization
from models.organization.representatives import Appointment
from models.permissions import PERMISSION_LABELS, PERMISSIONS, Permission, Role


class AppointForm(PasswordForm):
    """Whom, and whether who appoints steps down."""

    member = SelectField(_l("Member"), coerce=int)
    steps_down = BooleanField(_l("I step down and become administrator as soon as they accept"))

    def __init__(self, access: Access, **values: Any) -> None:
        super().__init__(**values)
        self.member.choices = candidates(access)


def candidates(access: Access) -> list[tuple[int, str]]:
    """Members who could become legal representatives, by name."""
    labels = role_labels()
    found = members.besides(access.organization_id, Role.LEGAL_REPRESENTATIVE)
    return [(m.id, f"{m.user.name} · {labels[m.role]} · {m.user.email}") for m in found]


@blueprint.get("/o/<slug>/members/appoint")
@organization(Permission.REPRESENTATIVES_MANAGE)
def members_appoint(access: Access) -> BaseResponse:
    """Whom to ask."""
    chosen = ids.read([request.args.get("member", "")])
    return _ask(access, AppointForm(access, member=chosen[0] if chosen else None))


@blueprint.post("/o/<slug>/members/appoint")
@organization(Permission.REPRESENTATIVES_MANAGE)
@asks_password
def members_appoint_send(access: Access) -> BaseResponse:
    """Ask the person."""
    form = AppointForm(access)
    if not form.validate():
        return _ask(access, form, 422)
    try:
        member = members.get(access.organization_id, form.member.data)
        representatives.appoint(member, access, steps_down=form.steps_down.data)
    except Refused as fault:
        refuse(form, fault)
        return _ask(access, form, 422, fault)
    said = _("%(name)s was asked by mail. Until they accept, nothing changes.", name=member.user.name)
    return done(said, "organization.members", slug=access.slug)


@blueprint.post("/o/<slug>/members/appointments/<int:appointment_id>/cancel")
@organization(Permission.REPRESENTATIVES_MANAGE)
def members_appointment_cancel(access: Access, appointment_id: int) -> BaseResponse:
    """Take an appointment back."""
    appointment = representatives.get(access.organization_id, appointment_id)
    representatives.cancel(appointment, access)
    said = _("%(name)s is not asked any more.", name=appointment.user.name)
    return done(said, "organization.members", slug=access.slug)


@blueprint.get("/o/<slug>/appointment")
@organization(Permission.ORGANIZATION_SEE)
def appointment(access: Access) -> BaseResponse:
    """The question, for the person who was asked."""
    return show("organization/appointment.html", **question(_own(access)))


@blueprint.post("/o/<slug>/appointment/accept")
@organization(Permission.ORGANIZATION_SEE)
def appointment_accept(access: Access) -> BaseResponse:
    """Yes."""
    answers.accept_appointment(_own(access), access)
    said = _("You are a legal representative of %(organization)s now.", organization=access.organization_name)
    return done(said, "organization.dashboard", slug=access.slug)


@blueprint.post("/o/<slug>/appointment/refuse")
@organization(Permission.ORGANIZATION_SEE)
def appointment_refuse(access: Access) -> BaseResponse:
    """No."""
    answers.refuse_appointment(_own(access), access)
    said = _("You did not become a legal representative. Your role stays as it was.")
    return done(said, "organization.dashboard", slug=access.slug)


def question(asked: Appointment) -> dict[str, Any]:
    """What a page that asks the person shows."""
    member = members.of_address(asked.organization_id, asked.user.email)
    role = Role(member.role) if member else Role.EXTERNAL
    gained = PERMISSIONS[Role.LEGAL_REPRESENTATIVE] - PERMISSIONS[role]
    return {
        "asked": asked,
        "lapsed": lapsed(asked.organization, asked.appointed_by, asked.appointed_by_name),
        "role_label": role_labels()[role.value],
        "gained": [_(PERMISSION_LABELS[p]) for p in Permission if p in gained],
    }


def lapsed(organization: Organization, by: int | None, name: str) -> str:
    """Why nobody becomes a legal representative on this person's word now; "" where it holds."""
    return stopped(organization) or _why(representatives.check_word, organization, by, name)


def stopped(organization: Organization) -> str:
    """Why nobody can join the organization now; "" where they can."""
    return _why(members.check_running, organization)


def _why(check: Callable[..., None], *what: object) -> str:
    try:
        check(*what)
    except Refused as fault:
        return refused_text(fault)
    return ""


def _own(access: Access) -> Appointment:
    found = representatives.asked(access.organization_id, access.user_id)
    if found is None:
        raise NotFound
    return found


def _ask(access: Access, form: AppointForm, status: int = 200, fault: Refused | None = None) -> BaseResponse:
    return show(
        "organization/appoint.html",
        status,
        form=form,
        until=now() + invitations.life(),
        remedy=remedy(access, fault),
    )


for endpoint in ("members_appoint", "members_appoint_send", "appointment"):
    helps(f"organization.{endpoint}", "legal-representative")
