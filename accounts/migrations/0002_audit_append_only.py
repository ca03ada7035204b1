from django.db import migrations

FORWARD = """
CREATE TRIGGER audit_kept_as_written BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER audit_never_emptied ON accounts_auditevent;
DROP TRIGGER audit_kept_as_written ON accounts_auditevent;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("web", "0002_append_only_function")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
