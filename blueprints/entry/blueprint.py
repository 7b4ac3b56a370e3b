"""The blueprint of: in and out: setup, sign-up, sign-in, reset."""

from flask import Blueprint

blueprint = Blueprint("entry", __name__, cli_group="operator")
