"""Sign-up: a user and an organization, or by an invitation the user alone."""

from __future__ import annotations

import secrets

from flask import flash, redirect, request, url_for
from flask import session as kept
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints.entry.blueprint import blueprint
from blueprints.entry.login import enter, home_or_setup
from blueprints.entry.signup_form import PersonForm, SignUpForm, typed
from blueprints.ground import session
from blueprints.ground.forms import refuse
from blueprints.ground.guard import local_path, public
from blueprints.ground.limits import address_key, count, limit, network, typed_address
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.ground.state import state
from models import entry, links, settings
from models.account.sessions import key_hash
from models.errors import NotFound, Refused
from models.links import Link

BROWSER = "signup"
"""Name in the form cookie of the key by which the browser that signed up is known when the link is opened."""


@blueprint.get("/signup")
@public
def signup() -> BaseResponse:
    """The form, as far as sign-up is open to this visitor."""
    if session.visitor():
        return redirect(local_path(request.args.get("next", "")) or home_or_setup(), 303)
    target = local_path(request.args.get("next", "")) or ""
    if link := invitation(target):
        return show("entry/signup_invited.html", form=PersonForm(next=target, email=link.address), link=link)
    if not settings.current().signup_open:
        return show("entry/signup_closed.html")
    return show("entry/signup.html", form=SignUpForm(next=target))


@blueprint.post("/signup/fields")
@public
def signup_fields() -> BaseResponse:
    """What the form asks for this type and country; without a script the whole form, with what was typed."""
    form = typed()
    return show("entry/_number.html" if wants_fragment() else "entry/signup.html", form=form)


def _newcomer() -> str:
    """Whose sign-up it is: the typed address, or the one that was invited."""
    link = _sent_invitation()
    return address_key(link.address) if link else typed_address()


@blueprint.post("/signup")
@public
@limit("5 per hour", _newcomer)
@limit("30 per hour", network)
def signup_send() -> BaseResponse:
    """Make the account, and lead to the page that says to look into the mail."""
    if link := _sent_invitation():
        return _invited(link)
    if not settings.current().signup_open:
        return show("entry/signup_closed.html", 422)
    form = SignUpForm()
    if not form.validate():
        return show("entry/signup.html", 422, form=form)
    count()
    browser = secrets.token_urlsafe(32)
    try:
        entry.sign_up(
            form.person(form.country.data),
            form.details(),
            browser=key_hash(browser),
            terms_version=settings.current().terms_version,
            address=session.remote_address(),
        )
    except Refused as fault:
        refuse(form, fault)
        return show("entry/signup.html", 422, form=form)
    kept[BROWSER] = browser
    kept["signup_email"] = form.email.data
    return redirect(url_for("entry.signup_sent"), 303)


@blueprint.get("/signup/sent")
@public
def signup_sent() -> BaseResponse:
    """The same page whether the address was new or not."""
    email = kept.get("signup_email")
    return show("entry/signup_sent.html", email=email) if email else redirect(url_for("entry.signup"), 303)


def _invited(link: Link) -> BaseResponse:
    """Only the user is made; then back to the invitation, signed in."""
    target = local_path(request.form["next"])
    form = PersonForm()
    form.email.data = link.address
    if not form.validate():
        return show("entry/signup_invited.html", 422, form=form, link=link)
    count()
    try:
        user = entry.sign_up_invited(
            link,
            form.person(settings.current().provider_country),
            terms_version=settings.current().terms_version,
            address=session.remote_address(),
        )
    except Refused as fault:
        if fault.step == "login":
            flash(gettext("There is an account with this address already. Sign in to answer the invitation."), "note")
            return redirect(url_for("entry.login", next=target), 303)
        refuse(form, fault)
        return show("entry/signup_invited.html", 422, form=form, link=link)
    return enter(user, target=target)


def _sent_invitation() -> Link | None:
    """The open invitation that the form was sent with."""
    return invitation(local_path(request.form.get("next", "")) or "")


def invitation(target: str) -> Link | None:
    """The open invitation that a visitor came from, by the path of its link."""
    if not target.startswith("/links/"):
        return None
    try:
        link = links.find(state().environment.secret_key, target.removeprefix("/links/"))
    except NotFound:
        return None
    return link if entry.invited(link) else None


for endpoint in ("signup", "signup_send", "signup_sent", "signup_fields"):
    helps(f"entry.{endpoint}", "signing-up")
