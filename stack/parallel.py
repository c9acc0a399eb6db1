"""Several things at the same time, where the first failure ends all."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed


def in_parallel(tasks: Iterable[Callable[[], object]], *, abort: Callable[[], None] = lambda: None) -> None:
    """Returns when all are done. On the first failure, or on Ctrl-C, calls `abort`, waits for the rest, and raises.

    `abort` has to make the others come to an end.
    """
    tasks = list(tasks)
    with ThreadPoolExecutor(max_workers=len(tasks) or 1) as pool:
        running = [pool.submit(task) for task in tasks]
        try:
            for done in as_completed(running):
                done.result()
        except BaseException:
            abort()
            raise
