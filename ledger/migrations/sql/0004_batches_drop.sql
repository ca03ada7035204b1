DROP FUNCTION ledger_post_batch, ledger_move_all, ledger_run, ledger_replay_batch, ledger_lock_all;
DROP TYPE ledger_order, ledger_line;
