-- Many entries in one call: all of them or none. Floors hold after each entry in the order given, as if they were
-- booked one by one; all accounts are locked before, in the order that single entries use.

-- What an entry of the batch does to the two rows it changes.
CREATE TYPE ledger_line AS (
    place bigint,
    debit_shard smallint,
    credit_shard smallint,
    debit_version bigint,
    credit_version bigint,
    debit_balance_after bigint,
    credit_balance_after bigint,
    refusal text
);

CREATE TYPE ledger_order AS (
    client_id uuid, debit bigint, credit bigint, amount bigint, currency text, entry_type text, place bigint
);

-- Lock one row of every account that the orders touch.
CREATE FUNCTION ledger_lock_all(p_orders ledger_order[]) RETURNS ledger_slot[] LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    slots ledger_slot[];
    hot record;
    -- Worked out beforehand: a row that had to be waited for is checked against it once more.
    ids bigint[] := ARRAY(SELECT DISTINCT unnest(ARRAY[o.debit, o.credit]) FROM unnest(p_orders) o);
BEGIN
    SELECT array_agg(ledger_slot_of(locked.a)) INTO slots
    FROM (
        SELECT a FROM ledger_ledgeraccount a
        WHERE a.shards = 0 AND a.id = ANY (ids)
        ORDER BY a.id FOR NO KEY UPDATE
    ) locked;
    FOR hot IN
        SELECT a.id, a.kind IN ('asset', 'expense') AS is_debit_normal,
               coalesce(sum(p.amount) FILTER (WHERE p.is_debit <> (a.kind IN ('asset', 'expense'))), 0)::bigint AS taken
        FROM (
            SELECT o.debit AS account_id, TRUE AS is_debit, o.amount FROM unnest(p_orders) o
            UNION ALL
            SELECT o.credit, FALSE, o.amount FROM unnest(p_orders) o
        ) p
        JOIN ledger_ledgeraccount a ON a.id = p.account_id AND a.shards > 0
        GROUP BY a.id ORDER BY a.id
    LOOP
        slots := slots || ledger_lock_hot(hot.id, (hot.taken > 0) <> hot.is_debit_normal, hot.taken);
    END LOOP;
    RETURN slots;
END
$$;

-- The answer that a batch of this id had; 'client_id_reused' if it was another; no row if there was none.
CREATE FUNCTION ledger_replay_batch(p_batch uuid, p_orders ledger_order[])
RETURNS TABLE (status text, place bigint, entry_id bigint, posted_at timestamptz) LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    expected integer;
BEGIN
    SELECT b.entry_count INTO expected FROM ledger_entrybatch b WHERE b.id = p_batch;
    IF expected IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT 'replay', o.place, e.id, e.posted_at
    FROM unnest(p_orders) o
    JOIN ledger_journalentry e ON e.client_id = o.client_id AND e.batch_id = p_batch
        AND (e.debit_account_id, e.credit_account_id, e.amount_minor, e.currency::text, e.entry_type::text)
            = (o.debit, o.credit, o.amount, o.currency, o.entry_type)
    WHERE cardinality(p_orders) = expected AND NOT EXISTS (
        SELECT FROM unnest(p_orders) x
        LEFT JOIN ledger_journalentry y ON y.client_id = x.client_id AND y.batch_id = p_batch
            AND (y.debit_account_id, y.credit_account_id, y.amount_minor, y.currency::text, y.entry_type::text)
                = (x.debit, x.credit, x.amount, x.currency, x.entry_type)
        WHERE y.id IS NULL
    )
    ORDER BY o.place;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'client_id_reused', NULL::bigint, NULL::bigint, NULL::timestamptz;
    END IF;
END
$$;

-- Versions and balances after each order, by running sums over the locked rows; and why it can't be booked, if so.
CREATE FUNCTION ledger_run(p_orders ledger_order[], p_slots ledger_slot[]) RETURNS ledger_line[] LANGUAGE sql
SET plan_cache_mode = force_custom_plan AS $$
    WITH postings AS (
        SELECT o.place, TRUE AS is_debit, o.debit AS account_id, o.amount, o.currency FROM unnest(p_orders) o
        UNION ALL
        SELECT o.place, FALSE, o.credit, o.amount, o.currency FROM unnest(p_orders) o
    ), signed AS (
        SELECT p.place, p.is_debit, p.account_id, s.shard, s.version, s.settled, s.available, s.floor_minor,
               CASE WHEN p.is_debit = s.is_debit_normal THEN p.amount ELSE -p.amount END AS change,
               CASE WHEN s.account_id IS NULL THEN 1 WHEN s.currency <> p.currency THEN 2 WHEN s.is_closed THEN 3
               END AS trouble
        FROM postings p LEFT JOIN unnest(p_slots) s USING (account_id)
    ), running AS (
        SELECT place, is_debit, shard,
               version + row_number() OVER upto AS version_after,
               settled + sum(change) OVER upto AS balance_after,
               CASE WHEN trouble IS NOT NULL THEN trouble
                    WHEN change < 0 AND available + sum(change) OVER upto < floor_minor THEN 4 END AS trouble
        FROM signed WINDOW upto AS (PARTITION BY account_id ORDER BY place)
    )
    SELECT array_agg(line ORDER BY (line).place) FROM (
        SELECT ROW(
            place,
            max(shard) FILTER (WHERE is_debit), max(shard) FILTER (WHERE NOT is_debit),
            max(version_after) FILTER (WHERE is_debit), max(version_after) FILTER (WHERE NOT is_debit),
            max(balance_after) FILTER (WHERE is_debit), max(balance_after) FILTER (WHERE NOT is_debit),
            ('{unknown_account,currency_mismatch,account_closed,insufficient_funds}'::text[])[min(trouble)]
        )::ledger_line AS line
        FROM running GROUP BY place
    ) lines
