"""Renewals: who is told of them, and how one does without."""

from blueprints.renewals import links as links
from blueprints.renewals import notifications as notifications
from blueprints.renewals.blueprint import blueprint as blueprint
