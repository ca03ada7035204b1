from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_booking")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "0003_guards.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0003_guards_drop.sql").read_text(encoding="utf-8"),
        ),
    ]
