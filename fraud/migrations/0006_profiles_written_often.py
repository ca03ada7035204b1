from django.db import migrations

# A state is a few kilobytes and is written with every payment: compressing it costs more than the room it saves, and
# half-empty pages let the new version of a row stay beside the old one, without touching the index.
FORWARD = """
ALTER TABLE fraud_customerprofile ALTER COLUMN state SET STORAGE EXTERNAL;
ALTER TABLE fraud_customerprofile SET (fillfactor = 50);
"""

BACKWARD = """
ALTER TABLE fraud_customerprofile RESET (fillfactor);
ALTER TABLE fraud_customerprofile ALTER COLUMN state SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("fraud", "0005_policy_1_and_its_guard")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
