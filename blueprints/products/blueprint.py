"""The blueprint of: products and tags."""

from flask import Blueprint

blueprint = Blueprint("products", __name__)
