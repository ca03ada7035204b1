"""Judge the code in a picture."""

import hashlib
import time
from datetime import datetime

from accounts.models import User
from qrpay import metrics
from qrpay.errors import CodeExpired, CodeForged, CodeSpent, CodeWithdrawn, UnknownKey
from qrpay.evidence import judging, rates
from qrpay.evidence.heat_map import heat_map as drawn
from qrpay.evidence.model import VERSION
from qrpay.evidence.types import Detection, Finding, Level
from qrpay.models import Scan
from qrpay.services import readings, verifying
from qrpay.types import Source, VerifiedCode
from securebank.kernel.errors import DomainError
from securebank.kernel.ids import new_id

# Nobody should pay these; any other refusal may be an honest code of a kind that this bank doesn't pay.
NEVER_PAID = (CodeForged, UnknownKey, CodeExpired, CodeSpent, CodeWithdrawn)


def detect(*, customer: User, picture: bytes, source: Source, now: datetime, heat_map: bool = False) -> Detection:
    """Read the one code of a picture, judge it and write it into the customer's history.

    Authenticity comes first: what seal, signature and books say of the payload outweighs any look at the print.

    Args:
        customer: whose history it goes to, and whose payees count as known.
        picture: the file as it came: JPEG, PNG, WebP or GIF, one frame, 12 MiB and 12.6 megapixels at most.
        source: where it came from.
        now: aware instant of the request.
        heat_map: also draw where the code differs from itself corrected.

    Raises:
        NoCodeFound, SeveralCodes, PictureRefused, ReadersBusy: all of ``qrpay.pictures.errors``; the history stays as
            it is.
    """
    began = time.perf_counter()
    digest, seen = readings.read(picture=picture, now=now)
    print_findings = judging.judge(seen)
    print_level = judging.level_of(print_findings)
    verified, refusal = _verified(customer, seen.text)
    findings = judging.worst_first((*_about_payee(verified, refusal), *print_findings))
    level = judging.level_of(findings)
    tampered = 1.0 if isinstance(refusal, CodeForged) else rates.tampered(print_level)
    milliseconds = round((time.perf_counter() - began) * 1000, 2)
    detection = Detection(
        scan_id=new_id(),
        payload=seen.text,
        level=level,
        findings=findings,
        verified=verified,
        structure=judging.structure_of(seen, print_level),
        tampered=tampered,
        model_version=VERSION,
        processing_ms=milliseconds,
        decided_at=now,
        heat_map=drawn(seen.modules, seen.differs) if heat_map else b"",
    )
    _remember(detection, customer, source, digest)
    return detection


def _remember(detection: Detection, customer: User, source: Source, digest: str) -> None:
    Scan.objects.create(
        pk=detection.scan_id,
        customer=customer,
        created_at=detection.decided_at,
        source=source.value,
        picture_sha256=digest,
        payload_sha256=hashlib.sha256(detection.payload.encode()).hexdigest(),
        level=detection.level.value,
        authenticity=detection.authenticity,
        is_tampered=detection.is_tampered,
        findings=[finding.code for finding in detection.findings],
        model_version=detection.model_version,
        processing_ms=detection.processing_ms,
    )
    metrics.SCANS.labels(level=detection.level.value, authenticity=detection.authenticity).inc()
    metrics.SCAN_SECONDS.observe(detection.processing_ms / 1000)


def _verified(customer: User, text: str) -> tuple[VerifiedCode | None, DomainError | None]:
    try:
        return verifying.verify(customer=customer, text=text), None
    except DomainError as refusal:
        return None, refusal


def _about_payee(verified: VerifiedCode | None, refusal: DomainError | None) -> tuple[Finding, ...]:
    if refusal is not None:
        level = Level.BLOCK if isinstance(refusal, NEVER_PAID) else Level.WARN
        return (Finding(refusal.code, level, str(refusal)),)
    if verified is None:
        return ()
    return tuple(
        Finding(reason.code, Level.WARN if reason.code == "name_differs" else Level.OK, reason.detail)
        for reason in verified.reasons
    )
