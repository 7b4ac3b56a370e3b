"""First run: the first operator, the provider, a test mail. Each step is a page; all are void once it is done."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from blueprints.entry.blueprint import blueprint
from blueprints.entry.login import enter
from blueprints.ground import choices
from blueprints.ground.formats import language
from blueprints.ground.forms import Form, address_field, is_public, needed, password_field, refuse, text_field, tidied
from blueprints.ground.guard import done, operator, public
from blueprints.ground.limits import count, limit, network
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.ground.session import person, remote_address, user, visitor
from blueprints.ground.state import state
from models import settings
from models.account import setup as first_run
from models.account.passwords import LEAST_LENGTH
from models.errors import NotFound, Refused
from models.operators import business
from models.permissions import OperatorRole


class OperatorForm(Form):
    """The code from the server's output, and who runs this instance."""

    code = StringField(_("Setup code"), [needed()], filters=[tidied])
    name = text_field(_("Your name"))
    email = address_field(_("E-mail"))
    password = password_field(
        _("Password"), description=_("At least %(least)d characters. A sentence is fine.", least=LEAST_LENGTH)
    )


class ProviderForm(Form):
    """The company that runs this instance, and the address under which people reach it."""

    provider_name = text_field(_("Name of the provider"))
    provider_country = SelectField(_("Country"))
    currency = SelectField(_("Currency"))
    language = SelectField(_("Language"))
    time_zone = SelectField(_("Time zone"))
    public_address = text_field(_("Public address"), most=200, rules=[is_public])
    confirmed = BooleanField(
        _("People reach this instance at this address"),
        [InputRequired(_("Links in mails need an address that works. Confirm it."))],
    )

    def __init__(self) -> None:
        super().__init__(data=_known())
        self.provider_country.choices = choices.countries()
        self.currency.choices = choices.currencies()
        self.language.choices = choices.languages()
        self.time_zone.choices = choices.time_zones()
        self.fixed = state().environment.base_url
        if self.fixed:
            self.public_address.data = self.fixed


def _known() -> dict[str, str]:
    """What is known before anybody typed: kept settings, then the request's own address."""
    now = settings.business()
    address = state().environment.base_url or now.public_address or request.host_url.rstrip("/")
    fresh = now == settings.Business()
    return {
        "provider_name": "" if fresh else now.provider_name,
        "provider_country": now.provider_country,
        "currency": now.currency,
        "language": language() if fresh else now.language,
        "time_zone": now.time_zone,
        "public_address": address,
    }


@blueprint.get("/setup")
@public
def setup() -> BaseResponse:
    """The code, and the first operator."""
    return show("entry/setup.html", form=OperatorForm()) if not first_run.is_done() else _next_step()


def _next_step() -> BaseResponse:
    """Once there is an operator, this page is there for nobody; the operator is led to what is still open."""
    found = visitor()
    if found is None or not found.is_operator or settings.current().ready:
        raise NotFound
    return redirect(url_for("entry.setup_provider"), 303)


@blueprint.post("/setup")
@public
@limit("10 per 15 minutes", network)
def setup_send() -> BaseResponse:
    """Make the first operator and sign them in."""
    if first_run.is_done():
        return _next_step()
    form = OperatorForm()
    if not form.validate():
        return show("entry/setup.html", 422, form=form)
    count()
    try:
        made = first_run.make_first_operator(
            state().environment.secret_key,
            form.code.data,
            email=form.email.data,
            name=form.name.data,
            password=form.password.data,
            language=language(),
            address=remote_address(),
        )
    except Refused as fault:
        if isinstance(fault, NotFound):
            raise
        refuse(form, fault)
        return show("entry/setup.html", 422, form=form)
    return enter(made, target=url_for("entry.setup_provider"))


def _still_open() -> None:
    if settings.current().ready:
        raise NotFound


@blueprint.get("/setup/provider")
@operator(OperatorRole.SECURITY)
def setup_provider() -> BaseResponse:
    """The provider's form."""
    _still_open()
    return show("entry/setup_provider.html", form=ProviderForm())


@blueprint.post("/setup/provider")
@operator(OperatorRole.SECURITY)
def setup_provider_send() -> BaseResponse:
    """Keep the provider's decisions."""
    _still_open()
    form = ProviderForm()
    if form.validate():
        chosen = {name: value for name, value in form.data.items() if name != "confirmed"}
        try:
            business.change(person(), **chosen)
            user().change(person(), time_zone=form.time_zone.data)
            return redirect(url_for("entry.setup_mail"), 303)
        except Refused as fault:
            refuse(form, fault)
    return show("entry/setup_provider.html", 422, form=form)


@blueprint.get("/setup/mail")
@operator(OperatorRole.SECURITY)
def setup_mail() -> BaseResponse:
    """The test mail and what became of it; as a fragment it is asked for again until that is known."""
    _still_open()
    message = first_run.last_test_mail(person().user_id)
    template = "entry/_test_mail.html" if wants_fragment() else "entry/setup_mail.html"
    return show(template, message=message, delivery=state().environment.mail_url.partition(":")[0])


@blueprint.post("/setup/mail")
@operator(OperatorRole.SECURITY)
def setup_mail_send() -> BaseResponse:
    """Send the test mail."""
    _still_open()
    first_run.send_test_mail(user())
    return redirect(url_for("entry.setup_mail"), 303)


@blueprint.post("/setup/finish")
@operator(OperatorRole.SECURITY)
def setup_finish() -> BaseResponse:
    """Open the house."""
    _still_open()
    business.change(person(), ready=True)
    return done(gettext("Everything is set up."), "back_office.dashboard")


for endpoint in ("setup", "setup_send", "setup_provider", "setup_provider_send", "setup_mail"):
    helps(f"entry.{endpoint}", "setting-up")