$$;

-- Add a batch to the sums of the locked rows.
CREATE FUNCTION ledger_move_all(p_orders ledger_order[], p_slots ledger_slot[], p_at timestamptz) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    has_shards boolean := EXISTS (SELECT FROM unnest(p_slots) s WHERE s.shard > 0);
BEGIN
    WITH sums AS (
        SELECT p.account_id, sum(p.debits)::bigint AS debits, sum(p.credits)::bigint AS credits, count(*) AS postings
        FROM (
            SELECT o.debit AS account_id, o.amount AS debits, 0 AS credits FROM unnest(p_orders) o
            UNION ALL
            SELECT o.credit, 0, o.amount FROM unnest(p_orders) o
        ) p GROUP BY p.account_id
    )
    UPDATE ledger_ledgeraccount a
    SET debits_posted = a.debits_posted + t.debits, credits_posted = a.credits_posted + t.credits,
        version = a.version + t.postings, last_posted_at = p_at
    FROM sums t JOIN unnest(p_slots) s USING (account_id)
    WHERE a.id = t.account_id AND s.shard = 0;
    IF NOT has_shards THEN
        RETURN;
    END IF;
    WITH sums AS (
        SELECT p.account_id, sum(p.debits)::bigint AS debits, sum(p.credits)::bigint AS credits, count(*) AS postings
        FROM (
            SELECT o.debit AS account_id, o.amount AS debits, 0 AS credits FROM unnest(p_orders) o
            UNION ALL
            SELECT o.credit, 0, o.amount FROM unnest(p_orders) o
        ) p GROUP BY p.account_id
    )
    UPDATE ledger_accountshard h
    SET debits_posted = h.debits_posted + t.debits, credits_posted = h.credits_posted + t.credits,
        version = h.version + t.postings, last_posted_at = p_at
    FROM sums t JOIN unnest(p_slots) s USING (account_id)
    WHERE h.account_id = t.account_id AND h.shard = s.shard AND s.shard > 0;
END
$$;

CREATE FUNCTION ledger_post_batch(
    p_batch uuid, p_clients uuid[], p_debits bigint[], p_credits bigint[], p_amounts bigint[], p_currencies text[],
    p_types text[]
) RETURNS TABLE (status text, place bigint, entry_id bigint, posted_at timestamptz)
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    orders ledger_order[];
    slots ledger_slot[];
    lines ledger_line[];
    refused_at bigint;
    refusal text;
    at timestamptz;
BEGIN
    SELECT array_agg(ROW(o.*)::ledger_order ORDER BY o.place) INTO orders
    FROM unnest(p_clients, p_debits, p_credits, p_amounts, p_currencies, p_types) WITH ORDINALITY
        AS o (client_id, debit, credit, amount, currency, entry_type, place);
    slots := ledger_lock_all(orders);

    RETURN QUERY SELECT * FROM ledger_replay_batch(p_batch, orders);
    IF FOUND THEN
        RETURN;
    END IF;
    lines := ledger_run(orders, slots);
    SELECT l.place, l.refusal INTO refused_at, refusal
    FROM unnest(lines) l WHERE l.refusal IS NOT NULL ORDER BY l.place LIMIT 1;
    IF FOUND THEN
        -- Perhaps because the money went when it was booked before. What is not refused meets the unique index instead.
        IF EXISTS (SELECT FROM ledger_journalentry e WHERE e.client_id = ANY (p_clients)) THEN
            refusal := 'client_id_reused';
        END IF;
        RETURN QUERY SELECT refusal, refused_at, NULL::bigint, NULL::timestamptz;
        RETURN;
    END IF;

    SELECT greatest(clock_timestamp(), max(s.last_posted_at)) INTO at FROM unnest(slots) s;
    -- One of our client ids may belong to an entry already, or to one on its way between other accounts.
    BEGIN
        INSERT INTO ledger_entrybatch (id, entry_count, posted_at) VALUES (p_batch, cardinality(orders), at)
        ON CONFLICT (id) DO NOTHING;
        IF NOT FOUND THEN
            RETURN QUERY SELECT * FROM ledger_replay_batch(p_batch, orders);
            RETURN;
        END IF;
        RETURN QUERY
        WITH booked AS (
            INSERT INTO ledger_journalentry (
                client_id, batch_id, entry_type, debit_account_id, credit_account_id, amount_minor, currency, debit_shard,
                credit_shard, debit_version, credit_version, debit_balance_after, credit_balance_after, posted_at
            )
            SELECT o.client_id, p_batch, o.entry_type, o.debit, o.credit, o.amount, o.currency, l.debit_shard,
                   l.credit_shard, l.debit_version, l.credit_version, l.debit_balance_after, l.credit_balance_after, at
            FROM unnest(orders) o JOIN unnest(lines) l USING (place) ORDER BY place
            RETURNING id, client_id
        )
        SELECT 'ok', o.place, b.id, at FROM booked b JOIN unnest(orders) o USING (client_id) ORDER BY o.place;
        PERFORM ledger_move_all(orders, slots, at);
    EXCEPTION WHEN unique_violation THEN
        RETURN QUERY SELECT 'client_id_reused', NULL::bigint, NULL::bigint, NULL::timestamptz;
    END;
END
$$;
