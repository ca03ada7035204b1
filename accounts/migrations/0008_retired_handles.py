from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_webhooks")]

    operations = [
        migrations.CreateModel(
            name="RetiredHandle",
            fields=[
                ("handle", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("retired_at", models.DateTimeField(db_default=Now())),
                (
                    "user",
                    models.ForeignKey(on_delete=PROTECT, related_name="retired_handles", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
    ]
