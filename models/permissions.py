"""Who may do what: the one table of roles and permissions. Views, templates, the API and the roles page ask it."""

from __future__ import annotations

from enum import StrEnum

from models.errors import N_


class Role(StrEnum):
    """How a user belongs to an organization, strongest first."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    ADMINISTRATOR = "administrator"
    COLLABORATOR = "collaborator"
    EXTERNAL = "external"


ROLE_LABELS: dict[Role, str] = {
    Role.LEGAL_REPRESENTATIVE: N_("Legal representative"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.COLLABORATOR: N_("Collaborator"),
    Role.EXTERNAL: N_("External user"),
}

ROLE_SUMMARIES: dict[Role, str] = {
    Role.LEGAL_REPRESENTATIVE: N_("Answers for the organization. There is always at least one."),
    Role.ADMINISTRATOR: N_("Runs everything, but can't appoint legal representatives or give products away."),
    Role.COLLABORATOR: N_("Works on the products they were given."),
    Role.EXTERNAL: N_("Sees only the products they were given, and nobody else."),
}


class Permission(StrEnum):
    """What a page or an act asks for."""

    ORGANIZATION_SEE = "organization.see"
    PRODUCTS_SEE = "products.see"
    PRODUCTS_TAG = "products.tag"
    PRODUCTS_RENEW = "products.renew"
    TAGS_MANAGE = "tags.manage"
    MEMBERS_SEE = "members.see"
    MEMBERS_MANAGE = "members.manage"
    REPRESENTATIVES_MANAGE = "representatives.manage"
    DETAILS_EDIT = "details.edit"
    NOTIFICATIONS_EDIT = "notifications.edit"
    RIGHTS_SEE = "rights.see"
    MONEY_SEE = "money.see"
    PARTNERS_MANAGE = "partners.manage"
    TRANSFERS_MANAGE = "transfers.manage"
    DATA_EXPORT = "data.export"
    ORGANIZATION_CLOSE = "organization.close"
    JOURNAL_SEE = "journal.see"


PERMISSION_LABELS: dict[Permission, str] = {
    Permission.ORGANIZATION_SEE: N_("See the organization's name and their own access"),
    Permission.PRODUCTS_SEE: N_("See products"),
    Permission.PRODUCTS_TAG: N_("Set and create tags"),
    Permission.PRODUCTS_RENEW: N_("Renew, and turn automatic renewal on or off"),
    Permission.TAGS_MANAGE: N_("Rename, merge and delete tags"),
    Permission.MEMBERS_SEE: N_("See members and roles"),
    Permission.MEMBERS_MANAGE: N_("Invite, change and remove members"),
    Permission.REPRESENTATIVES_MANAGE: N_("Appoint or remove a legal representative"),
    Permission.DETAILS_EDIT: N_("Edit the organization's details"),
    Permission.NOTIFICATIONS_EDIT: N_("Choose renewal notifications"),
    Permission.RIGHTS_SEE: N_("See who holds, pays for and manages each product"),
    Permission.MONEY_SEE: N_("See invoices and the wallet"),
    Permission.PARTNERS_MANAGE: N_("Add, change and stop partners"),
    Permission.TRANSFERS_MANAGE: N_("Transfer a product to another organization"),
    Permission.DATA_EXPORT: N_("Export the organization's data"),
    Permission.ORGANIZATION_CLOSE: N_("Close the organization"),
    Permission.JOURNAL_SEE: N_("Read the journal"),
}

_P = Permission
_EXTERNAL = frozenset({_P.ORGANIZATION_SEE, _P.PRODUCTS_SEE, _P.PRODUCTS_TAG})
_COLLABORATOR = _EXTERNAL | {_P.MEMBERS_SEE}
_ADMINISTRATOR = frozenset(_P) - {
    _P.REPRESENTATIVES_MANAGE,
    _P.PARTNERS_MANAGE,
    _P.TRANSFERS_MANAGE,
    _P.ORGANIZATION_CLOSE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEGAL_REPRESENTATIVE: frozenset(_P),
    Role.ADMINISTRATOR: _ADMINISTRATOR,
    Role.COLLABORATOR: _COLLABORATOR,
    Role.EXTERNAL: _EXTERNAL,
}

READ_ONLY: frozenset[Permission] = frozenset(
    {_P.ORGANIZATION_SEE, _P.PRODUCTS_SEE, _P.MEMBERS_SEE, _P.RIGHTS_SEE, _P.JOURNAL_SEE}
)
"""What an operator who views as an organization may ask for."""

SEES_ALL_PRODUCTS: frozenset[Role] = frozenset({Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR})
"""Roles that reach every product of the organization; the others need grants."""


BY_GRANT: frozenset[Permission] = frozenset({_P.PRODUCTS_SEE, _P.PRODUCTS_TAG})
"""Permissions that reach only the products which a collaborator or external user was given."""


def extent(role: Role, permission: Permission) -> str:
    """How far a role's permission reaches: `yes`, `no`, or `given` where it holds for given products only."""
    if permission not in PERMISSIONS[role]:
        return "no"
    return "given" if permission in BY_GRANT and role not in SEES_ALL_PRODUCTS else "yes"


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that carry a permission, strongest first."""
    return tuple(role for role in Role if permission in PERMISSIONS[role])


class OperatorRole(StrEnum):
    """What an operator may do in the back office."""

    SUPPORT = "support"
    BILLING = "billing"
    SECURITY = "security"


OPERATOR_ROLE_LABELS: dict[OperatorRole, str] = {
    OperatorRole.SUPPORT: N_("Support"),
    OperatorRole.BILLING: N_("Billing"),
    OperatorRole.SECURITY: N_("Security"),
}
