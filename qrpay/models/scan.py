"""What customers scanned, what was read in which picture, and pictures that wait to be read."""

from django.conf import settings
from django.db import models

from qrpay.types import Source
from securebank.kernel.ids import new_id


class Scan(models.Model):
    """One picture that a customer had judged. The picture itself is not kept, nor what its code said.

    Attributes:
        picture_sha256, payload_sha256: hexadecimal.
        level: ``ok``, ``warn`` or ``block``.
        findings: codes of what was found, worst first.
        processing_ms: milliseconds from bytes to judgement.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="scans")
    created_at = models.DateTimeField()
    source = models.CharField(max_length=6, choices=[(source.value, source.name.title()) for source in Source])
    picture_sha256 = models.CharField(max_length=64)
    payload_sha256 = models.CharField(max_length=64)
    level = models.CharField(max_length=5)
    authenticity = models.CharField(max_length=10)
    is_tampered = models.BooleanField()
    findings = models.JSONField(default=list)
    model_version = models.CharField(max_length=40)
    processing_ms = models.FloatField()

    class Meta:
        """What the database refuses, and how one's own scans are listed."""

        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=["ok", "warn", "block"]), name="scan_level_known")
        ]
        indexes = [models.Index(fields=["customer", "-created_at", "-id"], name="scan_by_time")]

    def __str__(self) -> str:
        """Show id and judgement."""
        return f"{self.pk} {self.level}"


class PictureReading(models.Model):
    """What the reader said of a picture: the same bytes are read once. It names no customer and no judgement.

    Attributes:
        answer: a message of ``qrpay.pictures.wire``.
    """

    picture_sha256 = models.CharField(max_length=64)
    reader_version = models.CharField(max_length=40)
    answer = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        """One answer for each picture and reader."""

        constraints = [models.UniqueConstraint(fields=["picture_sha256", "reader_version"], name="reading_once")]

    def __str__(self) -> str:
        """Show which picture."""
        return f"{self.picture_sha256} {self.reader_version}"


class BatchPicture(models.Model):
    """One picture of a batch that waits for a reader. The row is the queue, and goes when its sender has the answer.

    Attributes:
        answer: what REST says about it; None until it was judged.
        claimed_at: when a process took it on.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    picture = models.BinaryField()
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        """One picture in each place."""

        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="batch_position")]

    def __str__(self) -> str:
        """Show place and batch."""
        return f"{self.position} of {self.batch}"
