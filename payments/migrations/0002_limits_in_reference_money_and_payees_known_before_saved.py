from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.AddField("payment", "reference_minor", models.BigIntegerField(db_default=0)),
        migrations.RenameField("payee", "removed_at", "saved_at"),
        migrations.AlterModelOptions(
            "payment",
            options={
                "permissions": [
                    ("review_payment", "Can release or refuse held payments"),
                    ("refund_payment", "Can refund completed payments"),
                ]
            },
        ),
    ]
