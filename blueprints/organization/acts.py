"""The words for every act that the journal knows: a label to filter by, and the sentence of its entries.

`%(who)s` is the person who acted, `%(what)s` the thing; other names are details of the entry. A test fails for an
act that is recorded somewhere and has no line here.
"""

from __future__ import annotations

from typing import NamedTuple

from models.errors import N_, NN_


class Act(NamedTuple):
    """`many` is the sentence for a `count` other than one."""

    label: str
    sentence: str
    many: str | None = None


ACTS: dict[str, Act] = {
    "organization.created": Act(N_("Organization set up"), N_("%(who)s set up %(what)s")),
    "organization.changed": Act(N_("Details changed"), N_("%(who)s changed the details of %(what)s")),
    "organization.suspended": Act(N_("Organization suspended"), N_("%(who)s suspended %(what)s: %(reason)s")),
    "organization.resumed": Act(N_("Suspension ended"), N_("%(who)s ended the suspension of %(what)s")),
    "vat.confirmed": Act(N_("VAT number confirmed"), N_("VIES confirmed the VAT number %(what)s")),
    "vat.refused": Act(N_("VAT number not known"), N_("VIES does not know the VAT number %(what)s")),
    "invitation.sent": Act(N_("Person invited"), N_("%(who)s invited %(what)s as %(role)s")),
    "invitation.resent": Act(N_("Invitation resent"), N_("%(who)s sent the invitation of %(what)s again")),
    "invitation.cancelled": Act(N_("Invitation cancelled"), N_("%(who)s cancelled the invitation of %(what)s")),
    "invitation.refused": Act(N_("Invitation refused"), N_("%(who)s refused the invitation")),
    "member.joined": Act(N_("Member joined"), N_("%(what)s joined as %(role)s")),
    "member.role_changed": Act(N_("Role changed"), N_("%(who)s changed the role of %(what)s from %(old)s to %(new)s")),
    "member.access_changed": Act(N_("Access changed"), N_("%(who)s changed what %(what)s may touch: %(given)s")),
    "member.removed": Act(N_("Member removed"), N_("%(who)s removed %(what)s (%(role)s)")),
    "member.left": Act(N_("Member left"), N_("%(what)s (%(role)s) left")),
    "representative.asked": Act(
        N_("Legal representative asked"), N_("%(who)s asked %(what)s to become a legal representative")
    ),
    "representative.appointed": Act(
        N_("Legal representative appointed"),
        N_("%(what)s became a legal representative, asked by %(appointed_by)s"),
    ),
    "representative.refused": Act(
        N_("Appointment refused"), N_("%(what)s did not want to become a legal representative")
    ),
    "representative.cancelled": Act(
        N_("Appointment cancelled"), N_("%(who)s does not ask %(what)s any more to become a legal representative")
    ),
    "representative.stepped_down": Act(
        N_("Legal representative stepped down"), N_("%(what)s stepped down and is an administrator now")
    ),
    "product.created": Act(N_("Product added"), N_("%(who)s added %(what)s")),
    "notifications.changed": Act(
        N_("Notifications changed"), N_("%(who)s changed what is told of renewals, and to whom")
    ),
    "product.snoozed": Act(N_("Reminders snoozed"), N_("%(who)s snoozed the reminders of %(what)s")),
    "product.woken": Act(N_("Reminders woken"), N_("%(who)s ended the snooze of %(what)s")),
    "notifications.refused": Act(
        N_("Notifications refused"), N_("%(what)s does without some of the mails on renewals")
    ),
    "notifications.wanted": Act(N_("Notifications wanted"), N_("%(what)s wants mails on renewals again")),
    "product.expired": Act(N_("Product expired"), N_("%(what)s has expired")),
    "product.changed": Act(N_("Product changed"), N_("%(who)s changed %(what)s")),
    "product.auto_renewal_set": Act(
        N_("Automatic renewal set"),
        *NN_(
            "%(who)s turned automatic renewal %(on)s for %(what)s",
            "%(who)s turned automatic renewal %(on)s for %(count)s products",
        ),
    ),
    "tag.created": Act(N_("Tag created"), N_("%(who)s created the tag %(what)s")),
    "tag.renamed": Act(N_("Tag renamed"), N_("%(who)s renamed the tag %(old)s to %(new)s")),
    "tag.recoloured": Act(N_("Tag recoloured"), N_("%(who)s gave the tag %(what)s another colour")),
    "tag.set": Act(N_("Tag set"), N_("%(who)s set the tag %(tag)s on %(what)s")),
    "tag.unset": Act(N_("Tag taken off"), N_("%(who)s took the tag %(tag)s off %(what)s")),
    "tag.set_many": Act(
        N_("Tag set on several"),
        *NN_(
            "%(who)s set the tag %(what)s on %(count)s product",
            "%(who)s set the tag %(what)s on %(count)s products",
        ),
    ),
    "tag.unset_many": Act(
        N_("Tag taken off several"),
        *NN_(
            "%(who)s took the tag %(what)s off %(count)s product",
            "%(who)s took the tag %(what)s off %(count)s products",
        ),
    ),
    "tag.deleted": Act(
        N_("Tag deleted"),
        *NN_(
            "%(who)s deleted the tag %(what)s, which was on %(count)s product",
            "%(who)s deleted the tag %(what)s, which was on %(count)s products",
        ),
    ),
    "tag.merged": Act(
        N_("Tags merged"),
        *NN_(
            "%(who)s merged the tag %(what)s into %(into)s, on %(count)s product",
            "%(who)s merged the tag %(what)s into %(into)s, on %(count)s products",
        ),
    ),
    "products.imported": Act(
        N_("Products imported"), N_("%(who)s imported products from %(what)s: %(new)s added, %(changed)s changed")
    ),
    "members.imported": Act(
        N_("People imported"), N_("%(who)s imported people from %(what)s: %(new)s added, %(changed)s changed")
    ),
    "organization.imported": Act(N_("Organization imported"), N_("%(who)s set up %(what)s from the list %(file)s")),
    "viewing.started": Act(N_("Provider looked on"), N_("%(who)s began to look on: %(reason)s")),
    "viewing.stopped": Act(N_("Provider stopped looking on"), N_("%(who)s stopped looking on")),
    "category.created": Act(N_("Category added"), N_("%(who)s added the category %(what)s")),
    "category.changed": Act(N_("Category changed"), N_("%(who)s changed the category %(what)s")),
    "category.moved": Act(N_("Category moved"), N_("%(who)s moved the category %(what)s")),
    "category.archived": Act(N_("Category archived"), N_("%(who)s archived the category %(what)s")),
    "category.restored": Act(N_("Category restored"), N_("%(who)s brought the category %(what)s back into use")),
    "settings.changed": Act(N_("Settings changed"), N_("%(who)s changed the settings of %(what)s")),
    "mail.retried": Act(
        N_("Mail tried again"),
        *NN_(
            "%(who)s had %(count)s failed message tried again",
            "%(who)s had %(count)s failed messages tried again",
        ),
    ),
    "operator.roles_changed": Act(
        N_("Operator's roles changed"), N_("%(who)s changed what %(what)s may do in the back office")
    ),
    "user.suspended": Act(N_("User suspended"), N_("%(who)s suspended the account of %(what)s: %(reason)s")),
    "user.resumed": Act(N_("User's suspension ended"), N_("%(who)s ended the suspension of %(what)s")),
    "user.verification_resent": Act(
        N_("Verification sent again"), N_("%(who)s sent %(what)s the mail that verifies their address")
    ),
    "user.welcomed": Act(N_("Sign-in mail sent"), N_("%(who)s sent %(what)s a mail to sign in for the first time")),
    "user.created": Act(N_("Account made"), N_("%(who)s made an account")),
    "user.deleted": Act(N_("Account deleted"), N_("%(who)s deleted the account of %(what)s")),
    "user.changed": Act(N_("Profile changed"), N_("%(who)s changed the profile of %(what)s")),
    "user.verified": Act(N_("Address verified"), N_("%(who)s verified the address of %(what)s")),
    "user.address_asked": Act(N_("Change of address asked for"), N_("%(who)s wants to change the address of %(what)s")),
    "user.address_kept": Act(
        N_("Change of address withdrawn"), N_("%(who)s withdrew the change of address of %(what)s")
    ),
    "user.password_changed": Act(N_("Password changed"), N_("%(who)s changed the password of %(what)s")),
    "user.signed_in": Act(N_("Signed in"), N_("%(who)s signed in on %(device)s")),
    "calendar.made": Act(N_("Calendar address made"), N_("%(who)s made an address for the calendar of %(what)s")),
    "calendar.replaced": Act(
        N_("Calendar address replaced"), N_("%(who)s made a new address for the calendar of %(what)s")
    ),
    "calendar.stopped": Act(N_("Calendar feed turned off"), N_("%(who)s turned off the calendar feed of %(what)s")),
    "session.ended": Act(N_("Session ended"), N_("%(who)s ended the session on %(what)s")),
    "session.others_ended": Act(
        N_("Sessions ended"),
        *NN_(
            "%(who)s ended %(count)s session of %(what)s",
            "%(who)s ended %(count)s sessions of %(what)s",
        ),
    ),
}

