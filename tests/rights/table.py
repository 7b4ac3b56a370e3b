"""Who may open what: one row for each route, one letter for each kind of person. Kept by hand, asked by the walk.

The columns, from left to right (`PEOPLE` of world.py), and what each of them is:
  anonymous       nobody is signed in
  stranger        legal representative of another organization
  external        external user, given one product
  collaborator    given the same product
  administrator
  representative  the legal representative
  support         an operator with this role alone
  billing         the same
  security        the same
  looking on      an operator with every role who views as the organization

o  open: the page, or the form that got through the door (also where it is refused for what is in it)
s  led to the sign-in and back
x  403: knows of it, and lacks the permission
-  404: there is nothing here for this person
"""

from __future__ import annotations

ROWS = """
GET account.preferences                                s o o o o o o o o o
POST account.preferences_save                          s o o o o o o o o o
GET account.profile                                    s o o o o o o o o o
GET account.profile_address                            s o o o o o o o o o
POST account.profile_address_keep                      s o o o o o o o o o
POST account.profile_address_send                      s o o o o o o o o o
POST account.profile_save                              s o o o o o o o o o
POST account.resend_verification                       s o o o o o o o o o
GET account.security                                   s o o o o o o o o o
POST account.security_password                         s o o o o o o o o o
GET account.sessions                                   s o o o o o o o o o
GET account.sessions_ask                               s - - - - o - - - -
GET account.sessions_ask_others                        s o o o o o o o o o
POST account.sessions_end                              s - - - - o - - - -
POST account.sessions_end_others                       s o o o o o o o o o

GET back_office.categories                             s - - - - - o o o o
POST back_office.categories_archive                    s - - - - - o x x o
POST back_office.categories_change                     s - - - - - o x x o
POST back_office.categories_down                       s - - - - - o x x o
GET back_office.categories_edit                        s - - - - - o x x o
GET back_office.categories_new                         s - - - - - o x x o
POST back_office.categories_new_create                 s - - - - - o x x o
POST back_office.categories_restore                    s - - - - - o x x o
POST back_office.categories_up                         s - - - - - o x x o
GET back_office.dashboard                              s - - - - - o o o o
GET back_office.imports                                s - - - - - o o o o
POST back_office.imports_apply                         s - - - - - o x x o
POST back_office.imports_choose                        s - - - - - o x x o
GET back_office.imports_columns                        s - - - - - o x x o
POST back_office.imports_discard                       s - - - - - o x x o
GET back_office.imports_new                            s - - - - - o x x o
GET back_office.imports_preview                        s - - - - - o x x o
GET back_office.imports_result                         s - - - - - o o o o
POST back_office.imports_upload                        s - - - - - o x x o
GET back_office.jobs                                   s - - - - - o o o o
GET back_office.kit                                    s - - - - - o o o o
GET back_office.organizations                          s - - - - - o o o o
GET back_office.organizations_detail                   s - - - - - o o o o
GET back_office.organizations_new                      s - - - - - o x x o
POST back_office.organizations_new_create              s - - - - - o x x o
POST back_office.organizations_resume                  s - - - - - o x x o
POST back_office.organizations_stop_viewing            s - - - - - o o o o
POST back_office.organizations_suspend                 s - - - - - o x x o
POST back_office.organizations_view                    s - - - - - o x x o
POST back_office.organizations_welcome                 s - - - - - o x x o
GET back_office.outbox                                 s - - - - - o o o o
GET back_office.outbox_file                            s - - - - - x x o o
GET back_office.outbox_files                           s - - - - - x x o o
GET back_office.outbox_message                         s - - - - - o o o o
POST back_office.outbox_retry                          s - - - - - o x x o
POST back_office.outbox_retry_all                      s - - - - - o x x o
GET back_office.products                               s - - - - - o o o o
POST back_office.products_change                       s - - - - - o o x o
GET back_office.products_detail                        s - - - - - o o o o
GET back_office.settings                               s - - - - - o o o o
POST back_office.settings_save                         s - - - - - x x o o
GET back_office.users                                  s - - - - - o o o o
GET back_office.users_detail                           s - - - - - o o o o
POST back_office.users_end_sessions                    s - - - - - o x o o
POST back_office.users_resume                          s - - - - - o x o o
POST back_office.users_roles                           s - - - - - x x o o
POST back_office.users_sign_in_mail                    s - - - - - o x x o
POST back_office.users_suspend                         s - - - - - o x o o
POST back_office.users_verification                    s - - - - - o x x o
POST back_office.users_welcome                         s - - - - - o x x o

GET entry.landing                                      o o o o o o o o o o
GET entry.login                                        o o o o o o o o o o
GET entry.login_reset                                  o o o o o o o o o o
POST entry.login_reset_send                            o o o o o o o o o o
POST entry.login_send                                  o o o o o o o o o o
POST entry.logout                                      s o o o o o o o o o
GET entry.setup                                        - - - - - - - - - -
POST entry.setup_finish                                s - - - - - x x - -
GET entry.setup_mail                                   s - - - - - x x - -
POST entry.setup_mail_send                             s - - - - - x x - -
GET entry.setup_provider                               s - - - - - x x - -
POST entry.setup_provider_send                         s - - - - - x x - -
POST entry.setup_send                                  - - - - - - - - - -
GET entry.signup                                       o o o o o o o o o o
POST entry.signup_fields                               o o o o o o o o o o
POST entry.signup_send                                 o o o o o o o o o o
GET entry.signup_sent                                  o o o o o o o o o o
GET entry.terms                                        o o o o o o o o o o

GET help.article                                       o o o o o o o o o o
GET help.index                                         o o o o o o o o o o

POST links.one_click                                   - - - - - - - - - -
GET links.open_link                                    o o o o o o o o o o
GET links.open_one_click                               o o o o o o o o o o
POST links.refuse_link                                 o x x x x x x x x x
POST links.use_link                                    o o o o o o o o o o

GET machines.healthz                                   o o o o o o o o o o
GET machines.metrics                                   o o o o o o o o o o
GET machines.readyz                                    o o o o o o o o o o

GET organization.appointment                           s - - - o - - - - -
POST organization.appointment_accept                   s - - - o - - - - x
POST organization.appointment_refuse                   s - - - o - - - - x
GET organization.dashboard                             s - o o o o - - - o
GET organization.index                                 s o o o o o o o o o
GET organization.journal                               s - x x o o - - - o
GET organization.journal_export                        s - x x o o - - - o
GET organization.members                               s - x o o o - - - o
GET organization.members_access                        s - x x o o - - - x
POST organization.members_access_save                  s - x x o o - - - x
POST organization.members_access_search                s - x x o o - - - x
GET organization.members_appoint                       s - x x x o - - - x
POST organization.members_appoint_send                 s - x x x o - - - x
POST organization.members_appointment_cancel           s - x x x o - - - x
POST organization.members_invitation_cancel            s - x x o o - - - x
POST organization.members_invitation_resend            s - x x o o - - - x
GET organization.members_invite                        s - x x o o - - - x
GET organization.members_invite_access                 s - x x o o - - - x
POST organization.members_invite_check                 s - x x o o - - - x
POST organization.members_invite_search                s - x x o o - - - x
POST organization.members_invite_send                  s - x x o o - - - x
GET organization.members_person                        s - x o o o - - - o
GET organization.members_remove                        s - x x o o - - - x
POST organization.members_remove_confirm               s - x x o o - - - x
GET organization.members_role                          s - x x o o - - - x
POST organization.members_role_save                    s - x x o o - - - x
GET organization.new                                   s o o o o o o o o o
POST organization.new_create                           s o o o o o o o o o
GET organization.roles                                 s - x o o o - - - o
GET organization.settings                              s - o o o o - - - o
GET organization.settings_edit                         s - x x o o - - - x
POST organization.settings_edit_number                 s - x x o o - - - x
POST organization.settings_edit_save                   s - x x o o - - - x
GET organization.settings_leave                        s - o o o o - - - -
POST organization.settings_leave_confirm               s - o o o o - - - x
POST organization.tax_number                           s o o o o o o o o o

POST products.bulk_export                              s - o o o o - - - o
POST products.bulk_renewal                             s - x x o o - - - x
POST products.bulk_renewal_set                         s - x x o o - - - x
POST products.bulk_tags                                s - o o o o - - - x
POST products.bulk_tags_set                            s - o o o o - - - x
POST products.bulk_tags_unset                          s - o o o o - - - x
GET products.index                                     s - o o o o - - - o
POST products.index_columns                            s - o o o o - - - o
GET products.index_detail                              s - o o o o - - - o
GET products.index_detail_access                       s - x o o o - - - o
POST products.index_detail_notes                       s - x x o o - - - x
GET products.index_detail_reminders                    s - x x o o - - - x
POST products.index_detail_reminders_snooze            s - x x o o - - - x
POST products.index_detail_reminders_wake              s - x x o o - - - x
POST products.index_detail_renewal                     s - x x o o - - - x
GET products.index_detail_tags                         s - o o o o - - - x
POST products.index_detail_tags_create                 s - o o o o - - - x
POST products.index_detail_tags_set                    s - o o o o - - - x
POST products.index_detail_tags_unset                  s - o o o o - - - x
GET products.index_export                              s - o o o o - - - o
GET products.index_filter                              s - o o o o - - - o
GET products.tags                                      s - o o o o - - - o
GET products.tags_add                                  s - x x o o - - - x
POST products.tags_create                              s - x x o o - - - x
GET products.tags_delete                               s - x x o o - - - x
POST products.tags_deleted                             s - x x o o - - - x
GET products.tags_edit                                 s - x x o o - - - x
GET products.tags_merge                                s - x x o o - - - x
POST products.tags_merged                              s - x x o o - - - x
GET products.tags_row                                  s - x x o o - - - x
POST products.tags_save                                s - x x o o - - - x

GET renewals.calendar                                  s o o o o o o o o o
GET renewals.calendar_ask_replace                      s o o o o o o o o o
GET renewals.calendar_ask_stop                         s o o o o o o o o o
POST renewals.calendar_make                            s o o o o o o o o o
POST renewals.calendar_replace                         s o o o o o o o o o
POST renewals.calendar_stop                            s o o o o o o o o o
GET renewals.feed                                      o o o o o o o o o o
GET renewals.notifications                             s - x x o o - - - x
GET renewals.notifications_left_out                    s - x x o o - - - x
POST renewals.notifications_left_out_save              s - x x o o - - - x
GET renewals.notifications_people                      s - x x o o - - - x
POST renewals.notifications_people_save                s - x x o o - - - x
GET renewals.notifications_preview                     s - x x o o - - - x
POST renewals.notifications_save                       s - x x o o - - - x
GET renewals.notifications_sent                        s - x x o o - - - x
GET renewals.notifications_sent_mail                   s - x x o o - - - x
"""

TABLE = {" ".join(line.split()[:2]): " ".join(line.split()[2:]) for line in ROWS.splitlines() if line}

ASKED_BY_PROGRAMS = {"POST links.one_click"}
"""Acts of mail programs, which have no form of ours (RFC 8058): the token of the link alone opens them."""

READS_THAT_ARE_RECORDED: frozenset[str] = frozenset()
"""Reading these is an act that the journal tells of."""
