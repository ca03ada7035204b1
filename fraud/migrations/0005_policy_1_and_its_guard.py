from django.db import migrations


def _rule(weight, effect="score", **params):
    return {"enabled": True, "weight": weight, "effect": effect, "params": params}


DOCUMENT = {
    "weights": {"model": 0.6, "rules": 0.4},
    "thresholds": {"review": 0.4, "decline": 0.7, "lock": 0.9},
    "levels": {"medium": 0.3, "high": 0.6, "critical": 0.8},
    "rules": {
        "AMOUNT_LIMIT": _rule(0.4, effect="review", from_minor=200_000_00),
        "UNUSUAL_AMOUNT": _rule(0.2, deviations=3.0, after_payments=5),
        "ROUND_AMOUNT": _rule(0.03, multiple_minor=10_000_00, from_minor=50_000_00),
        "STRUCTURING": _rule(0.4, payments=3, from_minor=1_000_00),
        "DRAINED_BALANCE": _rule(0.2, share=0.9, from_minor=10_000_00),
        "VELOCITY": _rule(0.5, busy_hour=10, very_busy_hour=30, very_busy_day=50, busy_strength=0.5),
        "NIGHT": _rule(0.04, from_hour=2.0, to_hour=6.0),
        "NEW_COUNTRY": _rule(0.15),
        "NEW_DEVICE": _rule(0.1),
        "IMPOSSIBLE_TRAVEL": _rule(0.35, speed_kmh=900.0, distance_km=100.0),
        "LOW_TRUST": _rule(0.35, below=50.0),
        "YOUNG_ACCOUNT": _rule(0.05, days=7.0),
        "FAILED_ATTEMPTS": _rule(0.3, failures=3),
        "BLACKLISTED": _rule(1.0, effect="decline"),
    },
}


def write_policy_1(apps, _schema_editor):
    PolicyVersion = apps.get_model("fraud", "PolicyVersion")
    PolicyVersion.objects.create(number=1, state="active", document=DOCUMENT, note="What the bank starts with.")


# A draft is its author's to change. From the proposal on, what was backtested is what is activated, and what judged
# payments stays readable for ever.
FORWARD = """
CREATE FUNCTION fraud_refuse_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'policy % is %: this change is refused', OLD.number, OLD.state
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER policy_kept_as_proposed BEFORE UPDATE ON fraud_policyversion FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (
        NEW.state = 'draft'
        OR (OLD.id, OLD.number, OLD.document, OLD.made_by_id, OLD.made_at)
           IS DISTINCT FROM (NEW.id, NEW.number, NEW.document, NEW.made_by_id, NEW.made_at)))
    EXECUTE FUNCTION fraud_refuse_policy_change();
CREATE TRIGGER policy_never_deleted BEFORE DELETE ON fraud_policyversion FOR EACH ROW
    WHEN (OLD.state <> 'draft') EXECUTE FUNCTION fraud_refuse_policy_change();
CREATE TRIGGER policy_never_emptied BEFORE TRUNCATE ON fraud_policyversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER policy_never_emptied ON fraud_policyversion;
DROP TRIGGER policy_never_deleted ON fraud_policyversion;
DROP TRIGGER policy_kept_as_proposed ON fraud_policyversion;
DROP FUNCTION fraud_refuse_policy_change();
"""


def forget_policy_1(apps, _schema_editor):
    apps.get_model("fraud", "PolicyVersion").objects.filter(number=1).delete()


class Migration(migrations.Migration):
    dependencies = [("fraud", "0004_comments_and_labels_kept_as_written"), ("web", "0002_append_only_function")]

    operations = [
        migrations.RunPython(write_policy_1, forget_policy_1),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
