"""Several things at the same time, where the first failure ends all."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed, wait


def in_parallel(tasks: Iterable[Callable[[], object]], *, abort: Callable[[], None] = lambda: None) -> None:
    """Returns when all are done. On the first failure, or on Ctrl-C, makes the others end and raises.

    `abort` has to make them end. It is called until they have: one may just have been about to start something.
    """
    tasks = list(tasks)
    with ThreadPoolExecutor(max_workers=len(tasks) or 1) as pool:
        running = [pool.submit(task) for task in tasks]
        try:
            for done in as_completed(running):
                done.result()
        except BaseException:
            while wait(running, timeout=0.1).not_done:
                abort()
            raise
