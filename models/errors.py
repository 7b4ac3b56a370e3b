"""What a verb answers when a rule forbids the act: a sentence that a person can read."""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark a sentence for translation where it is written; who shows it translates it."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence and its plural for translation; who shows them hands both to `ngettext` with the count."""
    return one, many


class Refused(Exception):
    """A rule forbids the act. `message % values` is the sentence, `field` the input that it is about.

    `step` names the page that mends it (a key that the web layer turns into a link), if there is one.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None, step: str | None = None, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values
        self.field = field
        self.step = step


class NotFound(Refused):
    """Whatever was asked for is not there for this person; says no more than that."""

    status = 404

    def __init__(self) -> None:
        super().__init__(N_("There is nothing here for you."))


class Forbidden(Refused):
    """The person may see the thing but not do this. `roles` are those who may."""

    status = 403

    def __init__(self, message: str, *, roles: tuple[str, ...] = (), **values: object) -> None:
        super().__init__(message, **values)  # type: ignore[arg-type]  # values of the sentence, never a field
        self.roles = roles


class Conflict(Refused):
    """Somebody else was faster, or the page was older than the thing."""

    status = 409


class WrongSetting(Exception):
    """The process cannot start with its settings; the text is the one sentence to print."""
