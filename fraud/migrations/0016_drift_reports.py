import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import securebank.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("fraud", "0013_models_kept_as_registered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DriftReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=securebank.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("model_version", models.CharField(max_length=80)),
                ("model_hash", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("population", models.PositiveBigIntegerField()),
                ("rows", models.PositiveIntegerField()),
                ("figures", models.JSONField()),
                ("over", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [("measure_drift", "Can have drift measured now")],
            },
        ),
        migrations.CreateModel(
            name="DriftAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=securebank.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("model_hash", models.CharField(max_length=64)),
                ("monday", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="fraud.driftreport"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="driftreport",
            index=models.Index(fields=["-made_at"], name="drift_by_time"),
        ),
        migrations.AddConstraint(
            model_name="driftreport",
            constraint=models.UniqueConstraint(fields=("model_hash", "until"), name="window_measured_once"),
        ),
        migrations.AddConstraint(
            model_name="driftalert",
            constraint=models.UniqueConstraint(fields=("model_hash", "monday"), name="told_once_a_week"),
        ),
    ]
