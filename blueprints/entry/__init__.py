"""In and out: setup, sign-up, sign-in, reset."""

from blueprints.entry import landing as landing
from blueprints.entry import login as login
from blueprints.entry import operators as operators
from blueprints.entry import reset as reset
from blueprints.entry import setup as setup
from blueprints.entry import signup as signup
from blueprints.entry import verification as verification
from blueprints.entry.blueprint import blueprint as blueprint
