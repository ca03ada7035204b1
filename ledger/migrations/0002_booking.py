from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "0002_booking.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0002_booking_drop.sql").read_text(encoding="utf-8"),
        ),
    ]
