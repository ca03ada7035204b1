"""Scan: by camera, from a picture, from text. What was read is judged, and leads to the review or says what to do."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.requests import PageRequest, page
from qrpay.codes.facts import Scheme
from qrpay.errors import NotPayable, OtherBank
from qrpay.forms import PictureForm, TextForm
from qrpay.pictures.errors import PictureRefused, ReadersBusy, SeveralCodes
from qrpay.services.detecting import detect
from qrpay.services.verifying import verify
from qrpay.types import Source, VerifiedCode
from qrpay.views import drafts
from qrpay.views.camera import with_camera
from qrpay.views.drafts import CodeDraft
from qrpay.views.refusals import refusal_of
from securebank.kernel.errors import DomainError
from securebank.web import throttles
from securebank.web.pages import refuse

CAMERA: Final = "camera"


@with_camera
@page("GET", "POST")
def scan(request: PageRequest) -> HttpResponse:
    """Show the scanner; take what it read."""
    picture_form = PictureForm(*_sent(request, "picture"))
    text_form = TextForm(*_sent(request, "text"))
    form = picture_form if picture_form.is_bound else text_form
    if form.is_valid():
        throttles.take("qr_verify", str(request.user.pk))
        try:
            draft = _draft(request, form.cleaned_data)
        except (PictureRefused, ReadersBusy) as error:
            refuse(form, error, {error.code: "picture"})
        else:
            return _judged(request, draft)
    context = {"picture_form": picture_form, "text_form": text_form}
    return render(request, "pages/scan.html", context, status=422 if form.errors else 200)


def payable(request: PageRequest, draft: CodeDraft) -> VerifiedCode:
    """Return the draft's code as it is now, if it is one that can be paid here.

    Raises:
        NotPayable, OtherBank: it can't.
        and as ``verify``.
    """
    code = verify(customer=request.user, text=draft.text)
    if code.facts.scheme is Scheme.OTHER:
        raise NotPayable(_why_not(code))
    if code.payee is None:
        raise OtherBank(_why_not(code))
    return code


def _why_not(code: VerifiedCode) -> str:
    """Return the worst that is to be said about the code."""
    return next((reason.detail for reason in code.reasons), "")


def refused(request: PageRequest, error: DomainError, draft: CodeDraft) -> HttpResponse:
    """Say why a code is not paid, and what to do; its text is shown as text."""
    context = {
        "refusal": refusal_of(error),
        "text": draft.text if isinstance(error, NotPayable | OtherBank) else "",
        "level": draft.level,
        "reasons": [sentence for _code, sentence in draft.reasons],
        "scan": draft.scan,
    }
    return render(request, "pages/scan_refused.html", context, status=422)


def _sent(request: PageRequest, kind: str) -> tuple[Any, Any]:
    """Return what one of the page's two forms is bound to, if it is the one that was sent."""
    is_picture = "picture" in request.FILES or "source" in request.POST
    if request.method != "POST" or is_picture != (kind == "picture"):
        return None, None
    return request.POST, request.FILES


def _draft(request: PageRequest, data: dict[str, Any]) -> CodeDraft:
    """Return what was read.

    Raises:
        PictureRefused: there is no code in the picture, several, or it is no picture.
        ReadersBusy: too many pictures at once.
    """
    if "picture" not in data:
        return CodeDraft(data["text"], Source.PASTE)
    source = Source.CAMERA if data["source"] == CAMERA else Source.UPLOAD
    try:
        detection = detect(customer=request.user, picture=data["picture"].read(), source=source, now=timezone.now())
    except SeveralCodes:
        raise
    except (PictureRefused, ReadersBusy):
        # The camera's own reader has read it; what the print looked like stays unknown, and the page says so.
        if source is not Source.CAMERA or not data["text"]:
            raise
        return CodeDraft(data["text"], Source.CAMERA)
    return CodeDraft(
        text=detection.payload,
        source=source,
        scan=str(detection.scan_id),
        level=detection.level,
        reasons=tuple((finding.code, finding.detail) for finding in detection.findings),
    )


def _judged(request: PageRequest, draft: CodeDraft) -> HttpResponse:
    try:
        payable(request, draft)
    except DomainError as error:
        return refused(request, error, draft)
    return redirect("scan-review", drafts.keep(request.session, draft))
