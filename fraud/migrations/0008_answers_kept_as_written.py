from django.db import migrations

FORWARD = """
CREATE TRIGGER customer_answer_kept_as_written BEFORE UPDATE OR DELETE ON fraud_customeranswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER customer_answer_never_emptied BEFORE TRUNCATE ON fraud_customeranswer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER customer_answer_never_emptied ON fraud_customeranswer;
DROP TRIGGER customer_answer_kept_as_written ON fraud_customeranswer;
"""


class Migration(migrations.Migration):
    dependencies = [("fraud", "0007_customer_answers"), ("web", "0002_append_only_function")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
