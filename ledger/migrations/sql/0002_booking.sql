-- The functions that book. One call is one round trip and is atomic by itself.
--
-- Order of locks, the same everywhere: a hold or the reversal total; ordinary accounts by id; hot accounts by id, and
-- within one its own row (0) before its shards by number. Refusals are answers, not errors: nothing was written then.
-- Locks are taken before anything is read that a decision rests on; each statement sees what committed before it.

-- One locked row of an account: its own (shard 0) or one of its shards. Amounts from the account's own side.
CREATE TYPE ledger_slot AS (
    account_id bigint,
    shard smallint,
    is_debit_normal boolean,
    currency text,
    floor_minor bigint,
    settled bigint,
    available bigint,
    version bigint,
    last_posted_at timestamptz,
    is_closed boolean
);

-- An account's own row as a slot. STABLE and without a lock: callers lock first.
CREATE FUNCTION ledger_slot_of(a ledger_ledgeraccount) RETURNS ledger_slot LANGUAGE sql IMMUTABLE AS $$
    SELECT ROW(
        a.id, 0::smallint, a.kind IN ('asset', 'expense'), a.currency::text, a.floor_minor,
        CASE WHEN a.kind IN ('asset', 'expense') THEN a.debits_posted - a.credits_posted
             ELSE a.credits_posted - a.debits_posted END,
        CASE WHEN a.kind IN ('asset', 'expense') THEN a.debits_posted - a.credits_posted - a.credits_held
             ELSE a.credits_posted - a.debits_posted - a.debits_held END + a.folded_minor,
        a.version, a.last_posted_at, a.closed_at IS NOT NULL
    )::ledger_slot
$$;

-- Lock an ordinary account's row; null for a hot or unknown one.
CREATE FUNCTION ledger_lock_cold(p_account bigint) RETURNS ledger_slot LANGUAGE plpgsql AS $$
DECLARE
    a ledger_ledgeraccount;
BEGIN
    SELECT * INTO a FROM ledger_ledgeraccount WHERE id = p_account AND shards = 0 FOR NO KEY UPDATE;
    IF a.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN ledger_slot_of(a);
END
$$;

-- Lock one row of a hot account; null for an unknown account. What can't break its floor goes to a shard that nobody
-- holds; what lowers an account with a floor goes to its own row, which counts on its shards' money where it must.
CREATE FUNCTION ledger_lock_hot(p_account bigint, p_is_debit boolean, p_takes bigint) RETURNS ledger_slot
LANGUAGE plpgsql AS $$
DECLARE
    a ledger_ledgeraccount;
    s ledger_accountshard;
    slot ledger_slot;
    gained bigint;
    start smallint;
BEGIN
    SELECT * INTO a FROM ledger_ledgeraccount WHERE id = p_account;
    IF a.id IS NULL THEN
        RETURN NULL;
    END IF;
    slot := ledger_slot_of(a);
    IF a.floor_minor IS NULL OR p_is_debit = slot.is_debit_normal THEN
        start := 1 + floor(random() * a.shards);
        -- Mostly that one is free, and found without sorting the others.
        SELECT * INTO s FROM ledger_accountshard
        WHERE account_id = p_account AND shard = start FOR NO KEY UPDATE SKIP LOCKED;
        IF s.account_id IS NULL THEN
            SELECT * INTO s FROM ledger_accountshard
            WHERE account_id = p_account ORDER BY shard < start, shard LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        END IF;
        IF s.account_id IS NULL THEN
            SELECT * INTO s FROM ledger_accountshard
            WHERE account_id = p_account AND shard = start FOR NO KEY UPDATE;
        END IF;
        slot.shard := s.shard;
        slot.settled := CASE WHEN slot.is_debit_normal THEN s.debits_posted - s.credits_posted
                             ELSE s.credits_posted - s.debits_posted END;
        slot.version := s.version;
        slot.last_posted_at := s.last_posted_at;
        slot.is_closed := s.is_closed;
        RETURN slot;
    END IF;

    SELECT * INTO a FROM ledger_ledgeraccount WHERE id = p_account FOR NO KEY UPDATE;
    slot := ledger_slot_of(a);
    IF slot.available - p_takes < slot.floor_minor THEN
        PERFORM 1 FROM ledger_accountshard WHERE account_id = p_account ORDER BY shard FOR NO KEY UPDATE;
        WITH folded AS (
            UPDATE ledger_accountshard
            SET folded_minor = abs(debits_posted - credits_posted)
            WHERE account_id = p_account
            RETURNING folded_minor
        )
        SELECT sum(folded_minor) - a.folded_minor INTO gained FROM folded;
        IF gained > 0 THEN
            UPDATE ledger_ledgeraccount SET folded_minor = folded_minor + gained WHERE id = p_account;
            slot.available := slot.available + gained;
        END IF;
    END IF;
    RETURN slot;
