"""Products and tags."""

from blueprints.products import bulk as bulk
from blueprints.products import bulk_tags as bulk_tags
from blueprints.products import columns as columns
from blueprints.products import commands as commands
from blueprints.products import detail as detail
from blueprints.products import export as export
from blueprints.products import index as index
from blueprints.products import reminders as reminders
from blueprints.products import tagging as tagging
from blueprints.products import tags as tags
from blueprints.products.blueprint import blueprint as blueprint
