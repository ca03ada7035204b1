DROP FUNCTION ledger_add_nodes, ledger_add_leaves;
ALTER TABLE ledger_leaf DROP CONSTRAINT leaf_lengths;
ALTER TABLE ledger_treenode DROP CONSTRAINT node_length;
ALTER TABLE ledger_block DROP CONSTRAINT block_lengths;
DROP TRIGGER leaf_immutable ON ledger_leaf;
DROP TRIGGER node_immutable ON ledger_treenode;
DROP TRIGGER block_immutable ON ledger_block;
DROP TRIGGER checkpoint_immutable ON ledger_checkpoint;
DROP TRIGGER chain_check_immutable ON ledger_chaincheck;
