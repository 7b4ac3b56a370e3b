"""Each end that a mail can come to: taken, refused for now or for good, and every way in which a connection breaks."""

from __future__ import annotations

import dataclasses
import threading
import time
from datetime import timedelta

import pytest
from peewee import OperationalError

from jobs import mail, smtp
from models import outbox, settings
from models.base import connect, db, now
from models.outbox import Recipient
from tests.conftest import StandingClock
from tests.jobs.conftest import Post, message, states
from tests.services import SmtpSink


def test_a_batch_goes_out_over_one_connection(postman: mail.Postman, post: Post, smtp_sink: SmtpSink) -> None:
    post(5)
    done = postman.drain()
    assert (done.sent, done.failed, states()) == (5, 0, ["sent"] * 5)
    post(1)
    postman.drain()
    assert (len(smtp_sink.messages), smtp_sink.connections) == (6, 1)


def test_an_idle_connection_is_closed_and_a_lost_one_replaced(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    post()
    postman.drain()
    postman.close(if_idle=True)
    assert isinstance(postman.carrier, smtp.Line)
    assert postman.carrier.host is not None
    postman.carrier.used_at -= smtp.IDLE_SECONDS + 1
    postman.carrier.host.close()
    post()
    assert postman.drain().sent == 1, "a server that hung up while nobody wrote costs no attempt"
    postman.carrier.used_at -= smtp.IDLE_SECONDS + 1
    postman.close(if_idle=True)
    assert postman.carrier.host is None


def test_a_final_refusal_ends_one_mail_and_not_the_others(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink
) -> None:
    smtp_sink.refuse["u1@example.org"] = "550 5.1.1 No such mailbox"
    post(3)
    postman.drain()
    assert states() == ["sent", "failed", "sent"]
    assert message("u1@example.org").answer == "550 5.1.1 No such mailbox"
    assert outbox.health().last_fault == "550 5.1.1 No such mailbox"


def test_a_passing_refusal_is_tried_again_after_growing_pauses(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, clock: StandingClock
) -> None:
    smtp_sink.refuse["u0@example.org"] = "450 4.2.0 Greylisted"
    post(2)
    for pause in outbox.PAUSES:
        postman.drain()
        waiting = message("u0@example.org")
        assert (waiting.state, waiting.answer) == ("waiting", "450 4.2.0 Greylisted")
        assert waiting.next_at == now() + pause
        clock.moment += pause
    postman.drain()
    assert states() == ["failed", "sent"]
    outbox.retry([message("u0@example.org").id])
    smtp_sink.refuse.clear()
    assert postman.drain().sent == 1


def test_421_ends_the_connection_and_the_rest_waits_untouched(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, clock: StandingClock
) -> None:
    smtp_sink.refuse["u1@example.org"] = "421 4.3.2 Closing"
    post(4)
    assert postman.drain().rest
    assert states() == ["sent", "waiting", "waiting", "waiting"]
    assert [message(f"u{n}@example.org").attempts for n in (1, 2, 3)] == [1, 0, 0]
    assert message("u3@example.org").next_at == now() + mail.REST
    smtp_sink.refuse.clear()
    clock.moment += timedelta(minutes=1)
    assert postman.drain().sent == 0, "the mail server has its rest"
    postman.rests_until = 0
    assert postman.drain().sent == 3


def test_a_server_that_is_away_costs_each_mail_one_attempt(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink
) -> None:
    smtp_sink.stop()
    post(2)
    assert postman.drain().rest
    assert states() == ["waiting", "waiting"]
    assert "refused" in str(message("u0@example.org").answer)


def test_a_server_that_hangs_is_left_after_the_timeout(postman: mail.Postman, post: Post, smtp_sink: SmtpSink) -> None:
    smtp_sink.hang = True
    post(1)
    postman.drain()
    assert "timed out" in str(message("u0@example.org").answer)
    assert states() == ["waiting"]
    smtp_sink.hang = False


def test_a_drop_without_an_answer_is_repeated_under_the_same_name(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, clock: StandingClock
) -> None:
    smtp_sink.drop = True
    post(5)
    assert postman.drain().rest, "three broken connections are enough"
    assert [message(f"u{n}@example.org").attempts for n in range(5)] == [1, 1, 1, 0, 0]
    smtp_sink.drop = False
    clock.moment += timedelta(minutes=2)
    postman.rests_until = 0
    postman.drain()
    assert states() == ["sent"] * 5
    first, second = smtp_sink.to("u0@example.org")
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_that_cannot_be_rendered_fails_alone(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.post("no_such_mail", Recipient("a@example.org", "A"))
    outbox.post("test_mail", Recipient("not an address", "B"))
    post(1)
    postman.drain()
    assert states() == ["failed", "failed", "sent"]
    assert "TemplateNotFound" in str(message("a@example.org").answer)
    assert message("not an address").answer == "No mail server can read the address “not an address”."


def test_a_wrong_sender_is_told_with_each_mail_until_it_is_mended(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, clock: StandingClock
) -> None:
    post(2)
    right, postman.environment = postman.environment, dataclasses.replace(postman.environment, mail_from="Tannwald")
    assert postman.drain().rest
    assert states() == ["waiting", "waiting"]
    assert "The address that mails come from is wrong" in str(message("u1@example.org").answer)
    postman.environment, postman.rests_until = right, 0
    clock.moment += timedelta(minutes=1)
    assert postman.drain().sent == 2


def test_answers_go_nowhere_where_the_support_address_is_none(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink
) -> None:
    settings.business().save(support_email="jörg@example.org")
    (address,) = post(1)
    assert postman.drain().sent == 1
    assert smtp_sink.to(address)[0]["Reply-To"] is None


def test_what_was_sent_is_not_sent_again_when_the_database_goes_away(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("the server went away")

    post(3)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle", broken)
        for _ in range(2):
            with pytest.raises(OperationalError):
                postman.drain()
    assert states() == ["sending"] * 3
    postman.drain()
    assert (states(), len(smtp_sink.messages)) == (["sent"] * 3, 3)


def test_stopping_finishes_one_message_and_gives_the_rest_back(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink
) -> None:
    post(4)
    postman.stopping = lambda: len(smtp_sink.messages) >= 2
    postman.drain()
    assert states() == ["sent", "sent", "waiting", "waiting"]
    assert message("u3@example.org").attempts == 0
    postman.stopping = mail.never
    assert postman.drain().sent == 2


def test_a_batch_ends_before_its_lease(postman: mail.Postman, post: Post) -> None:
    post(3)
    postman.lease = timedelta(seconds=mail.SPARE_SECONDS)
    assert postman.deliver().sent == 0
    assert states() == ["waiting"] * 3


def test_a_mail_is_left_to_others_when_the_connection_took_too_long(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(2)
    monkeypatch.setattr(postman.carrier, "open", lambda: time.sleep(0.4))
    postman.lease = timedelta(seconds=mail.SPARE_SECONDS + 0.2)
    assert postman.deliver().sent == 0
    assert (states(), smtp_sink.messages) == (["waiting"] * 2, [])


def test_a_turn_ends_and_says_that_there_is_more(postman: mail.Postman, post: Post, smtp_sink: SmtpSink) -> None:
    post(4)
    smtp_sink.hang = True
    threading.Timer(0.3, setattr, (smtp_sink, "hang", False)).start()
    turn = postman.drain(0.1)
    assert (turn.sent, turn.more) == (1, True)
    rest = postman.drain(60)
    assert (rest.sent, rest.more) == (3, False)


def test_workers_that_died_make_no_refusal_final(
    postman: mail.Postman, post: Post, smtp_sink: SmtpSink, clock: StandingClock
) -> None:
    post(1)
    for _ in outbox.PAUSES:
        outbox.claim("dies", 1)
        clock.moment += outbox.LEASE + timedelta(seconds=1)
    smtp_sink.refuse["*"] = "450 4.2.0 Greylisted"
    postman.drain()
    assert (states(), message("u0@example.org").attempts) == (["waiting"], 1)


def test_nothing_is_delivered_twice_at_once(postman: mail.Postman, post: Post, smtp_sink: SmtpSink) -> None:
    post(60)
    others = [mail.Postman(postman.environment, f"worker {n}") for n in range(2)]
    threads = [threading.Thread(target=_drain_in_steps, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.recipients[0] for r in smtp_sink.messages) == sorted(f"u{n}@example.org" for n in range(60))
    assert states() == ["sent"] * 60


def _drain_in_steps(other: mail.Postman) -> None:
    connect()
    try:
        while other.deliver(limit=7).outcomes:
            pass
    finally:
        other.close()
        db.close()


def test_whoever_lost_the_lease_changes_nothing(postman: mail.Postman, post: Post, clock: StandingClock) -> None:
    post(1)
    (early,) = outbox.claim("slow", 1)
    clock.moment += outbox.LEASE + timedelta(seconds=1)
    (late,) = outbox.claim("fast", 1)
    outbox.settle("slow", [outbox.give_up(early, "too late")])
    assert states() == ["sending"]
    outbox.settle("fast", [outbox.sent(late)])
    assert states() == ["sent"]
