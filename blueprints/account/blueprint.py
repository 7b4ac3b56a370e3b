"""The blueprint of: the user's own pages."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)
