"""The pages of two links: an invitation, and the question whether to become a legal representative."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints import links as link_pages
from blueprints.ground import session
from blueprints.ground.guard import done
from blueprints.ground.page import show
from blueprints.organization.held import Held, held
from blueprints.organization.people import role_labels, role_summaries
from blueprints.organization.representatives import lapsed, question, stopped
from models.account import sessions, users
from models.errors import Forbidden, NotFound
from models.journal import Actor, Person
from models.links import Link, Purpose
from models.organization import answers, grants, invitations, representatives
from models.organization.invitations import Invitation
from models.organization.representatives import Appointment
from models.permissions import SEES_ALL_PRODUCTS, Role
from models.products.reach import Reach

Thing = TypeVar("Thing", Invitation, Appointment)


def invitation_over(link: Link) -> str:
    """What became of an invitation."""
    invitation = invitations.of_link(link)
    if invitation is None:
        return str(_("There is no such invitation any more."))
    name = invitation.organization.name
    if invitation.state == "accepted":
        return str(_("The invitation to %(organization)s was accepted. Sign in to go there.", organization=name))
    if invitation.state == "refused":
        return str(_("The invitation to %(organization)s was refused.", organization=name))
    if invitation.is_open:
        return str(_("A newer link was sent to you. Look for the last mail from %(organization)s.", organization=name))
    by = invitation.invited_by_name
    over = _("The invitation to %(organization)s is over. %(by)s can send another one.", organization=name, by=by)
    return _lapsed(invitation) or str(over)


def _lapsed(invitation: Invitation) -> str:
    """Why an invitation can't be accepted now; "" where it can."""
    if not invitation.is_appointment:
        return stopped(invitation.organization)
    return lapsed(invitation.organization, invitation.invited_by, invitation.invited_by_name)


def _there(found: Thing | None) -> Thing:
    """What a link is about. Raises NotFound where it is gone."""
    if found is None:
        raise NotFound
    return found


@link_pages.page(Purpose.INVITATION, over=invitation_over)
class InvitationLink:
    """Accept or refuse; only the person with the address of the invitation may."""

    @staticmethod
    def show(link: Link) -> tuple[str, dict[str, Any]]:
        """Who invites to what; how to sign in or up; or that it is for somebody else."""
        invitation = _there(invitations.of_link(link))
        return "links/invitation.html", {
            "invitation": invitation,
            "organization": invitation.organization,
            "role_label": role_labels()[invitation.role],
            "summary": role_summaries()[invitation.role],
            "held": _offered(invitation),
            "sees_all": Role(invitation.role) in SEES_ALL_PRODUCTS,
            "known": users.find(invitation.email) is not None,
            "lapsed": _lapsed(invitation),
            "mine": _is_mine(invitation),
            "here": url_for("links.open_link", token=_token()),
        }

    @staticmethod
    def act(link: Link) -> BaseResponse:
        """Accept, or sign in as the person it is for; whatever else was sent is no yes."""
        invitation, answer = _there(invitations.of_link(link)), request.form.get("answer")
        if answer == "switch":
            return _sign_out_and_return()
        if answer != "accept":
            return redirect(url_for("links.open_link", token=_token()), 303)
        user, organization = session.user(), invitation.organization
        try:
            answers.accept(invitation, link, user, user.actor(session.remote_address()))
        except Forbidden:
            return _for_somebody_else(link)
        said = _("You belong to %(organization)s now.", organization=organization.name)
        return done(said, "organization.dashboard", slug=organization.slug)

    @staticmethod
    def refuse(link: Link) -> BaseResponse:
        """No, by whoever the mail went to; not by somebody else who is signed in on this browser."""
        invitation = _there(invitations.of_link(link))
        if session.visitor() and not _is_mine(invitation):
            return _for_somebody_else(link)
        answers.refuse(invitation, link, _who_answers(invitation))
        said = _("You refused the invitation to %(organization)s.", organization=invitation.organization.name)
        if session.visitor():
            return done(said, "entry.landing")
        return done(said, "links.open_link", token=_token())


def _offered(invitation: Invitation) -> Held:
    """What an invitation offers that is still there, by name: its reader is about to be given it."""
    organization, offered = invitation.organization_id, invitation.grants
    given = grants.known(organization, offered.get("products", ()), offered.get("categories", ()))
    return held(given, Reach(organization, None))


def _is_mine(invitation: Invitation) -> bool:
    return session.visitor() is not None and session.user().email_key == invitation.email_key


def _who_answers(invitation: Invitation) -> Actor:
    """The person with the address of the invitation; the address itself where it has no account."""
    holder, address = users.find(invitation.email), session.remote_address()
    return holder.actor(address) if holder else Person(None, invitation.email, address)


def _for_somebody_else(link: Link) -> BaseResponse:
    template, values = InvitationLink.show(link)
    return show(template, 403, link=link, token=_token(), needs_sign_in=False, **values)


def _token() -> str:
    """The token of the link that is open."""
    return str((request.view_args or {})["token"])


def _sign_out_and_return() -> BaseResponse:
    """Somebody else is signed in on this browser: out, in again, and back to the invitation."""
    response = make_response(redirect(url_for("entry.login", next=request.path), 303))
    sessions.end(session.current_session(), session.person())
    session.sign_out(response)
    return response


def appointment_over(link: Link) -> str:
    """What became of an appointment."""
    asked = representatives.of_link(link)
    if asked is None:
        return str(_("Nobody asks this any more."))
    name = asked.organization.name
    sentences = {
        "accepted": _("You became a legal representative of %(organization)s.", organization=name),
        "refused": _("You did not become a legal representative of %(organization)s.", organization=name),
    }
    by = asked.appointed_by_name
    return str(
        sentences.get(asked.state)
        or lapsed(asked.organization, asked.appointed_by, by)
        or _("%(by)s can ask you again.", by=by)
    )


@link_pages.page(Purpose.REPRESENTATIVE, over=appointment_over)
class RepresentativeLink:
    """Become a legal representative, or not."""

    @staticmethod
    def show(link: Link) -> tuple[str, dict[str, Any]]:
        """What it means, and the buttons for the person asked."""
        asked = _there(representatives.of_link(link))
        found = session.visitor()
        mine = found is not None and found.user_id == asked.user_id
        return "links/representative.html", {**question(asked), "mine": mine, "here": request.path}

    @staticmethod
    def act(link: Link) -> BaseResponse:
        """The button that was pressed; no button is no yes."""
        asked = _there(representatives.of_link(link))
        answer, slug = request.form.get("answer"), asked.organization.slug
        if answer == "switch":
            return _sign_out_and_return()
        by = session.user().actor(session.remote_address())
        if answer == "accept":
            answers.accept_appointment(asked, by, link)
            said = _("You are a legal representative of %(organization)s now.", organization=asked.organization.name)
        elif answer == "refuse":
            answers.refuse_appointment(asked, by)
            said = _("You did not become a legal representative. Your role stays as it was.")
        else:
            return redirect(url_for("links.open_link", token=_token()), 303)
        return done(said, "organization.dashboard", slug=slug)
