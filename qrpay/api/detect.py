"""REST: pictures of codes judged, and what was judged before."""

from dataclasses import asdict
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.history import PageQuery
from qrpay.api.detect_schema import (
    BatchRequest,
    BatchResource,
    DetectionResource,
    DetectRequest,
    ModelInfoResource,
    ScanPage,
    ScanResource,
)
from qrpay.evidence import model
from qrpay.evidence.telling import told
from qrpay.selectors.scans import scan_of, scans_of
from qrpay.services import batches, detecting
from qrpay.types import Source
from securebank.web import throttles
from securebank.web.pagination import TimeCursor
from securebank.web.parsers import TextSafeJSONParser
from securebank.web.schema import WITH_BODY, problems

# A JSON body is read too, and lacks the file: a cookie without its token is then refused before the body is.
PARSERS = [MultiPartParser, TextSafeJSONParser]


class Detect(APIView):
    """Judge the code of one picture."""

    parser_classes = PARSERS

    @extend_schema(
        operation_id="qr_detect",
        summary="Read and judge the QR code in a picture",
        request={"multipart/form-data": DetectRequest},
        responses={200: DetectionResource, **problems(*WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> Response:
        """Answer with the payload, the evidence and the judgement; nothing is paid."""
        throttles.take("qr_detect", str(request.user.pk))
        asked = DetectRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        detection = detecting.detect(
            customer=request.user,
            picture=asked.validated_data["file"].read(),
            source=Source.API,
            now=timezone.now(),
            heat_map=asked.validated_data["heat_map"],
        )
        return Response(told(detection))


class DetectBatch(APIView):
    """Judge the codes of several pictures."""

    parser_classes = PARSERS

    @extend_schema(
        operation_id="qr_detect_batch",
        summary="Read and judge the QR codes of up to 32 pictures",
        request={"multipart/form-data": BatchRequest},
        responses={200: BatchResource, **problems(*WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> Response:
        """Answer with one result a file, in order; a file that can't be judged has an error in its place."""
        throttles.take("qr_detect_batch", str(request.user.pk))
        asked = BatchRequest(data={"files": request.FILES.getlist("files")})
        asked.is_valid(raise_exception=True)
        files = asked.validated_data["files"]
        answers = batches.judge_all(customer=request.user, pictures=[file.read() for file in files], now=timezone.now)
        return Response(
            {"results": [{"file": file.name} | answer for file, answer in zip(files, answers, strict=True)]}
        )


class ModelInfo(APIView):
    """What judges codes."""

    @extend_schema(
        operation_id="qr_model_info",
        summary="Say what judges codes, and on what that was measured",
        responses={200: ModelInfoResource, **problems()},
    )
    def get(self, request: CustomerRequest) -> Response:  # noqa: ARG002 - the same for everybody
        """Answer with what is there; as long as there is no trained model, that is said."""
        return Response(asdict(model.info()))


class ScanList(APIView):
    """The caller's scans, newest first."""

    @extend_schema(
        operation_id="qr_scans",
        summary="List judged codes, newest first",
        parameters=[PageQuery],
        responses={200: ScanPage, **problems(400)},
    )
    def get(self, request: CustomerRequest) -> Response:
        """Answer one page."""
        PageQuery(data=request.query_params.dict()).is_valid(raise_exception=True)
        pages = TimeCursor()
        page = pages.paginate_queryset(scans_of(request.user), request, view=self) or []
        return pages.get_paginated_response(ScanResource(page, many=True).data)


class ScanDetail(APIView):
    """One of the caller's scans."""

    @extend_schema(operation_id="qr_scan", summary="One judged code", responses={200: ScanResource, **problems(404)})
    def get(self, request: CustomerRequest, scan_id: UUID) -> Response:
        """Answer with one scan."""
        return Response(ScanResource(scan_of(owner=request.user, scan_id=scan_id)).data)
