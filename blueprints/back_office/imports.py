"""Imports: a file is uploaded, its columns are matched, what would happen is shown row by row, then it is applied."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField, SelectField, StringField

from blueprints.back_office import differences, pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground import ids
from blueprints.ground.begin import takes_file
from blueprints.ground.forms import Form, refuse, tidied
from blueprints.ground.guard import done, operator, refused_text
from blueprints.ground.page import helps, wants_fragment
from models.errors import N_, Refused
from models.operators import organizations
from models.permissions import OperatorRole
from models.products import categories
from models.products.importing import imports as verbs
from models.products.importing import places, previews, sheets
from models.products.importing.imports import Import
from models.products.importing.kinds import KINDS
from models.products.importing.plans import VERDICTS, Mapping

SUPPORT = OperatorRole.SUPPORT
STATE_LABELS = {
    verbs.COLUMNS: N_("Columns to be checked"),
    verbs.COMPARING: N_("Being compared"),
    verbs.READY: N_("Waits to be applied"),
    verbs.APPLYING: N_("Being applied"),
    verbs.DONE: N_("Applied"),
    verbs.FAILED: N_("Not applied"),
}


class UploadForm(Form):
    """The file, and what kind of list it is."""

    kind = RadioField(_("What is in it"), default="products")
    file = FileField(_("CSV file"), [FileRequired(_("Choose a file."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.key, gettext(kind.label)) for kind in KINDS.values()]


class ColumnsForm(Form):
    """What holds for all rows where no column says it; the columns themselves are fields `column-N`."""

    organization = StringField(_("One organization for all rows"), filters=[tidied])
    category = SelectField(_("One category for all rows"), coerce=int, default=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = [(0, "–"), *((c.id, gettext(c.name)) for c in categories.choices())]
        if request.method == "POST" and "category" not in request.form:
            self.category.data = 0  # Lists of people and organizations are not asked for it.


@blueprint.get("/back-office/imports")
@operator()
def imports() -> Response:
    """The latest imports, and where a new one begins."""
    labels = {name: gettext(label) for name, label in STATE_LABELS.items()}
    return pages.show("back_office/imports.html", found=verbs.recent(), labels=labels, step=_step)


@blueprint.get("/back-office/imports/new")
@operator(SUPPORT)
def imports_new() -> Response:
    """The first step: the file; a link may say what is in it."""
    kind = request.args.get("kind", "")
    return _new(UploadForm(kind=kind if kind in KINDS else "products"))


@blueprint.post("/back-office/imports/new")
@operator(SUPPORT)
@takes_file
def imports_upload() -> BaseResponse:
    """Take the file in."""
    form = UploadForm()
    if form.validate():
        file = form.file.data
        try:
            made = verbs.begin(
                KINDS[form.kind.data], file.filename, file.read(), pages.actor(), organization_id=None, category_id=None
            )
            return redirect(url_for("back_office.imports_columns", number=made.id), 303)
        except Refused as fault:
            refuse(form, fault)
    return _new(form, 422)


def _new(form: UploadForm, status: int = 200) -> Response:
    return pages.show(
        "back_office/import_new.html", status, form=form, rows=sheets.MOST_ROWS, size=sheets.MOST_MEGABYTES
    )


@blueprint.get("/back-office/imports/<int:number>/columns")
@operator(SUPPORT)
def imports_columns(number: int) -> BaseResponse:
    """The second step: which column is what, as guessed or as chosen before."""
    one = verbs.get(number)
    if one.state in (verbs.APPLYING, verbs.DONE) or (one.state == verbs.FAILED and not one.upload_id):
        return redirect(_step(one), 303)
    if pages.wants_list("organizations"):
        typed = request.args.get("organization", "")[:100]
        return pages.show("back_office/_import_organizations.html", offered=organizations.offered(typed))
    form = ColumnsForm(organization=places.spelled(one.organization_id), category=one.category_id or 0)
    return _columns(one, form, one.mapping)


@blueprint.post("/back-office/imports/<int:number>/columns")
@operator(SUPPORT)
def imports_choose(number: int) -> BaseResponse:
    """Take the choice; the comparing begins."""
    one, form = verbs.get(number), ColumnsForm()
    mapping: Mapping = {}
    try:
        mapping = _chosen(one)
        if form.validate():
            one.choose(mapping, places.organization(form.organization.data), form.category.data or None)
            return redirect(url_for("back_office.imports_preview", number=number), 303)
    except Refused as fault:
        refuse(form, fault)
    return _columns(one, form, mapping or one.mapping, status=422)


def _chosen(one: Import) -> Mapping:
    """The field of each column as posted. Raises Refused where two columns hold the same."""
    mapping: Mapping = {}
    for column in range(len(one.sheet().header)):
        field = request.form.get(f"column-{column}", "")
        if field in mapping:
            raise Refused(N_("Two columns are chosen for: %(label)s."), label=gettext(one.of.fields[field]))
        if field in one.of.fields:
            mapping[field] = column
    return mapping


def _columns(one: Import, form: ColumnsForm, mapping: Mapping, status: int = 200) -> Response:
    sheet = one.sheet()
    by_column = {column: field for field, column in mapping.items()}
    return pages.show(
        "back_office/import_columns.html",
        status,
        one=one,
        form=form,
        sheet=sheet,
        columns=[
            (index, name or gettext("(without a name)"), sample, by_column.get(index, ""))
            for index, (name, sample) in enumerate(zip(sheet.header, sheet.samples(), strict=True))
        ],
        fields=[(name, gettext(label)) for name, label in one.of.fields.items()],
        offered=organizations.offered(""),
    )


@blueprint.get("/back-office/imports/<int:number>/preview")
@operator(SUPPORT)
def imports_preview(number: int) -> BaseResponse:
    """The third step: what would happen, row by row; until it is known, how far the comparing is."""
    one = verbs.get(number)
    if one.state in (verbs.COMPARING, verbs.APPLYING) or one.trouble:
        return _progress(one)
    if one.state != verbs.READY:
        return redirect(_step(one), 303)
    if wants_fragment() and not pages.wants_list():
        return _go_on(one)
    verdict = request.args.get("verdict", "")
    verdict = verdict if verdict in VERDICTS else ""
    after, before = (next(iter(ids.read([request.args.get(name, "")])), 0) for name in ("after", "before"))
    lines = previews.page(one.id, verdict, after, before)
    return pages.show(
        "back_office/_import_rows.html" if pages.wants_list() else "back_office/import_preview.html",
        one=one,
        verdict=verdict,
        verdicts=differences.verdicts(),
        lines=[differences.shown(one, line) for line in lines],
        missing=_missing(one),
        turns=_turns(one, verdict, [line.number for line in lines]),
    )


def _missing(one: Import) -> dict[str, Any]:
    """The organizations that the file names and that are not there."""
    found = previews.missing(one.id)
    return {"rows": found.rows, "count": found.count, "names": pages.few(found.names, found.count)}


def _turns(one: Import, verdict: str, numbers: list[int]) -> dict[str, str]:
    """The pager of the preview, by line number."""
    found = {
        "shown": str(gettext("Lines %(first)s to %(last)s", first=numbers[0], last=numbers[-1])) if numbers else ""
    }
    for name, edge, word in (("previous", numbers[:1], "before"), ("next", numbers[-1:], "after")):
        more = edge and previews.page(one.id, verdict, **{word: edge[0]}, size=1)
        values: dict[str, Any] = {"verdict": verdict or None, word: edge[0] if edge else None}
        found[name] = url_for("back_office.imports_preview", number=one.id, **values) if more else ""
    return found


def _progress(one: Import) -> BaseResponse:
    done_rows, total = verbs.progress(one)
    trouble = one.trouble
    return pages.show(
        "back_office/_import_progress.html" if wants_fragment() else "back_office/import_progress.html",
        one=one,
        done=done_rows,
        total=total,
        trouble=refused_text(trouble) if trouble else "",
    )


def _go_on(one: Import) -> Response:
    """The background work is done: htmx goes to the next step."""
    answer = make_response("", 200)
    answer.headers["HX-Redirect"] = _step(one)
    return answer


@blueprint.post("/back-office/imports/<int:number>/apply")
@operator(SUPPORT)
def imports_apply(number: int) -> BaseResponse:
    """Write what the preview shows, if it is the one that was seen."""
    verbs.get(number).apply(ids.posted("turn"))
    return redirect(url_for("back_office.imports_result", number=number), 303)


@blueprint.get("/back-office/imports/<int:number>/result")
@operator()
def imports_result(number: int) -> BaseResponse:
    """The last step: what was written, what was left alone; until then, that it is under way."""
    one = verbs.get(number)
    if one.state == verbs.APPLYING:
        return _progress(one)
    if one.state != verbs.DONE:
        return redirect(_step(one), 303)
    if wants_fragment():
        return _go_on(one)
    return pages.show("back_office/import_result.html", one=one)


@blueprint.post("/back-office/imports/<int:number>/discard")
@operator(SUPPORT)
def imports_discard(number: int) -> BaseResponse:
    """Give it up before it is applied."""
    one = verbs.get(number)
    one.discard()
    return done(gettext("%(name)s is discarded. Nothing was written.", name=one.name), "back_office.imports")


def _step(one: Import) -> str:
    """The page of the step that an import is at."""
    page = {verbs.COLUMNS: "columns", verbs.DONE: "result", verbs.APPLYING: "result"}.get(one.state, "preview")
    return url_for(f"back_office.imports_{page}", number=one.id)


for endpoint in ("imports", "imports_new", "imports_columns", "imports_preview", "imports_result"):
    helps(f"back_office.{endpoint}", "importing-products")
