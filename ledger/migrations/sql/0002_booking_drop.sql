DROP FUNCTION ledger_balance_at, ledger_close_account, ledger_reverse_entry, ledger_release_hold, ledger_capture_hold,
    ledger_place_hold, ledger_post_entry, ledger_allows, ledger_after, ledger_replay, ledger_book, ledger_move,
    ledger_refusal, ledger_lock_pair, ledger_lock_hot, ledger_lock_cold, ledger_slot_of;
DROP TYPE ledger_slot;
