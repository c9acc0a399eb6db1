"""How a relay that rests hears of new rows at once: the database rings for it, and only while one rests.

A relay that goes to rest takes a lock for itself alone. Whoever writes a row tries to share that lock: who cannot rings
(`pg_notify`), who can keeps it until the transaction is over. So there is no moment in which a row is missed: the relay
cannot go to rest while a writer is at it, and looks once more when it has the lock.

Nobody waits for the lock. Under load no relay rests, and the bell costs a writer next to nothing. To ring at every
commit would have all of them queue for PostgreSQL's one lock on notifications.
"""

import asyncio
from contextlib import suppress
from typing import Self

import asyncpg

_CHANNEL = "outbox"
_LOCK = "1869968495, 1818849388"
"""Two numbers: locks that are named by a single one, as those of idempotency keys, are others."""

# Statements for migrations. What is deployed does not follow them: a change is another migration with its own.
RING_FOR_NEW_ROWS = (
    f"""
    CREATE FUNCTION ring_for_new_events() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT pg_try_advisory_xact_lock_shared({_LOCK}) THEN
            PERFORM pg_notify('{_CHANNEL}', '');
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER ring_for_new_events AFTER INSERT ON outbox_events
        FOR EACH STATEMENT EXECUTE FUNCTION ring_for_new_events()
    """,
)
RING_NO_MORE = ("DROP TRIGGER ring_for_new_events ON outbox_events", "DROP FUNCTION ring_for_new_events()")

# Several relays may rest: one has the lock, and the bell is heard by all.
_LISTEN = f"""
    SELECT CASE WHEN pg_try_advisory_lock({_LOCK}) THEN 'this relay'
        WHEN pg_try_advisory_lock_shared({_LOCK}) AND pg_advisory_unlock_shared({_LOCK}) THEN 'writers'
        ELSE 'another relay' END
"""
_UNLOCK = f"SELECT pg_advisory_unlock({_LOCK})"


class Bell:
    """One relay's ear. On its connection to the database, and gone with it, as its lock is."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._has_rung = asyncio.Event()
        self._is_ours = False
        self.is_listening = False
        """Whether every row that the relay has not seen yet is going to ring."""

    @classmethod
    async def of(cls, connection: asyncpg.Connection) -> Self:
        bell = cls(connection)
        await connection.add_listener(_CHANNEL, lambda *_: bell._has_rung.set())
        return bell

    async def listen(self) -> None:
        """From now on, if nobody is writing right now. Rows written until now are to be looked for once more."""
        owner = await self._connection.fetchval(_LISTEN)
        self._is_ours = owner == "this relay"
        self.is_listening = owner != "writers"

    async def wait(self, seconds: float) -> None:
        """Until it rings, or so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_rung.wait(), seconds)
        self._has_rung.clear()

    async def ignore(self) -> None:
        """There is work to do, and the relay will look for more by itself."""
        if self._is_ours:
            await self._connection.execute(_UNLOCK)
        self._is_ours = self.is_listening = False
