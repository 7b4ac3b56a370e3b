"""Inviting: who and with which role, then what they may touch; nothing is sent before the last step."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField

from blueprints.ground.forms import Form, address_field, refuse
from blueprints.ground.guard import done, organization
from blueprints.ground.limits import asks_password
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.organization import picker
from blueprints.organization.blueprint import blueprint
from blueprints.organization.people import role_labels, role_summaries
from blueprints.organization.remedies import PasswordForm, back, remedy
from models.access import Access
from models.base import now
from models.errors import Refused
from models.organization import invitations
from models.organization.grants import Given
from models.permissions import SEES_ALL_PRODUCTS, Permission, Role


class InviteForm(Form):
    """Who, with which role."""

    email = address_field(_l("E-mail address"))
    role = RadioField(_l("Role"), default=Role.COLLABORATOR.value)

    def __init__(self, access: Access, **values: Any) -> None:
        super().__init__(**values)
        may_appoint = access.can(Permission.REPRESENTATIVES_MANAGE)
        labels = role_labels().items()
        self.role.choices = [p for p in labels if may_appoint or p[0] != Role.LEGAL_REPRESENTATIVE]


class SendForm(InviteForm):
    """The last step."""


class AppointingSendForm(PasswordForm, InviteForm):
    """The last step for a legal representative: it takes the password."""


@blueprint.get("/o/<slug>/members/invite")
@organization(Permission.MEMBERS_MANAGE)
def members_invite(access: Access) -> BaseResponse:
    """The first step."""
    return _first(access, InviteForm(access, formdata=request.args if "email" in request.args else None))


@blueprint.post("/o/<slug>/members/invite")
@organization(Permission.MEMBERS_MANAGE)
def members_invite_check(access: Access) -> BaseResponse:
    """On to the second step, unless this address can't be invited."""
    form = InviteForm(access)
    if not form.validate():
        return _first(access, form, 422)
    try:
        invitations.check(form.email.data, access)
    except Refused as fault:
        refuse(form, fault)
        return _first(access, form, 422, fault)
    given = {"email": form.email.data, "role": form.role.data}
    return redirect(url_for("organization.members_invite_access", slug=access.slug, **given), 303)


@blueprint.get("/o/<slug>/members/invite/access")
@organization(Permission.MEMBERS_MANAGE)
def members_invite_access(access: Access) -> BaseResponse:
    """The second step: what they may touch, or that they see everything."""
    form = _send_form(access, request.args)
    if form.email.data and form.role.validate(form):
        return _second(access, form, fresh=True)
    return redirect(url_for("organization.members_invite", slug=access.slug), 303)


@blueprint.post("/o/<slug>/members/invite/search")
@organization(Permission.MEMBERS_MANAGE)
def members_invite_search(access: Access) -> BaseResponse:
    """The second step with other products to tick."""
    return _second(access, _send_form(access, request.form), fresh=False)


@blueprint.post("/o/<slug>/members/invite/send")
@organization(Permission.MEMBERS_MANAGE)
@asks_password
def members_invite_send(access: Access) -> BaseResponse:
    """Send the invitation."""
    form = _send_form(access, request.form)
    if not form.validate():
        return _second(access, form, fresh=False, status=422)
    ticked, _offered = picker.posted()
    try:
        invitations.invite(
            form.email.data,
            Role(form.role.data),
            access,
            products=ticked.products,
            categories=ticked.categories,
        )
    except Refused as fault:
        refuse(form, fault)
        return _second(access, form, fresh=False, status=422, fault=fault)
    return done(_("Invitation sent to %(email)s.", email=form.email.data), "organization.members", slug=access.slug)


@blueprint.post("/o/<slug>/members/invitations/<int:invitation_id>/resend")
@organization(Permission.MEMBERS_MANAGE)
def members_invitation_resend(access: Access, invitation_id: int) -> BaseResponse:
    """A new link; the old one is dead."""
    invitation = invitations.get(access.organization_id, invitation_id)
    try:
        invitations.resend(invitation, access)
    except Refused as fault:
        return back(fault, "organization.members", slug=access.slug)
    return done(
        _("A new link was sent to %(email)s.", email=invitation.email), "organization.members", slug=access.slug
    )


@blueprint.post("/o/<slug>/members/invitations/<int:invitation_id>/cancel")
@organization(Permission.MEMBERS_MANAGE)
def members_invitation_cancel(access: Access, invitation_id: int) -> BaseResponse:
    """Take the invitation back."""
    invitation = invitations.get(access.organization_id, invitation_id)
    invitations.cancel(invitation, access)
    said = _("The invitation of %(email)s is cancelled. Its link is dead.", email=invitation.email)
    return done(said, "organization.members", slug=access.slug)


def _send_form(access: Access, given: Any) -> InviteForm:
    appointing = given.get("role") == Role.LEGAL_REPRESENTATIVE
    kind = AppointingSendForm if appointing else SendForm
    return kind(access, formdata=given)


def _first(access: Access, form: InviteForm, status: int = 200, fault: Refused | None = None) -> BaseResponse:
    return show("organization/invite.html", status, form=form, summaries=role_summaries(), remedy=remedy(access, fault))


def _second(
    access: Access, form: InviteForm, *, fresh: bool, status: int = 200, fault: Refused | None = None
) -> BaseResponse:
    role = Role(form.role.data) if form.role.data in list(Role) else Role.COLLABORATOR
    return show(
        "organization/_picker.html" if wants_fragment() else "organization/invite_access.html",
        status,
        form=form,
        role=role,
        role_label=role_labels()[role.value],
        sees_all=role in SEES_ALL_PRODUCTS,
        picker=None if role in SEES_ALL_PRODUCTS else picker.show(access, Given(), fresh=fresh),
        search_at=url_for("organization.members_invite_search", slug=access.slug),
        until=now() + invitations.life(),
        remedy=remedy(access, fault),
    )


for endpoint in ("invite", "invite_check", "invite_access", "invite_search", "invite_send"):
    helps(f"organization.members_{endpoint}", "members-and-roles")
