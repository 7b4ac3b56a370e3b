"""A member's standing: another role, removal, leaving. What touches a legal representative takes the password."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField

from blueprints.ground.forms import Form, refuse
from blueprints.ground.guard import done, organization
from blueprints.ground.limits import asks_password
from blueprints.ground.page import helps, show
from blueprints.organization.blueprint import blueprint
from blueprints.organization.people import about, may_touch, role_labels
from blueprints.organization.remedies import PasswordForm, remedy
from models.access import Access
from models.errors import N_, Forbidden, Refused
from models.organization import handover, standing
from models.organization.members import Membership, get, own
from models.permissions import Permission, Role, roles_with


def role_choices() -> list[tuple[str, str]]:
    """Roles that can be given by a choice; a legal representative is appointed."""
    return [pair for pair in role_labels().items() if pair[0] != Role.LEGAL_REPRESENTATIVE]


class RoleForm(Form):
    """Another role for a member."""

    role = RadioField(_l("Role"), choices=role_choices)


class RepresentativeRoleForm(RoleForm, PasswordForm):
    """Another role for a legal representative."""


def role_form(member: Membership, **values: Any) -> RoleForm:
    """The form that fits the member; it asks for the password where a legal representative stops being one."""
    kind = RepresentativeRoleForm if member.is_representative else RoleForm
    return kind(**values)


@blueprint.get("/o/<slug>/members/<int:member_id>/role")
@organization(Permission.MEMBERS_MANAGE)
def members_role(access: Access, member_id: int) -> BaseResponse:
    """The choice of roles."""
    member = _touchable(access, member_id)
    form = role_form(member, role=None if member.is_representative else member.role)
    return show("organization/member_role.html", form=form, **about(access, member))


@blueprint.post("/o/<slug>/members/<int:member_id>/role")
@organization(Permission.MEMBERS_MANAGE)
@asks_password
def members_role_save(access: Access, member_id: int) -> BaseResponse:
    """Give the role; a collaborator's products are chosen next."""
    member = _touchable(access, member_id)
    form, fault = role_form(member), None
    if form.validate():
        try:
            changed = standing.change_role(member, Role(form.role.data), access)
        except Forbidden:
            raise
        except Refused as found:
            fault = found
            refuse(form, found)
        else:
            return _changed(access, member, changed)
    values = about(access, member)
    return show("organization/member_role.html", 422, form=form, remedy=remedy(access, fault), **values)


def _changed(access: Access, before: Membership, after: Membership) -> BaseResponse:
    name, label = after.user.name, role_labels()[after.role]
    said = _("%(name)s is %(role)s now.", name=name, role=label)
    if after.user_id == access.user_id:
        return done(said, "organization.dashboard", slug=access.slug)
    seeing = before.role in (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR)
    narrowed = seeing and after.role in (Role.COLLABORATOR, Role.EXTERNAL)
    endpoint = "organization.members_access" if narrowed else "organization.members_person"
    return done(said, endpoint, slug=access.slug, member_id=after.id)


@blueprint.get("/o/<slug>/members/<int:member_id>/remove")
@organization(Permission.MEMBERS_MANAGE)
def members_remove(access: Access, member_id: int) -> BaseResponse:
    """What removing would do and what the person leaves behind; then the question."""
    member = _touchable(access, member_id)
    if member.user_id == access.user_id:
        return redirect(url_for("organization.settings_leave", slug=access.slug), 303)
    return _ask("member_remove", access, member, _farewell_form(member))


@blueprint.post("/o/<slug>/members/<int:member_id>/remove")
@organization(Permission.MEMBERS_MANAGE)
@asks_password
def members_remove_confirm(access: Access, member_id: int) -> BaseResponse:
    """Remove the member."""
    member = _touchable(access, member_id)
    form = _farewell_form(member)
    if not form.validate():
        return _ask("member_remove", access, member, form, 422)
    try:
        standing.remove(member, access)
    except Forbidden:
        raise
    except Refused as fault:
        refuse(form, fault)
        return _ask("member_remove", access, member, form, 422, fault)
    said = _(
        "%(name)s has no access to %(organization)s any more.",
        name=member.user.name,
        organization=access.organization_name,
    )
    return done(said, "organization.members", slug=access.slug)


@blueprint.get("/o/<slug>/settings/leave")
@organization(Permission.ORGANIZATION_SEE)
def settings_leave(access: Access) -> BaseResponse:
    """What leaving would do; then the question."""
    member = own(access)
    return _ask("leave", access, member, _farewell_form(member))


@blueprint.post("/o/<slug>/settings/leave")
@organization(Permission.ORGANIZATION_SEE)
@asks_password
def settings_leave_confirm(access: Access) -> BaseResponse:
    """Leave the organization."""
    member = own(access)
    form = _farewell_form(member)
    if not form.validate():
        return _ask("leave", access, member, form, 422)
    try:
        standing.leave(access)
    except Refused as fault:
        refuse(form, fault)
        return _ask("leave", access, member, form, 422, fault)
    return done(_("You left %(organization)s.", organization=access.organization_name), "organization.index")


def _ask(
    page: str, access: Access, member: Membership, form: Form, status: int = 200, fault: Refused | None = None
) -> BaseResponse:
    """Before somebody goes: what they leave behind, and the question."""
    return show(
        f"organization/{page}.html",
        status,
        form=form,
        left=handover.of(member),
        remedy=remedy(access, fault),
        **about(access, member),
    )


def _farewell_form(member: Membership) -> Form:
    """Removing a legal representative, or leaving as one, takes the password."""
    return PasswordForm() if member.is_representative else Form()


def _touchable(access: Access, member_id: int) -> Membership:
    """The member, where this person may change them."""
    member = get(access.organization_id, member_id)
    if not may_touch(access, member) and not access.suspended:
        raise Forbidden(
            N_("Only a legal representative can change or remove another one."),
            roles=tuple(roles_with(Permission.REPRESENTATIVES_MANAGE)),
        )
    return member


for endpoint in ("members_role", "members_role_save", "members_remove", "members_remove_confirm"):
    helps(f"organization.{endpoint}", "members-and-roles")
helps("organization.settings_leave", "organizations")
helps("organization.settings_leave_confirm", "organizations")
