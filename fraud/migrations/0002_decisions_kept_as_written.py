from django.db import migrations

FORWARD = """
CREATE TRIGGER decision_kept_as_written BEFORE UPDATE OR DELETE ON fraud_decision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_never_emptied BEFORE TRUNCATE ON fraud_decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER decision_never_emptied ON fraud_decision;
DROP TRIGGER decision_kept_as_written ON fraud_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("fraud", "0001_initial"), ("web", "0002_append_only_function")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
