"""The blueprint of this area."""

from flask import Blueprint

blueprint = Blueprint("renewals", __name__)
