DROP FUNCTION ledger_refuse_change CASCADE;
ALTER TABLE ledger_hold DROP CONSTRAINT hold_debit_account, DROP CONSTRAINT hold_credit_account;
ALTER TABLE ledger_journalentry DROP CONSTRAINT entry_debit_account, DROP CONSTRAINT entry_credit_account;
ALTER TABLE ledger_ledgeraccount RESET (fillfactor);
ALTER TABLE ledger_accountshard RESET (fillfactor, autovacuum_vacuum_scale_factor);
