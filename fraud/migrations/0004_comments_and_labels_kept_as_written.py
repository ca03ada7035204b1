from django.db import migrations

KEPT = ("fraud_casecomment", "fraud_label")

FORWARD = "".join(
    f"""
CREATE TRIGGER {table}_kept_as_written BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in KEPT
)

BACKWARD = "".join(
    f"""
DROP TRIGGER {table}_never_emptied ON {table};
DROP TRIGGER {table}_kept_as_written ON {table};
"""
    for table in KEPT
)


class Migration(migrations.Migration):
    dependencies = [("fraud", "0003_engine_and_cases"), ("web", "0002_append_only_function")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
