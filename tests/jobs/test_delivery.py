"""Each end that a mail can come to: taken, refused for now or for good, and every way in which a connection breaks."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from jobs import mail, smtp
from models import outbox
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
