"""The user's own pages."""

from blueprints.account import address as address
from blueprints.account import preferences as preferences
from blueprints.account import profile as profile
from blueprints.account import security as security
from blueprints.account import sessions as sessions
from blueprints.account.blueprint import blueprint as blueprint
