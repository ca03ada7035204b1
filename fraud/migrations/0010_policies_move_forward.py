from django.db import migrations

# What 0005 began: a version is drafted, proposed, and activated or rejected, in this order and once; the backtest that
# a colleague agreed to is kept with it. Whoever activates it is named, and is not who made it.
FORWARD = """
CREATE TRIGGER policy_moves_forward BEFORE UPDATE ON fraud_policyversion FOR EACH ROW
    WHEN (
        (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'proposed'), ('proposed', 'active'),
            ('proposed', 'rejected'), ('active', 'active'), ('active', 'retired'))
        OR (OLD.id, OLD.number, OLD.made_by_id, OLD.made_at)
           IS DISTINCT FROM (NEW.id, NEW.number, NEW.made_by_id, NEW.made_at)
        OR OLD.state <> 'draft' AND (OLD.note, OLD.backtest) IS DISTINCT FROM (NEW.note, NEW.backtest)
        OR OLD.state = 'draft' AND NEW.state = 'proposed' AND NEW.backtest = '{}'::jsonb
        OR (OLD.activated_by_id, OLD.activated_at) IS DISTINCT FROM (NEW.activated_by_id, NEW.activated_at)
           AND NOT (OLD.state = 'proposed' AND NEW.state = 'active')
        OR OLD.state = 'proposed' AND NEW.state = 'active' AND (
            NEW.activated_by_id IS NULL OR NEW.activated_at IS NULL
            OR NEW.activated_by_id IS NOT DISTINCT FROM NEW.made_by_id))
    EXECUTE FUNCTION fraud_refuse_policy_change();
CREATE FUNCTION fraud_refuse_policy_birth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'policy % begins as %: it has to begin as a draft', NEW.number, NEW.state
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER policy_begins_as_draft BEFORE INSERT ON fraud_policyversion FOR EACH ROW
    WHEN (NEW.state <> 'draft') EXECUTE FUNCTION fraud_refuse_policy_birth();
"""

BACKWARD = """
DROP TRIGGER policy_begins_as_draft ON fraud_policyversion;
DROP FUNCTION fraud_refuse_policy_birth();
DROP TRIGGER policy_moves_forward ON fraud_policyversion;
"""


class Migration(migrations.Migration):
    dependencies = [("fraud", "0009_backtests")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
