-- What the database refuses whoever asks.

-- Room on every page for the new version of a row, so that an update changes no index.
ALTER TABLE ledger_ledgeraccount SET (fillfactor = 50);
ALTER TABLE ledger_accountshard SET (fillfactor = 10, autovacuum_vacuum_scale_factor = 0.5);

-- An entry's and a hold's currency is that of both accounts.
ALTER TABLE ledger_journalentry
    ADD CONSTRAINT entry_debit_account FOREIGN KEY (debit_account_id, currency)
        REFERENCES ledger_ledgeraccount (id, currency),
    ADD CONSTRAINT entry_credit_account FOREIGN KEY (credit_account_id, currency)
        REFERENCES ledger_ledgeraccount (id, currency);
ALTER TABLE ledger_hold
    ADD CONSTRAINT hold_debit_account FOREIGN KEY (debit_account_id, currency)
        REFERENCES ledger_ledgeraccount (id, currency),
    ADD CONSTRAINT hold_credit_account FOREIGN KEY (credit_account_id, currency)
        REFERENCES ledger_ledgeraccount (id, currency);

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the books are corrected by reversals', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER entry_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER batch_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entrybatch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER hold_kept BEFORE DELETE OR TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER hold_resolves_once BEFORE UPDATE ON ledger_hold FOR EACH ROW
    WHEN (OLD.state <> 'open'
          OR (OLD.id, OLD.client_id, OLD.debit_account_id, OLD.credit_account_id, OLD.amount_minor, OLD.currency,
              OLD.placed_at, OLD.expires_at)
             IS DISTINCT FROM
             (NEW.id, NEW.client_id, NEW.debit_account_id, NEW.credit_account_id, NEW.amount_minor, NEW.currency,
              NEW.placed_at, NEW.expires_at))
    EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER total_kept BEFORE DELETE OR TRUNCATE ON ledger_reversaltotal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER total_only_grows BEFORE UPDATE ON ledger_reversaltotal FOR EACH ROW
    WHEN (OLD.entry_id <> NEW.entry_id OR OLD.amount_minor <> NEW.amount_minor
          OR NEW.reversed_minor < OLD.reversed_minor)
    EXECUTE FUNCTION ledger_refuse_change();
-- Named columns only: booking never sets them, so it pays nothing for this.
CREATE TRIGGER account_identity BEFORE UPDATE OF id, code, kind, currency ON ledger_ledgeraccount FOR EACH ROW
    WHEN ((OLD.id, OLD.code, OLD.kind, OLD.currency) IS DISTINCT FROM (NEW.id, NEW.code, NEW.kind, NEW.currency))
    EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER account_kept BEFORE TRUNCATE ON ledger_ledgeraccount
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER shard_kept BEFORE DELETE OR TRUNCATE ON ledger_accountshard
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
