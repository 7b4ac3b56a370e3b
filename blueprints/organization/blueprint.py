"""The blueprint of: the organization: overview, members, details, journal."""

from flask import Blueprint

blueprint = Blueprint("organization", __name__)
