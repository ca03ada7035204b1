"""Pictures of codes over REST, one and many."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import User
from ml.qr.generate.forgery import printed, redirected
from qrpay.models import BatchPicture, Scan
from qrpay.tasks import forget_pictures, judge_pictures
from securebank.kernel.ids import new_id
from tests.qrpay.pictures import LINK, image_of, picture_of, saved
from tests.threads import all_at_once

DETECT = "/api/qr/detect"
BATCH = "/api/qr/detect/batch"
Client = Callable[[User], APIClient]

FORGERY = saved(image_of(redirected(printed(LINK, level="M"), LINK.replace("ben.das", "eve.rao"))))


def file(content: bytes, name: str = "code.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def send(client: APIClient, content: bytes, **fields: Any) -> Any:
    return client.post(DETECT, {"file": file(content)} | fields, format="multipart")


def send_all(client: APIClient, *contents: bytes) -> Any:
    files = [file(content, f"{number}.png") for number, content in enumerate(contents)]
    return client.post(BATCH, {"files": files}, format="multipart")


def test_an_honest_picture(client_of: Client, asha: User, ben: User) -> None:
    answer = send(client_of(asha), picture_of())

    found = answer.json()
    assert answer.status_code == 200
    assert (found["is_tampered"], found["level"], found["payload"]) == (False, "ok", LINK)
    assert found["probabilities"]["valid"] + found["probabilities"]["tampered"] == pytest.approx(1)
    assert found["confidence"] == found["probabilities"]["valid"]
    assert found["structural"]["unused_correction"] == [1.0, 1.0]
    assert found["heat_map_png"] is None


def test_a_forgery(client_of: Client, asha: User) -> None:
    found = send(client_of(asha), FORGERY, heat_map="true").json()

    assert (found["is_tampered"], found["level"]) == (True, "block")
    assert found["reasons"][0]["code"] == "modules_altered"
    assert min(found["structural"]["unused_correction"]) == 0
    assert found["heat_map_png"].startswith("iVBOR")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "picture_empty"), (b"<svg/>", "picture_kind_unknown"), (picture_of()[:100], "picture_broken")],
)
def test_a_picture_that_can_not_be_used(client_of: Client, asha: User, content: bytes, code: str) -> None:
    answer = send(client_of(asha), content)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Scan.objects.exists()


def test_a_picture_without_a_code(client_of: Client, asha: User) -> None:
    answer = send(client_of(asha), saved(Image.new("L", (300, 300), 255)))

    assert (answer.status_code, answer.json()["code"]) == (422, "no_qr_found")


def test_a_request_without_a_file_is_told_so(client_of: Client, asha: User) -> None:
    assert client_of(asha).post(DETECT, {}, format="multipart").status_code == 400
    assert client_of(asha).post(DETECT, {"file": "text"}, format="multipart").status_code == 400
    assert client_of(asha).post(DETECT, {"file": "x"}, format="json").status_code == 400


def test_only_the_signed_in_are_answered() -> None:
    assert send(APIClient(), picture_of()).status_code == 401


def test_pictures_are_counted(client_of: Client, asha: User, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"qr_detect": (1, 60), "qr_detect_batch": (1, 60)}
    client = client_of(asha)

    assert [send(client, picture_of()).status_code for _ in range(2)] == [200, 429]
    assert [send_all(client, picture_of()).status_code for _ in range(2)] == [200, 429]


def test_a_batch_answers_in_order_with_errors_in_their_place(client_of: Client, asha: User) -> None:
    answer = send_all(client_of(asha), picture_of("first"), b"", FORGERY, b"<svg/>", picture_of("last"))

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [result["file"] for result in results] == [f"{number}.png" for number in range(5)]
    assert [result.get("payload", "")[:5] for result in results] == ["first", "", "upi:/", "", "last"]
    assert [result.get("error", {}).get("code") for result in results] == [
        None, "picture_empty", None, "picture_kind_unknown", None,
    ]  # fmt: skip
    assert results[2]["is_tampered"]
    assert not BatchPicture.objects.exists()
    assert Scan.objects.filter(customer=asha).count() == 3


def test_a_batch_has_an_end(client_of: Client, asha: User) -> None:
    client = client_of(asha)

    assert send_all(client, *[b"x"] * 33).status_code == 400
    assert send_all(client).status_code == 400
    assert len(send_all(client, *[b"x"] * 32).json()["results"]) == 32


def put(customer: User, count: int, **changes: Any) -> Any:
    """Write a batch as the door does."""
    batch = new_id()
    for position in range(count):
        row = {"language": "en", "picture": picture_of(f"code {position}"), "created_at": timezone.now()} | changes
        BatchPicture.objects.create(batch=batch, position=position, customer=customer, **row)
    return batch


def test_a_worker_judges_what_is_left_and_may_come_twice(asha: User) -> None:
    batch = put(asha, 3)

    judge_pictures(batch=str(batch))
    judge_pictures(batch=str(batch))

    answers = BatchPicture.objects.order_by("position").values_list("answer__payload", flat=True)
    assert list(answers) == ["code 0", "code 1", "code 2"]
    assert all(bytes(row.picture) == b"" for row in BatchPicture.objects.all())
    assert Scan.objects.count() == 3


@pytest.mark.django_db
def test_a_worker_that_comes_after_the_end_finds_nothing() -> None:
    judge_pictures(batch=str(new_id()))


@pytest.mark.django_db(transaction=True)
def test_workers_share_a_batch_and_judge_each_picture_once(asha: User) -> None:
    batch = put(asha, 8)

    outcomes = all_at_once([lambda: judge_pictures(batch=str(batch))] * 4)

    assert outcomes == [None] * 4
    assert not BatchPicture.objects.filter(answer__isnull=True).exists()
    assert Scan.objects.count() == 8


def test_a_picture_that_a_dead_process_took_on_is_taken_on_again(asha: User) -> None:
    batch = put(asha, 1, claimed_at=timezone.now() - timedelta(minutes=2))
    taken = put(asha, 1, claimed_at=timezone.now())

    judge_pictures(batch=str(batch))
    judge_pictures(batch=str(taken))

    assert BatchPicture.objects.get(batch=batch).answer is not None
    assert BatchPicture.objects.get(batch=taken).answer is None


def test_pictures_whose_sender_is_gone_are_deleted(asha: User) -> None:
    put(asha, 1, created_at=timezone.now() - timedelta(hours=1))
    kept = put(asha, 1)

    forget_pictures()

    assert BatchPicture.objects.get().batch == kept


def test_the_model_says_what_it_is(client_of: Client, asha: User) -> None:
    found = client_of(asha).get("/api/qr/model/info").json()

    assert "no trained model" in found["architecture"]
    assert (found["is_trained"], found["parameters_count"], found["input_shape"]) == (False, 0, None)
    assert found["metrics"]["cheapest_forgeries"]["judged"] > 0


def test_the_history_lists_ones_own_scans(client_of: Client, asha: User, ben: User) -> None:
    client = client_of(asha)
    scan_id = send(client, picture_of()).json()["scan_id"]

    listed = client.get("/api/qr/scans").json()["results"]
    assert [scan["id"] for scan in listed] == [scan_id]
    assert client.get(f"/api/qr/scans/{scan_id}").json()["level"] == "ok"
    assert client_of(ben).get("/api/qr/scans").json()["results"] == []
    assert client_of(ben).get(f"/api/qr/scans/{scan_id}").status_code == 404
