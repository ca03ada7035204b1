"""What REST takes and answers about pictures of codes; the values are made in ``qrpay.evidence.telling``."""

from typing import Any

from rest_framework import serializers

from qrpay.constants import MOST_IN_BATCH
from qrpay.evidence.types import AUTHENTICITIES, Level
from qrpay.models import Scan

LEVELS = [level.value for level in Level]


class DetectRequest(serializers.Serializer[Any]):
    """One picture."""

    file = serializers.FileField(
        allow_empty_file=True, help_text="JPEG, PNG, WebP or GIF; one frame; 12 MB and 12 megapixels at most."
    )
    heat_map = serializers.BooleanField(
        default=False, help_text="Also draw where the code differs from itself corrected."
    )


class BatchRequest(serializers.Serializer[Any]):
    """Several pictures."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), min_length=1, max_length=MOST_IN_BATCH
    )


class ProbabilitiesResource(serializers.Serializer[Any]):
    """Both sides of the judgement of the print; they add up to one."""

    valid = serializers.FloatField(min_value=0, max_value=1)
    tampered = serializers.FloatField(min_value=0, max_value=1)


class ResidualResource(serializers.Serializer[Any]):
    """Modules that differ from the corrected code, by region."""

    data = serializers.IntegerField()  # type: ignore[assignment] # a region's name, not the property
    finder = serializers.IntegerField()
    timing = serializers.IntegerField()
    alignment = serializers.IntegerField()
    format = serializers.IntegerField()
    version = serializers.IntegerField()


class StructureResource(serializers.Serializer[Any]):
    """What was measured on the print."""

    level = serializers.ChoiceField(choices=LEVELS, help_text="What the print alone asks for.")
    version = serializers.IntegerField(min_value=1, max_value=40)
    ec_level = serializers.ChoiceField(choices=["L", "M", "Q", "H"])
    mask = serializers.IntegerField(min_value=0, max_value=7)
    unused_correction = serializers.ListField(child=serializers.FloatField(), help_text="For each block, 0 to 1.")
    residual = ResidualResource()
    residual_share = serializers.FloatField()
    largest_cluster = serializers.IntegerField()
    format_disagreement = serializers.IntegerField()
    wrong_padding = serializers.IntegerField()
    data_after_end = serializers.BooleanField()
    quiet_zone = serializers.ListField(
        child=serializers.FloatField(allow_null=True), help_text="Light share at top, right, bottom and left."
    )
    attempt = serializers.CharField(help_text="Which way of looking at the picture read it.")


class FindingResource(serializers.Serializer[Any]):
    """One observation."""

    code = serializers.CharField()
    level = serializers.ChoiceField(choices=LEVELS)
    detail = serializers.CharField()


class DetectionResource(serializers.Serializer[Any]):
    """One picture, read and judged."""

    scan_id = serializers.UUIDField()
    is_tampered = serializers.BooleanField()
    level = serializers.ChoiceField(
        choices=LEVELS, help_text="``ok`` says that nothing was found, not that it is safe."
    )
    confidence = serializers.FloatField(help_text="The larger one of both probabilities.")
    probabilities = ProbabilitiesResource(
        help_text="From how often the same judgement was right on photographs and forgeries; see qr/model/info."
    )
    payload = serializers.CharField(allow_blank=True)
    authenticity = serializers.ChoiceField(choices=AUTHENTICITIES)
    structural = StructureResource()
    reasons = FindingResource(many=True)
    heat_map_png = serializers.CharField(allow_null=True, help_text="Base64, when asked for.")
    processing_time_ms = serializers.FloatField()
    model_version = serializers.CharField()
    timestamp = serializers.DateTimeField()


class PictureErrorResource(serializers.Serializer[Any]):
    """Why a picture of a batch was refused."""

    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()


class BatchItemResource(DetectionResource):
    """One picture of a batch: the judgement, or an error."""

    file = serializers.CharField()
    error = PictureErrorResource()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Make everything but the file's name optional."""
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "file"
        return fields


class BatchResource(serializers.Serializer[Any]):
    """One result a file, in the order in which they came."""

    results = BatchItemResource(many=True)


class CountsResource(serializers.Serializer[Any]):
    """How many pictures were judged, and how."""

    judged = serializers.IntegerField()
    ok = serializers.IntegerField()
    warn = serializers.IntegerField()
    block = serializers.IntegerField()


class ModelMetricsResource(serializers.Serializer[Any]):
    """What was counted; the repository says with which command."""

    genuine_photographs = CountsResource()
    cheapest_forgeries = CountsResource()


class ModelInfoResource(serializers.Serializer[Any]):
    """What judges codes."""

    model_name = serializers.CharField()
    version = serializers.CharField()
    architecture = serializers.CharField()
    input_shape = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="Null as long as there is no trained model."
    )
    output_shape = serializers.ListField(child=serializers.IntegerField())
    parameters_count = serializers.IntegerField()
    model_size_mb = serializers.FloatField()
    is_trained = serializers.BooleanField()
    metrics = ModelMetricsResource()


class ScanResource(serializers.ModelSerializer[Scan]):
    """One scan of the history; picture and payload were not kept, only their SHA-256."""

    findings = serializers.ListField(child=serializers.CharField())

    class Meta:
        """What is shown."""

        model = Scan
        fields = (
            "id", "created_at", "source", "level", "is_tampered", "authenticity", "findings", "picture_sha256",
            "payload_sha256", "model_version", "processing_ms",
        )  # fmt: skip


class ScanPage(serializers.Serializer[Any]):
    """Some scans, and where the list goes on."""

    results = ScanResource(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
