"""The operators' pages over all areas."""

from blueprints.back_office import categories as categories
from blueprints.back_office import dashboard as dashboard
from blueprints.back_office import imports as imports
from blueprints.back_office import jobs as jobs
from blueprints.back_office import kit as kit
from blueprints.back_office import organizations as organizations
from blueprints.back_office import outbox as outbox
from blueprints.back_office import products as products
from blueprints.back_office import settings as settings
from blueprints.back_office import users as users
from blueprints.back_office.blueprint import blueprint as blueprint
