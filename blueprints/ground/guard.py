"""Who may open a page: each view names its permission by one decorator, and the rights walk reads it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.session import person, visitor
from models import access as accesses
from models.access import Access
from models.account import sessions
from models.errors import N_, Forbidden, NotFound, Refused
from models.permissions import OperatorRole, Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC, USER, OPERATOR, ORGANIZATION = "public", "user", "operator", "organization"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def public(view: View) -> View:
    """Anybody may open this page."""
    view.audience = PUBLIC  # type: ignore[attr-defined]  # read by the rights walk
    return view


def signed_in(view: View) -> View:
    """A signed-in person may open this page; others are led to the sign-in and back."""

    @functools.wraps(view)
    def inside(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if visitor() else to_sign_in()

    inside.audience = USER  # type: ignore[attr-defined]  # read by the rights walk
    return inside  # type: ignore[return-value]  # same parameters as the view


def operator(*roles: OperatorRole) -> Callable[[View], View]:
    """An operator with one of these roles (any, if none is named) may open this page; others find nothing."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inside(*args: Any, **kwargs: Any) -> Any:
            found = visitor()
            if found is None:
                return to_sign_in()
            if not found.is_operator:
                raise NotFound
            if roles and not set(roles) & set(found.operator_roles):
                raise Forbidden(N_("This page of the back office takes another role."), roles=tuple(roles))
            return view(*args, **kwargs)

        inside.audience = OPERATOR  # type: ignore[attr-defined]  # read by the rights walk
        inside.operator_roles = roles  # type: ignore[attr-defined]  # read by the rights walk
        return inside  # type: ignore[return-value]  # same parameters as the view

    return decorate


def organization(permission: Permission, *, reads: bool = False) -> Callable[[View], View]:
    """A person with this permission in the organization of the URL may open this page.

    A form that only `reads`, such as an export of chosen rows, works where nothing can be changed, too.
    The view gets its `Access` instead of the slug. Who has no access finds nothing (404); who lacks the
    permission is told the role it takes (403).
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inside(slug: str, **kwargs: Any) -> Any:
            found = visitor()
            if found is None:
                return to_sign_in()
            entered = accesses.enter(found, slug)
            if entered is None:
                raise NotFound
            g.access = entered
            entered.require(permission)
            if request.method not in SAFE and not reads:
                entered.require_writable()
            return view(entered, **kwargs)

        inside.audience = ORGANIZATION  # type: ignore[attr-defined]  # read by the rights walk
        inside.permission = permission  # type: ignore[attr-defined]  # read by the rights walk
        return inside  # type: ignore[return-value]  # the slug becomes an access

    return decorate


def current_access() -> Access | None:
    """The access of this request, on organization pages."""
    found: Access | None = g.get("access")
    return found


def to_sign_in(back: str | None = None) -> BaseResponse:
    """Lead to the sign-in and back (to `back`, else to this page, or where a form was sent from)."""
    if back is None:
        back = request.full_path.rstrip("?") if request.method in SAFE else request.referrer or ""
    target = url_for("entry.login", next=local_path(back))
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


def local_path(target: str) -> str | None:
    """The path of a target on this site, or None: nobody is sent elsewhere after a sign-in."""
    if target.startswith(request.host_url):
        target = "/" + target.removeprefix(request.host_url)
    # Browsers and libraries drop signs that can't be seen, and take a backslash for a slash.
    if not target.startswith("/") or target.startswith("//") or not target.isprintable() or "\\" in target:
        return None
    return target


def password_is_fresh() -> bool:
    """Whether the password was given in the last ten minutes of this session."""
    return sessions.password_holds(person().password_at)


def done(message: str, endpoint: str, **values: Any) -> BaseResponse:
    """After an act: say what happened and go on to the next page (303)."""
    flash(message, "ok")
    return redirect(url_for(endpoint, **values), 303)


def refused_text(fault: Refused) -> str:
    """A refusal's sentence in the reader's language."""
    return str(_(fault.message, **fault.values))