UNKNOWN = Act(N_("Something else"), N_("%(who)s did something to %(what)s"))

FIELDS: dict[str, str] = {
    "reminders": N_("Reminders before the deadline"),
    "leads": N_("Days before the deadline"),
    "auto_reminder": N_("Reminder before automatic renewal"),
    "confirmation": N_("Confirmation of renewal and debit"),
    "invoice": N_("Notice when an invoice is issued"),
    "digest": N_("One mail a day"),
    "snoozed_until": N_("Snoozed until"),
    "chosen_people": N_("Chosen people"),
    "left_out_categories": N_("Categories left out"),
    "left_out_tags": N_("Tags left out"),
    "to_billing": N_("To the e-mail for invoices"),
    "to_representatives": N_("To legal representatives"),
    "to_administrators": N_("To administrators"),
    "name": N_("Name"),
    "kind": N_("Type"),
    "country": N_("Country"),
    "street": N_("Street and number"),
    "postcode": N_("Postcode"),
    "city": N_("City"),
    "vat_number": N_("VAT number"),
    "language": N_("Language"),
    "time_zone": N_("Time zone"),
    "billing_email": N_("E-mail for invoices"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "role": N_("Role"),
    "color": N_("Colour"),
    "category_id": N_("Category"),
    "plan": N_("Plan"),
    "identifier": N_("Identifier"),
    "holder_name": N_("Registered holder"),
    "holder_organization": N_("Holder's organization"),
    "holder_email": N_("Holder's e-mail"),
    "expires_on": N_("Expires"),
    "auto_renew": N_("Automatic renewal"),
    "price_minor": N_("Price"),
    "currency": N_("Currency"),
    "period_months": N_("Period"),
    "state": N_("State"),
    "notes": N_("Notes"),
    "icon": N_("Picture"),
    "has_holder": N_("Registered holder"),
    "operator_roles": N_("Roles in the back office"),
    "provider_name": N_("Name of the provider"),
    "provider_country": N_("Country"),
    "public_address": N_("Public address"),
    "support_email": N_("E-mail for support"),
    "signup": N_("Who may sign up"),
    "terms_version": N_("Version of the terms"),
    "backup_daily": N_("Daily backup"),
    "backups_kept": N_("Backups to keep"),
    "vies_on": N_("Confirm VAT numbers with VIES"),
    "vies_address": N_("Address of the service"),
    "vies_requester": N_("Your own EU VAT number"),
}
"""The words for fields whose old and new values an entry keeps."""
