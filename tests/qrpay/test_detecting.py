"""A customer's picture, judged and remembered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from PIL import Image
from prometheus_client import REGISTRY

from accounts.models import User
from ml.qr.generate.forgery import printed, redirected
from qrpay.errors import ScanMissing
from qrpay.evidence.types import Detection, Level
from qrpay.models import PictureReading, Scan
from qrpay.pictures.errors import NoCodeFound, PictureRefused
from qrpay.selectors.scans import scan_of, scans_of
from qrpay.services import readings
from qrpay.services.detecting import detect
from qrpay.tasks import forget_pictures
from qrpay.types import Authenticity, Source
from tests.qrpay.conftest import Issue
from tests.qrpay.pictures import LINK, image_of, picture_of, saved

Look = Callable[..., Detection]


@pytest.fixture
def look(asha: User) -> Look:
    """Let Asha show a picture, unless told otherwise."""

    def at(picture: bytes, **changes: object) -> Detection:
        options = {"customer": asha, "source": Source.UPLOAD, "now": timezone.now()} | changes
        return detect(picture=picture, **options)  # type: ignore[arg-type] # as the test says

    return at


@pytest.fixture
def counted() -> Callable[..., float]:
    """Return how much a metric grew."""
    before: dict[tuple[str, ...], float] = {}

    def value(name: str, **labels: str) -> float:
        key = (name, *labels.values())
        now = REGISTRY.get_sample_value(name, labels) or 0.0
        grown = now - before.get(key, now)
        before[key] = now
        return grown

    return value


def codes(detection: Detection) -> list[str]:
    return [finding.code for finding in detection.findings]


def test_a_sealed_code_is_read_verified_and_not_doubted(look: Look, issue: Issue) -> None:
    code = issue()

    detection = look(picture_of(code.payload))

    assert (detection.payload, detection.level, detection.is_tampered) == (code.payload, Level.OK, False)
    assert detection.verified is not None
    assert detection.verified.authenticity is Authenticity.SEALED
    assert detection.verified.payee is not None
    assert detection.verified.payee.name == "Ben Das"


def test_a_forged_seal_outweighs_a_perfect_print(look: Look, issue: Issue) -> None:
    payload = issue().payload
    forged = payload[:-1] + ("0" if payload[-1] != "0" else "1")

    detection = look(picture_of(forged))

    assert (detection.level, detection.structure.level) == (Level.BLOCK, Level.OK)
    assert (detection.is_tampered, detection.tampered, detection.authenticity) == (True, 1.0, "refused")
    assert codes(detection)[0] == "qr_forged"


def test_an_altered_print_is_blocked_whatever_it_says(look: Look) -> None:
    forgery = redirected(printed(LINK, level="M"), LINK.replace("ben.das", "eve.rao"))

    detection = look(saved(image_of(forgery)))

    assert (detection.level, detection.is_tampered) == (Level.BLOCK, True)
    assert codes(detection)[0] == "modules_altered"
    assert detection.tampered > 0.9


def test_a_code_of_another_bank_is_unverified_and_never_safe(look: Look) -> None:
    detection = look(picture_of("upi://pay?pa=shop@otherbank&pn=Shop&am=10.00&cu=INR"))

    assert (detection.authenticity, detection.is_tampered) == ("unverified", False)
    assert "other_bank" in codes(detection)


def test_a_text_that_pays_nobody_is_shown_and_never_opened(look: Look) -> None:
    detection = look(picture_of("https://evil.example/pay"))

    assert (detection.payload, detection.authenticity) == ("https://evil.example/pay", "unverified")
    assert "not_a_payment" in codes(detection)


def test_a_text_longer_than_any_payment_is_a_warning(look: Look) -> None:
    detection = look(picture_of("x" * 1500, level="L"))

    assert (detection.level, codes(detection)) == (Level.WARN, ["qr_malformed"])


def test_bytes_that_are_no_text_are_read(look: Look) -> None:
    detection = look(picture_of("\x00\x01\udc80".encode("utf-8", "surrogateescape").decode("latin-1")))

    assert detection.payload
    assert Scan.objects.count() == 1


def test_the_history_says_who_when_and_what_but_keeps_neither_picture_nor_payload(
    look: Look, asha: User, ben: User
) -> None:
    now = timezone.now() - timedelta(hours=1)

    detection = look(picture_of(), now=now)

    scan = scans_of(asha).get()
    assert (scan.pk, scan.created_at, scan.source, scan.level) == (detection.scan_id, now, "upload", "ok")
    assert (len(scan.picture_sha256), len(scan.payload_sha256)) == (64, 64)
    assert "ben.das" not in str(vars(scan))


def test_a_scan_is_its_owners_alone(look: Look, asha: User, ben: User) -> None:
    detection = look(picture_of())

    assert scan_of(owner=asha, scan_id=detection.scan_id).level == "ok"
    assert not scans_of(ben).exists()
    with pytest.raises(ScanMissing):
        scan_of(owner=ben, scan_id=detection.scan_id)


def test_a_picture_without_a_code_leaves_no_trace_in_the_history(look: Look) -> None:
    with pytest.raises(NoCodeFound) as refusal:
        look(saved(Image.new("L", (300, 300), 255)))

    assert refusal.value.code == "no_qr_found"
    assert not Scan.objects.exists()


def test_the_same_picture_is_read_once_and_judged_each_time(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    look(picture_of())
    monkeypatch.setattr(readings, "children", None)

    assert look(picture_of()).payload == LINK
    assert (PictureReading.objects.count(), Scan.objects.count()) == (1, 2)


def test_a_refused_picture_is_read_once_too(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = picture_of()[:200]
    with pytest.raises(PictureRefused):
        look(broken)
    monkeypatch.setattr(readings, "children", None)

    with pytest.raises(PictureRefused) as refusal:
        look(broken)

    assert refusal.value.code == "picture_broken"


def test_another_version_reads_again(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    look(picture_of())
    monkeypatch.setattr(readings, "VERSION", "structure-2")

    look(picture_of())

    assert PictureReading.objects.count() == 2


def test_old_readings_are_forgotten(look: Look) -> None:
    look(picture_of("old"), now=timezone.now() - timedelta(days=2))
    look(picture_of("new"))

    forget_pictures()

    assert PictureReading.objects.count() == 1


def test_draws_the_heat_map_only_when_asked(look: Look) -> None:
    assert look(picture_of()).heat_map == b""
    assert look(picture_of(), heat_map=True).heat_map.startswith(b"\x89PNG")


def test_reasons_come_in_the_readers_language(look: Look) -> None:
    forgery = saved(image_of(redirected(printed(LINK, level="M"), LINK.replace("ben.das", "eve.rao"))))

    with translation.override("en"):
        assert look(forgery).findings[0].detail.startswith("Squares of this code")


def test_scans_are_counted(look: Look, counted: Callable[..., float]) -> None:
    labels = {"level": "ok", "authenticity": "unverified"}
    counted("securebank_qr_scans_total", **labels)
    counted("securebank_qr_unread_total", reason="picture_empty")

    look(picture_of("hello"))
    with pytest.raises(PictureRefused):
        look(b"")

    assert counted("securebank_qr_scans_total", **labels) == 1
    assert counted("securebank_qr_unread_total", reason="picture_empty") == 1


def test_says_which_rules_judged(look: Look) -> None:
    assert look(picture_of()).model_version == "structure-1"
