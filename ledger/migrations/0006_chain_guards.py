from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_chain"), ("web", "0002_append_only_function")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "0006_chain_guards.sql").read_text(encoding="utf-8"),
            reverse_sql=(SQL / "0006_chain_guards_drop.sql").read_text(encoding="utf-8"),
        ),
    ]
