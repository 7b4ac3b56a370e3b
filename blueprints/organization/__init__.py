"""The organization: overview, members, details, journal."""

from blueprints.organization import access as access
from blueprints.organization import dashboard as dashboard
from blueprints.organization import details as details
from blueprints.organization import founding as founding
from blueprints.organization import invitations as invitations
from blueprints.organization import journal as journal
from blueprints.organization import links as links
from blueprints.organization import people as people
from blueprints.organization import representatives as representatives
from blueprints.organization import roles as roles
from blueprints.organization import standing as standing
from blueprints.organization.blueprint import blueprint as blueprint
