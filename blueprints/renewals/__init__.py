"""Renewals: who is told of them, how one does without, and the calendar in which they stand."""

from blueprints.renewals import calendar as calendar
from blueprints.renewals import choosing as choosing
from blueprints.renewals import feed as feed
from blueprints.renewals import links as links
from blueprints.renewals import mails as mails
from blueprints.renewals import notifications as notifications
from blueprints.renewals.blueprint import blueprint as blueprint
