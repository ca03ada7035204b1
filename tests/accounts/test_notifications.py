from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

import accounts.tasks
from accounts.errors import NotificationNotFound
from accounts.models import Notification, NotificationCursor
from accounts.selectors import notifications as selectors
from accounts.services import notification_delivery, notifications
from accounts.services.notifications import Notice
from tests.factories import BankAccountFactory, UserFactory, fund

pytestmark = pytest.mark.django_db


def paid(user_id: object, amount: str = "10.00") -> Notice:
    return Notice(user_id, "payment_received", {"amount": amount, "currency": "INR", "name": "Ravi K••"})  # type: ignore[arg-type]


def numbers(user_id: object) -> list[int | None]:
    rows = Notification.objects.filter(user_id=user_id).order_by("number")  # type: ignore[misc]
    return list(rows.values_list("number", flat=True))


def test_notices_vanish_with_the_callers_transaction() -> None:
    user = UserFactory.create()

    with transaction.atomic():
        notifications.notify(paid(user.pk))
        transaction.set_rollback(True)

    assert numbers(user.pk) == []


def test_one_statement_writes_all_notices(django_assert_num_queries: object) -> None:
    user = UserFactory.create()

    with django_assert_num_queries(1):  # type: ignore[operator]
        notifications.notify(*[paid(user.pk) for _ in range(20)])


def test_nudges_once_a_call_and_after_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user, other = UserFactory.create_batch(2)

    with django_capture_on_commit_callbacks() as callbacks:
        notifications.notify(paid(user.pk), paid(other.pk), paid(user.pk))

    assert len(callbacks) == 1


def test_numbers_one_calls_notices_in_the_order_given() -> None:
    user = UserFactory.create()
    notifications.notify(*[paid(user.pk, f"{amount}.00") for amount in range(1, 30)])

    numbered = notification_delivery.number_waiting(user_ids=[user.pk])

    assert [(row.number, row.data["amount"]) for row in numbered] == [(n, f"{n}.00") for n in range(1, 30)]


def test_numbers_each_person_apart() -> None:
    user, other = UserFactory.create_batch(2)
    notifications.notify(paid(user.pk), paid(other.pk), paid(user.pk))

    notification_delivery.number_waiting(user_ids=[user.pk, other.pk])

    assert (numbers(user.pk), numbers(other.pk)) == ([1, 2], [1])


def test_a_task_delivered_twice_numbers_once() -> None:
    user = UserFactory.create()
    notifications.notify(paid(user.pk))

    for _ in range(2):
        accounts.tasks.deliver_notifications(user_ids=[str(user.pk)])

    assert numbers(user.pk) == [1]
    assert NotificationCursor.objects.get(user=user).last_number == 1


def test_balance_frames_carry_the_figures_of_the_moment_of_delivery() -> None:
    account = BankAccountFactory.create(balance=500_00)
    notifications.notify(Notice(account.owner_id, "balance_update", {"account_id": str(account.pk)}))
    fund(account, 250_00)

    frames = selectors.frames_of(notification_delivery.number_waiting(user_ids=[account.owner_id]))

    assert [frame["data"] for frame in frames] == [
        {"account_id": str(account.pk), "balance": "750.00", "available": "750.00", "currency": "INR"}
    ]


def test_nobody_is_shown_the_balance_of_another_persons_account() -> None:
    account = BankAccountFactory.create(balance=500_00)
    stranger = UserFactory.create()
    notifications.notify(Notice(stranger.pk, "balance_update", {"account_id": str(account.pk)}))

    frames = selectors.frames_of(notification_delivery.number_waiting(user_ids=[stranger.pk]))

    assert frames[0]["data"] == {"account_id": str(account.pk)}


def test_a_frame_speaks_the_persons_language_and_writes_money_as_they_do() -> None:
    user = UserFactory.create(language="en")
    notifications.notify(paid(user.pk, "1234567.50"))

    [frame] = selectors.frames_of(notification_delivery.number_waiting(user_ids=[user.pk]))

    assert (frame["id"], frame["type"], frame["data"]["title"], frame["data"]["body"]) == (
        "1",
        "payment_received",
        "₹12,34,567.50 received",
        "From Ravi K••",
    )


def test_the_sweep_delivers_what_a_lost_nudge_left() -> None:
    user = UserFactory.create()
    notifications.notify(paid(user.pk))
    Notification.objects.update(created_at=timezone.now() - timedelta(seconds=10))

    assert notification_delivery.sweep(now=timezone.now()) == 1
    assert numbers(user.pk) == [1]


def test_the_sweep_leaves_fresh_notices_to_their_nudge() -> None:
    user = UserFactory.create()
    notifications.notify(paid(user.pk))

    assert notification_delivery.sweep(now=timezone.now()) == 0


def test_marking_read_keeps_the_first_time() -> None:
    user = UserFactory.create()
    notifications.notify(paid(user.pk))
    notice = Notification.objects.get(user=user)
    first = timezone.now()

    notifications.mark_read(owner_id=user.pk, notification_id=notice.pk, now=first)
    again = notifications.mark_read(owner_id=user.pk, notification_id=notice.pk, now=first + timedelta(hours=1))

    assert again.read_at == first


def test_refuses_to_mark_another_persons_notice_like_one_that_is_not_there() -> None:
    user, stranger = UserFactory.create_batch(2)
    notifications.notify(paid(user.pk))
    notice = Notification.objects.get(user=user)

    for notification_id in (notice.pk, uuid4()):
        with pytest.raises(NotificationNotFound):
            notifications.mark_read(owner_id=stranger.pk, notification_id=notification_id, now=timezone.now())


def test_the_inbox_leaves_out_frames_that_only_move_figures() -> None:
    account = BankAccountFactory.create()
    notifications.notify(
        Notice(account.owner_id, "balance_update", {"account_id": str(account.pk)}), paid(account.owner_id)
    )

    assert [row.kind for row in selectors.inbox(owner_id=account.owner_id)] == ["payment_received"]