END
$$;

-- Lock both ends of a movement. p_takes is what it newly takes from what is available.
CREATE FUNCTION ledger_lock_pair(
    p_debit bigint, p_credit bigint, p_takes bigint, OUT d ledger_slot, OUT c ledger_slot
) LANGUAGE plpgsql AS $$
BEGIN
    IF p_debit < p_credit THEN
        d := ledger_lock_cold(p_debit);
        c := ledger_lock_cold(p_credit);
    ELSE
        c := ledger_lock_cold(p_credit);
        d := ledger_lock_cold(p_debit);
    END IF;
    IF d.account_id IS NOT NULL AND c.account_id IS NOT NULL THEN
        RETURN;
    END IF;
    IF d.account_id IS NULL AND p_debit < p_credit THEN
        d := ledger_lock_hot(p_debit, TRUE, p_takes);
    END IF;
    IF c.account_id IS NULL THEN
        c := ledger_lock_hot(p_credit, FALSE, p_takes);
    END IF;
    IF d.account_id IS NULL THEN
        d := ledger_lock_hot(p_debit, TRUE, p_takes);
    END IF;
END
$$;

-- Why a movement between two locked rows can't be; null when it can.
CREATE FUNCTION ledger_refusal(d ledger_slot, c ledger_slot, p_takes bigint, p_currency text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF d.account_id IS NULL OR c.account_id IS NULL THEN
        RETURN 'unknown_account';
    ELSIF d.currency <> p_currency OR c.currency <> p_currency THEN
        RETURN 'currency_mismatch';
    ELSIF d.is_closed OR c.is_closed THEN
        RETURN 'account_closed';
    ELSIF NOT d.is_debit_normal AND d.available - p_takes < d.floor_minor
        OR c.is_debit_normal AND c.available - p_takes < c.floor_minor THEN
        RETURN 'insufficient_funds';
    END IF;
    RETURN NULL;
END
$$;

-- Add to the sums of a locked row; p_at is null when nothing was posted.
CREATE FUNCTION ledger_move(
    slot ledger_slot, p_debits bigint, p_credits bigint, p_debits_held bigint, p_credits_held bigint, p_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF slot.shard = 0 THEN
        UPDATE ledger_ledgeraccount
        SET debits_posted = debits_posted + p_debits, credits_posted = credits_posted + p_credits,
            debits_held = debits_held + p_debits_held, credits_held = credits_held + p_credits_held,
            version = version + (p_at IS NOT NULL)::int, last_posted_at = coalesce(p_at, last_posted_at)
        WHERE id = slot.account_id;
    ELSE
        UPDATE ledger_accountshard
        SET debits_posted = debits_posted + p_debits, credits_posted = credits_posted + p_credits,
            debits_held = debits_held + p_debits_held, credits_held = credits_held + p_credits_held,
            version = version + (p_at IS NOT NULL)::int, last_posted_at = coalesce(p_at, last_posted_at)
        WHERE account_id = slot.account_id AND shard = slot.shard;
    END IF;
END
$$;

-- Write an entry between two locked rows and release p_releases of their holds. entry_id is null, and nothing was
-- written, when the client id is taken.
CREATE FUNCTION ledger_book(
    d ledger_slot, c ledger_slot, p_client_id uuid, p_amount bigint, p_releases bigint, p_type text, p_reverses bigint,
    OUT entry_id bigint, OUT posted_at timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    -- The clock is read after the locks, and never runs backwards on a row: postings by time are postings by version.
    posted_at := greatest(clock_timestamp(), d.last_posted_at, c.last_posted_at);
    INSERT INTO ledger_journalentry (
        client_id, entry_type, debit_account_id, credit_account_id, amount_minor, currency, reverses_id,
        debit_shard, credit_shard, debit_version, credit_version, debit_balance_after, credit_balance_after, posted_at
    ) VALUES (
        p_client_id, p_type, d.account_id, c.account_id, p_amount, d.currency, p_reverses,
        d.shard, c.shard, d.version + 1, c.version + 1,
        d.settled + CASE WHEN d.is_debit_normal THEN p_amount ELSE -p_amount END,
        c.settled + CASE WHEN c.is_debit_normal THEN -p_amount ELSE p_amount END,
        ledger_book.posted_at
    ) ON CONFLICT (client_id) DO NOTHING RETURNING id INTO entry_id;
    IF entry_id IS NOT NULL THEN
        PERFORM ledger_move(d, p_amount, 0, -p_releases, 0, posted_at);
        PERFORM ledger_move(c, 0, p_amount, 0, -p_releases, posted_at);
    END IF;
END
$$;

-- What is known of an order under this client id: null status when nothing is.
CREATE FUNCTION ledger_replay(
    p_client_id uuid, p_debit bigint, p_credit bigint, p_amount bigint, p_currency text, p_type text, p_reverses bigint,
    OUT status text, OUT entry_id bigint, OUT posted_at timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN (e.debit_account_id, e.credit_account_id, e.amount_minor, e.currency::text, e.entry_type::text)
                     = (p_debit, p_credit, p_amount, p_currency, p_type)
                     AND e.reverses_id IS NOT DISTINCT FROM p_reverses AND e.batch_id IS NULL
                     AND NOT EXISTS (SELECT FROM ledger_hold h WHERE h.entry_id = e.id)
                THEN 'replay' ELSE 'client_id_reused' END,
           e.id, e.posted_at
    FROM ledger_journalentry e WHERE e.client_id = p_client_id
$$;

-- The planner writes the bodies of these two into the statement that calls them.
-- A row's settled balance after it was debited, or credited, with an amount.
CREATE FUNCTION ledger_after(p_kind text, p_debits bigint, p_credits bigint, p_is_debit boolean, p_amount bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_kind IN ('asset', 'expense')
                THEN p_debits - p_credits + CASE WHEN p_is_debit THEN p_amount ELSE -p_amount END
                ELSE p_credits - p_debits + CASE WHEN p_is_debit THEN -p_amount ELSE p_amount END END
$$;

-- Whether an ordinary account's floor allows that.
CREATE FUNCTION ledger_allows(a ledger_ledgeraccount, p_is_debit boolean, p_amount bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT a.floor_minor IS NULL OR p_is_debit = (a.kind IN ('asset', 'expense'))
        OR a.floor_minor <= a.folded_minor - p_amount
            + CASE WHEN p_is_debit THEN a.credits_posted - a.debits_posted - a.debits_held
                   ELSE a.debits_posted - a.credits_posted - a.credits_held END
$$;

-- Between two ordinary accounts, which is nearly always, the steps of the functions above in three statements: lock
-- and look, insert, update. Between an ordinary account and a shard of a hot one likewise. What is found too hard is left
-- to those functions; nothing was written until then.
CREATE FUNCTION ledger_post_entry(
    p_client_id uuid, p_debit bigint, p_credit bigint, p_amount bigint, p_currency text, p_type text,
    p_reverses bigint DEFAULT NULL, OUT status text, OUT entry_id bigint, OUT posted_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    -- The account with the lower id, and the one with the higher; or the ordinary account, and the hot one.
    l_id bigint := least(p_debit, p_credit);
    h_id bigint := greatest(p_debit, p_credit);
    l_is_debit boolean := p_debit < p_credit;
    l_version bigint;
    h_version bigint;
    l_balance bigint;
    h_balance bigint;
    h_shard smallint := 0;
    last_posted_at timestamptz;
    is_bookable boolean;
    h_kind text;
    shards smallint;
    pair record;
    refusal text;
BEGIN
    -- Locks l, then h: that is the order of the list at the end. Whoever had to wait sees what was committed meanwhile.
    SELECT l.version + 1, h.version + 1,
           ledger_after(l.kind, l.debits_posted, l.credits_posted, l_is_debit, p_amount),
           ledger_after(h.kind, h.debits_posted, h.credits_posted, NOT l_is_debit, p_amount),
           greatest(l.last_posted_at, h.last_posted_at),
           l.currency = p_currency AND h.currency = p_currency AND l.closed_at IS NULL AND h.closed_at IS NULL
           AND ledger_allows(l, l_is_debit, p_amount) AND ledger_allows(h, NOT l_is_debit, p_amount)
    INTO l_version, h_version, l_balance, h_balance, last_posted_at, is_bookable
    FROM ledger_ledgeraccount l, ledger_ledgeraccount h
    WHERE l.id = l_id AND h.id = h_id AND l.shards = 0 AND h.shards = 0
    FOR NO KEY UPDATE OF l, h;
    IF NOT FOUND THEN
        -- What is read of the hot account without a lock never changes, but for shards, of which there may be more.
        SELECT a.id, CASE WHEN a.id = p_debit THEN p_credit ELSE p_debit END, a.id <> p_debit, a.kind, a.shards
        INTO h_id, l_id, l_is_debit, h_kind, shards
        FROM ledger_ledgeraccount a
        WHERE a.id IN (p_debit, p_credit) AND a.shards > 0 AND a.currency = p_currency
          AND (a.floor_minor IS NULL OR (a.id = p_debit) = (a.kind IN ('asset', 'expense')));
        IF FOUND THEN
            -- Locks the ordinary account, then a random shard of the other; another one if somebody holds that.
            FOR _ IN 1..2 LOOP
                h_shard := 1 + floor(random() * shards);
                SELECT l.version + 1, s.version + 1,
                       ledger_after(l.kind, l.debits_posted, l.credits_posted, l_is_debit, p_amount),
                       ledger_after(h_kind, s.debits_posted, s.credits_posted, NOT l_is_debit, p_amount),
                       greatest(l.last_posted_at, s.last_posted_at),
                       l.currency = p_currency AND l.closed_at IS NULL AND NOT s.is_closed
                       AND ledger_allows(l, l_is_debit, p_amount)
                INTO l_version, h_version, l_balance, h_balance, last_posted_at, is_bookable
                FROM ledger_ledgeraccount l, ledger_accountshard s
                WHERE l.id = l_id AND l.shards = 0 AND s.account_id = h_id AND s.shard = h_shard
                FOR NO KEY UPDATE OF l FOR NO KEY UPDATE OF s SKIP LOCKED;
                EXIT WHEN FOUND;
            END LOOP;
        END IF;
    END IF;
    IF is_bookable THEN
        posted_at := greatest(clock_timestamp(), last_posted_at);
        INSERT INTO ledger_journalentry (
            client_id, entry_type, debit_account_id, credit_account_id, amount_minor, currency, reverses_id,
            debit_shard, credit_shard, debit_version, credit_version,
            debit_balance_after, credit_balance_after, posted_at
        ) VALUES (
            p_client_id, p_type, p_debit, p_credit, p_amount, p_currency, p_reverses,
            CASE WHEN l_is_debit THEN 0 ELSE h_shard END,
            CASE WHEN l_is_debit THEN h_shard ELSE 0 END,
            CASE WHEN l_is_debit THEN l_version ELSE h_version END,
            CASE WHEN l_is_debit THEN h_version ELSE l_version END,
            CASE WHEN l_is_debit THEN l_balance ELSE h_balance END,
            CASE WHEN l_is_debit THEN h_balance ELSE l_balance END,
            posted_at
        ) ON CONFLICT (client_id) DO NOTHING RETURNING id INTO entry_id;
        IF entry_id IS NOT NULL THEN
            IF h_shard = 0 THEN
                UPDATE ledger_ledgeraccount a
                SET debits_posted = a.debits_posted + CASE WHEN a.id = p_debit THEN p_amount ELSE 0 END,
                    credits_posted = a.credits_posted + CASE WHEN a.id = p_credit THEN p_amount ELSE 0 END,
                    version = a.version + 1, last_posted_at = posted_at
                WHERE a.id IN (l_id, h_id);
            ELSE
                UPDATE ledger_ledgeraccount a
                SET debits_posted = a.debits_posted + CASE WHEN l_is_debit THEN p_amount ELSE 0 END,
                    credits_posted = a.credits_posted + CASE WHEN l_is_debit THEN 0 ELSE p_amount END,
                    version = a.version + 1, last_posted_at = posted_at
                WHERE a.id = l_id;
                UPDATE ledger_accountshard s
                SET debits_posted = s.debits_posted + CASE WHEN l_is_debit THEN 0 ELSE p_amount END,
                    credits_posted = s.credits_posted + CASE WHEN l_is_debit THEN p_amount ELSE 0 END,
                    version = s.version + 1, last_posted_at = posted_at
                WHERE s.account_id = h_id AND s.shard = h_shard;
            END IF;
            status := 'ok';
            RETURN;
        END IF;
    ELSE
        pair := ledger_lock_pair(p_debit, p_credit, p_amount);
        refusal := ledger_refusal(pair.d, pair.c, p_amount, p_currency);
        IF refusal IS NULL THEN
            SELECT b.entry_id, b.posted_at INTO entry_id, posted_at
            FROM ledger_book(pair.d, pair.c, p_client_id, p_amount, 0, p_type, p_reverses) b;
            IF entry_id IS NOT NULL THEN
                status := 'ok';
                RETURN;
            END IF;
        END IF;
    END IF;
    -- The first call under this id took the same locks or its row made ours a conflict: either way it is visible now.
    SELECT r.status, r.entry_id, r.posted_at INTO status, entry_id, posted_at
    FROM ledger_replay(p_client_id, p_debit, p_credit, p_amount, p_currency, p_type, p_reverses) r;
    status := coalesce(status, refusal);
END
$$;

CREATE FUNCTION ledger_place_hold(
    p_client_id uuid, p_debit bigint, p_credit bigint, p_amount bigint, p_currency text, p_expires_at timestamptz,
    OUT status text, OUT hold_id bigint, OUT placed_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    pair record;
    refusal text;
BEGIN
    pair := ledger_lock_pair(p_debit, p_credit, p_amount);
    refusal := ledger_refusal(pair.d, pair.c, p_amount, p_currency);
    IF refusal IS NULL THEN
        INSERT INTO ledger_hold (
            client_id, debit_account_id, credit_account_id, amount_minor, currency, state, placed_at, expires_at
        ) VALUES (
            p_client_id, p_debit, p_credit, p_amount, p_currency, 'open', clock_timestamp(), p_expires_at
        ) ON CONFLICT (client_id) DO NOTHING
        RETURNING id, ledger_hold.placed_at INTO hold_id, ledger_place_hold.placed_at;
        IF hold_id IS NOT NULL THEN
            PERFORM ledger_move(pair.d, 0, 0, p_amount, 0, NULL);
            PERFORM ledger_move(pair.c, 0, 0, 0, p_amount, NULL);
            status := 'ok';
            RETURN;
        END IF;
    END IF;
    SELECT CASE WHEN (h.debit_account_id, h.credit_account_id, h.amount_minor, h.currency::text)
                     = (p_debit, p_credit, p_amount, p_currency)
                     AND h.expires_at IS NOT DISTINCT FROM p_expires_at
                THEN 'replay' ELSE 'client_id_reused' END,
           h.id, h.placed_at
    INTO status, hold_id, ledger_place_hold.placed_at
    FROM ledger_hold h WHERE h.client_id = p_client_id;
    status := coalesce(status, refusal);
END
$$;

CREATE FUNCTION ledger_capture_hold(
    p_hold bigint, p_client_id uuid, p_amount bigint, p_currency text, p_type text,
    OUT status text, OUT entry_id bigint, OUT posted_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    h ledger_hold;
    pair record;
    captured bigint;
BEGIN
    SELECT * INTO h FROM ledger_hold WHERE id = p_hold FOR NO KEY UPDATE;
    captured := coalesce(p_amount, h.amount_minor);
    SELECT CASE WHEN (e.id, e.amount_minor, e.entry_type::text) = (h.entry_id, captured, p_type)
                THEN 'replay' ELSE 'client_id_reused' END, e.id, e.posted_at
    INTO status, ledger_capture_hold.entry_id, ledger_capture_hold.posted_at
    FROM ledger_journalentry e WHERE e.client_id = p_client_id;
    status := CASE
        WHEN h.id IS NULL THEN 'unknown_hold'
        WHEN status IS NOT NULL THEN status
        WHEN p_currency <> h.currency THEN 'currency_mismatch'
        WHEN h.state <> 'open' OR h.expires_at <= clock_timestamp() THEN 'hold_not_open'
        WHEN captured > h.amount_minor THEN 'capture_too_large'
    END;
    IF status IS NOT NULL THEN
        RETURN;
    END IF;
    pair := ledger_lock_pair(h.debit_account_id, h.credit_account_id, 0);
    SELECT b.entry_id, b.posted_at INTO ledger_capture_hold.entry_id, ledger_capture_hold.posted_at
    FROM ledger_book(pair.d, pair.c, p_client_id, captured, h.amount_minor, p_type, NULL) b;
    IF entry_id IS NULL THEN
        status := 'client_id_reused';
        RETURN;
    END IF;
    UPDATE ledger_hold SET state = 'captured', entry_id = ledger_capture_hold.entry_id, resolved_at = clock_timestamp()
    WHERE id = p_hold;
    status := 'ok';
END
$$;

-- Give a hold's money back. p_state is 'voided', or 'expired', which needs the hold's time to be over.
CREATE FUNCTION ledger_release_hold(p_hold bigint, p_state text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    h ledger_hold;
    pair record;
BEGIN
    SELECT * INTO h FROM ledger_hold WHERE id = p_hold FOR NO KEY UPDATE;
    IF h.id IS NULL THEN
        RETURN 'unknown_hold';
    ELSIF h.state <> 'open' OR p_state = 'expired' AND (h.expires_at <= clock_timestamp()) IS NOT TRUE THEN
        RETURN 'hold_not_open';
    END IF;
    pair := ledger_lock_pair(h.debit_account_id, h.credit_account_id, 0);
    PERFORM ledger_move(pair.d, 0, 0, -h.amount_minor, 0, NULL);
    PERFORM ledger_move(pair.c, 0, 0, 0, -h.amount_minor, NULL);
    UPDATE ledger_hold SET state = p_state, resolved_at = clock_timestamp() WHERE id = p_hold;
    RETURN 'ok';
END
$$;

CREATE FUNCTION ledger_reverse_entry(
    p_entry bigint, p_client_id uuid, p_amount bigint, p_currency text,
    OUT status text, OUT entry_id bigint, OUT posted_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    e ledger_journalentry;
    left_minor bigint;
    taken bigint;
BEGIN
    SELECT * INTO e FROM ledger_journalentry WHERE id = p_entry;
    IF e.id IS NULL OR e.reverses_id IS NOT NULL THEN
        status := CASE WHEN e.id IS NULL THEN 'unknown_entry' ELSE 'over_reversal' END;
        RETURN;
    ELSIF p_currency <> e.currency THEN
        status := 'currency_mismatch';
        RETURN;
    END IF;
    -- All reversals of one entry queue here.
    INSERT INTO ledger_reversaltotal (entry_id, amount_minor, reversed_minor) VALUES (e.id, e.amount_minor, 0)
    ON CONFLICT ON CONSTRAINT ledger_reversaltotal_pkey DO NOTHING;
    SELECT t.amount_minor - t.reversed_minor INTO left_minor
    FROM ledger_reversaltotal t WHERE t.entry_id = p_entry FOR NO KEY UPDATE;

    SELECT CASE WHEN r.reverses_id = p_entry AND r.amount_minor = coalesce(p_amount, r.amount_minor)
                THEN 'replay' ELSE 'client_id_reused' END, r.id, r.posted_at
    INTO status, ledger_reverse_entry.entry_id, ledger_reverse_entry.posted_at
    FROM ledger_journalentry r WHERE r.client_id = p_client_id;
    taken := coalesce(p_amount, left_minor);
    IF status IS NULL AND (taken > left_minor OR left_minor = 0) THEN
        status := 'over_reversal';
    END IF;
    IF status IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT p.status, p.entry_id, p.posted_at
    INTO ledger_reverse_entry.status, ledger_reverse_entry.entry_id, ledger_reverse_entry.posted_at
    FROM ledger_post_entry(
        p_client_id, e.credit_account_id, e.debit_account_id, taken, e.currency, 'reversal', p_entry
    ) p;
    IF status = 'ok' THEN
        UPDATE ledger_reversaltotal t SET reversed_minor = t.reversed_minor + taken WHERE t.entry_id = p_entry;
    END IF;
END
$$;

-- Close an account that has neither money nor holds, under all of its locks.
CREATE FUNCTION ledger_close_account(p_account bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    a ledger_ledgeraccount;
    is_empty boolean;
BEGIN
    SELECT * INTO a FROM ledger_ledgeraccount WHERE id = p_account FOR NO KEY UPDATE;
    IF a.id IS NULL THEN
        RETURN 'unknown_account';
    ELSIF a.closed_at IS NOT NULL THEN
        RETURN 'ok';
    END IF;
    PERFORM 1 FROM ledger_accountshard WHERE account_id = p_account ORDER BY shard FOR NO KEY UPDATE;
    SELECT a.debits_posted + coalesce(sum(s.debits_posted), 0) = a.credits_posted + coalesce(sum(s.credits_posted), 0)
           AND a.debits_held + coalesce(sum(s.debits_held), 0) = 0
           AND a.credits_held + coalesce(sum(s.credits_held), 0) = 0
    INTO is_empty FROM ledger_accountshard s WHERE s.account_id = p_account;
    IF NOT is_empty THEN
        RETURN 'account_not_empty';
    END IF;
    UPDATE ledger_ledgeraccount SET closed_at = clock_timestamp() WHERE id = p_account;
    UPDATE ledger_accountshard SET is_closed = TRUE WHERE account_id = p_account;
    RETURN 'ok';
END
$$;

-- Settled balance at a moment, or right after one entry, from the account's own side: for each of the account's rows
-- the balance after its last posting until then, two index look-ups a row.
CREATE FUNCTION ledger_balance_at(p_account bigint, p_at timestamptz, p_entry bigint DEFAULT 9223372036854775807)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(last.balance_after), 0)::bigint
    FROM ledger_ledgeraccount a
    CROSS JOIN LATERAL generate_series(0, a.shards) AS shard
    CROSS JOIN LATERAL (
        SELECT balance_after FROM (
            (SELECT debit_version AS version, debit_balance_after AS balance_after FROM ledger_journalentry
             WHERE debit_account_id = p_account AND debit_shard = shard
               AND posted_at <= p_at AND (posted_at, id) <= (p_at, p_entry)
             ORDER BY posted_at DESC, id DESC LIMIT 1)
            UNION ALL
            (SELECT credit_version, credit_balance_after FROM ledger_journalentry
             WHERE credit_account_id = p_account AND credit_shard = shard
               AND posted_at <= p_at AND (posted_at, id) <= (p_at, p_entry)
             ORDER BY posted_at DESC, id DESC LIMIT 1)
        ) AS sides ORDER BY version DESC LIMIT 1
    ) AS last
    WHERE a.id = p_account
$$;
