from django.db import migrations

# Who pays whom how much is fixed when the row is written, and a payment that has ended stays ended:
# held or pending may become completed or declined, completed may become reversed, nothing else.
FORWARD = """
CREATE FUNCTION payments_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payment % is %: this change is refused', OLD.id, OLD.status
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payment_parties_fixed
    BEFORE UPDATE OF id, kind, payer_account_id, payee_account_id, amount_minor, currency, decision_id, created_by_id
    ON payments_payment FOR EACH ROW
    WHEN ((OLD.id, OLD.kind, OLD.payer_account_id, OLD.payee_account_id, OLD.amount_minor, OLD.currency,
           OLD.decision_id, OLD.created_by_id)
          IS DISTINCT FROM
          (NEW.id, NEW.kind, NEW.payer_account_id, NEW.payee_account_id, NEW.amount_minor, NEW.currency,
           NEW.decision_id, NEW.created_by_id))
    EXECUTE FUNCTION payments_refuse_rewriting();
CREATE TRIGGER payment_ends_once BEFORE UPDATE OF status ON payments_payment FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND NOT (
        OLD.status IN ('pending', 'held') AND NEW.status IN ('completed', 'declined')
        OR OLD.status = 'completed' AND NEW.status = 'reversed'))
    EXECUTE FUNCTION payments_refuse_rewriting();
CREATE TRIGGER payment_kept BEFORE DELETE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_rewriting();

CREATE FUNCTION payments_refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'request % is %: it ended', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER request_ends_once BEFORE UPDATE OF status ON payments_paymentrequest FOR EACH ROW
    WHEN (OLD.status <> 'pending' AND OLD.status <> NEW.status)
    EXECUTE FUNCTION payments_refuse_reopening();
"""

BACKWARD = """
DROP TRIGGER request_ends_once ON payments_paymentrequest;
DROP FUNCTION payments_refuse_reopening();
DROP TRIGGER payment_kept ON payments_payment;
DROP TRIGGER payment_ends_once ON payments_payment;
DROP TRIGGER payment_parties_fixed ON payments_payment;
DROP FUNCTION payments_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_payment_by_time_index")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
