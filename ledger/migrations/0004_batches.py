from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_guards")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "0004_batches.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0004_batches_drop.sql").read_text(encoding="utf-8"),
        ),
    ]
