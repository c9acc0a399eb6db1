"""Counting tries as functions, for statements that ask something else as well; and a count of sessions that is planned
once."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# PL/pgSQL keeps the plans of its statements; a function in SQL is planned anew whenever it is called.

# Locks in the order of the charges, as charge_throttles() does: any other could deadlock with it.
_GIVE_BACK = """
    CREATE FUNCTION give_back_throttles(keys bytea[], amounts int[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        WITH held AS (
            SELECT counter.key, amount
            FROM unnest(keys, amounts) WITH ORDINALITY AS charge (key, amount, position)
            JOIN throttle_counters AS counter USING (key)
            ORDER BY position FOR UPDATE OF counter
        )
        UPDATE throttle_counters AS counter SET remaining = least(remaining + 1, amount)
        FROM held WHERE counter.key = held.key AND resets_at > clock_timestamp();
    END $$
"""
# A key whose window is over begins a new one; one that is used up is not updated, and not returned.
_CHARGE = """
    CREATE FUNCTION charge_throttles(keys bytea[], amounts int[], seconds int[]) RETURNS double precision
    LANGUAGE plpgsql AS $$
    DECLARE
        charged bytea[];
    BEGIN
        WITH charge AS (
            INSERT INTO throttle_counters AS counter (key, remaining, resets_at)
            SELECT key, amount - 1, clock_timestamp() + make_interval(secs => length)
            FROM unnest(keys, amounts, seconds) AS wanted (key, amount, length)
            ON CONFLICT (key) DO UPDATE SET
                remaining = CASE WHEN counter.resets_at > clock_timestamp() THEN counter.remaining - 1
                                 ELSE excluded.remaining END,
                resets_at = CASE WHEN counter.resets_at > clock_timestamp() THEN counter.resets_at
                                 ELSE excluded.resets_at END
            WHERE counter.remaining > 0 OR counter.resets_at <= clock_timestamp()
            RETURNING key
        )
        SELECT coalesce(array_agg(key), '{}') INTO charged FROM charge;
        IF cardinality(charged) = cardinality(keys) THEN
            RETURN NULL;
        END IF;
        UPDATE throttle_counters SET remaining = remaining + 1 WHERE key = ANY (charged);
        RETURN (
            SELECT greatest(0, extract(epoch FROM max(resets_at) - clock_timestamp())) FROM throttle_counters
            WHERE key = ANY (keys) AND key <> ALL (charged)
        );
    END $$
"""
_LIVE_SESSIONS = """
    CREATE OR REPLACE FUNCTION live_sessions(of_user uuid) RETURNS bigint LANGUAGE {language} VOLATILE AS $$
        {body}
    $$
"""
_COUNT = "SELECT count(*) FROM sessions WHERE user_id = of_user AND ended_at IS NULL AND expires_at > now()"


def upgrade() -> None:
    op.execute(_GIVE_BACK)
    op.execute(_CHARGE)
    op.execute(_LIVE_SESSIONS.format(language="plpgsql", body=f"BEGIN RETURN ({_COUNT}); END"))


def downgrade() -> None:
    op.execute(_LIVE_SESSIONS.format(language="sql", body=_COUNT))
    op.execute("DROP FUNCTION charge_throttles(bytea[], int[], int[])")
    op.execute("DROP FUNCTION give_back_throttles(bytea[], int[])")
