-- The chain is only ever added to, whoever asks.

CREATE TRIGGER leaf_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER node_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_treenode
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER block_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_block
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_check_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_chaincheck
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE ledger_leaf
    ADD CONSTRAINT leaf_lengths
        CHECK (octet_length(hash) = 32 AND octet_length(debit_salt) = 16 AND octet_length(credit_salt) = 16);
ALTER TABLE ledger_treenode ADD CONSTRAINT node_length CHECK (octet_length(hash) = 32);
ALTER TABLE ledger_block
    ADD CONSTRAINT block_lengths
        CHECK (octet_length(previous_hash) = 32 AND octet_length(merkle_root) = 32
               AND octet_length(log_root) = 32 AND octet_length(hash) = 32);

-- Hashes can't be compressed; trying to would cost time.
ALTER TABLE ledger_leaf
    ALTER hash SET STORAGE PLAIN, ALTER debit_salt SET STORAGE PLAIN, ALTER credit_salt SET STORAGE PLAIN;
ALTER TABLE ledger_treenode ALTER hash SET STORAGE PLAIN;

-- Many rows in one statement; their hashes come in one piece, and the two salts of an entry one after the other.
CREATE FUNCTION ledger_add_nodes(p_level smallint, p_start bigint, p_hashes bytea) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_treenode (level, place, hash)
    SELECT p_level, p_start + i, substring(p_hashes FROM 1 + 32 * i FOR 32)
    FROM generate_series(0, octet_length(p_hashes) / 32 - 1) AS i
$$;

CREATE FUNCTION ledger_add_leaves(p_first bigint, p_entries bigint[], p_hashes bytea, p_salts bytea) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO ledger_leaf (number, entry_id, hash, debit_salt, credit_salt)
    SELECT p_first + place - 1, entry,
           substring(p_hashes FROM 1 + 32 * (place::int - 1) FOR 32),
           substring(p_salts FROM 1 + 32 * (place::int - 1) FOR 16),
           substring(p_salts FROM 17 + 32 * (place::int - 1) FOR 16)
    FROM unnest(p_entries) WITH ORDINALITY AS sealed (entry, place)
$$;
