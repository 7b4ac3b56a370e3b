"""The blueprint of: the operators' pages over all areas."""

from flask import Blueprint

blueprint = Blueprint("back_office", __name__)
