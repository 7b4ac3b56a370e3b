"""Where a person is signed in: one list, and an end to one or to all others."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField

from blueprints.account.blueprint import blueprint
from blueprints.ground import devices
from blueprints.ground.forms import Form
from blueprints.ground.guard import done, password_is_fresh, signed_in
from blueprints.ground.limits import asks_password, count_guess
from blueprints.ground.page import helps, show
from blueprints.ground.session import current_session, person, user
from models.account import sessions as rows
from models.account.sessions import Session
from models.errors import NotFound


class EndForm(Form):
    """The password, where it was not given in the last ten minutes."""

    current = PasswordField(_("Your password"))

    def proves(self) -> bool:
        """Whether the person may go on; says beside the field why not."""
        if password_is_fresh():
            return True
        if user().check_password(self.current.data or ""):
            current_session().confirm_password()
            return True
        count_guess()
        self.current.errors = [gettext("This is not your password.")]
        return False


def _page(form: EndForm | None = None, asked: Session | None = None, *, others: bool = False) -> BaseResponse:
    """The list; with a form also the question, about one session or about all others."""
    return show(
        "account/sessions.html",
        422 if form and form.errors else 200,
        sessions=rows.of_user(user()),
        is_mobile=devices.is_mobile,
        form=form,
        asked=asked,
        others=others,
        ask_password=not password_is_fresh(),
    )


def _own(session_id: int) -> Session:
    """A session of the person; anybody else's is not there."""
    found = rows.find(person().user_id, session_id)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/account/sessions")
@signed_in
def sessions() -> BaseResponse:
    """The list."""
    return _page()


@blueprint.get("/account/sessions/<int:session_id>/end")
@signed_in
def sessions_ask(session_id: int) -> BaseResponse:
    """The question before one ends."""
    return _page(EndForm(formdata=None), _own(session_id))


@blueprint.post("/account/sessions/<int:session_id>/end")
@signed_in
@asks_password
def sessions_end(session_id: int) -> BaseResponse:
    """End one; ending this one is signing out."""
    session, form = _own(session_id), EndForm()
    if not form.proves():
        return _page(form, session)
    rows.end(session, person())
    return done(gettext("%(device)s is signed out.", device=session.device), "account.sessions")


@blueprint.get("/account/sessions/end-others")
@signed_in
def sessions_ask_others() -> BaseResponse:
    """The question before all others end."""
    return _page(EndForm(formdata=None), others=True)


@blueprint.post("/account/sessions/end-others")
@signed_in
@asks_password
def sessions_end_others() -> BaseResponse:
    """End all but this one."""
    form = EndForm()
    if not form.proves():
        return _page(form, others=True)
    ended = rows.end_others(user(), current_session(), person())
    message = ngettext("One session was ended.", "%(num)d sessions were ended.", ended)
    return done(message if ended else gettext("There was no other session."), "account.sessions")


for endpoint in ("sessions", "sessions_ask", "sessions_end", "sessions_ask_others", "sessions_end_others"):
    helps(f"account.{endpoint}", "sessions")
