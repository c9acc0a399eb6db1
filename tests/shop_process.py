"""One running shop for a whole test run: started by the first test that needs it, ended with the run.

It is a process of its own, so that the workers of pytest-xdist share it. It lives as long as the file lock that the
first pytest process holds: the operating system gives that up however pytest ends, by Ctrl-C or kill -9 as well.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from stack.files import write_private_json
from stack.shop import ROOT, Shop
from tests.running_shop import Addresses
from tests.waiting import wait_until

_FOLDER_VARIABLE = "TEST_RUN_FOLDER"
_START_SECONDS = 90
_STOP_SECONDS = 30

SETTINGS = {
    "ENVIRONMENT": "production",
    "LOG_FORMAT": "json",
    # All people of the tests come from one address.
    "AUTH_THROTTLE_REGISTRATION_PER_ADDRESS": "100000 per hour",
    "AUTH_THROTTLE_SIGN_IN_PER_ADDRESS": "100000 per hour",
    "AUTH_THROTTLE_MAIL_PER_ADDRESS": "100000 per hour",
    "AUTH_MAX_ACTIVE_SESSIONS": "1000",
    # Whoever comes from this machine is a proxy, which says for whom.
    "PRODUCT_TRUSTED_PROXIES": "127.0.0.1",
}


class SharedShopLife:
    """How long the shared shop may run. Held by the first pytest process, which waits at the end until it is gone."""

    def __init__(self, folder: Path) -> None:
        """Nothing is started yet. Test processes find the folder through the environment."""
        self._folder = folder
        os.environ[_FOLDER_VARIABLE] = str(folder)
        self._wanted = _locked(folder / "wanted")

    def end(self) -> None:
        self._wanted.close()
        wait_until(lambda: _is_free(self._folder / "running"), timeout_seconds=_STOP_SECONDS)


def addresses_of_shared_shop() -> Addresses:
    """Of the run's shop. The first caller, of whichever test process, starts it; the others wait meanwhile."""
    folder = Path(os.environ[_FOLDER_VARIABLE])
    addresses = folder / "addresses.json"
    with _locked(folder / "starting"):
        if not addresses.exists():
            _start(folder, addresses)
    return Addresses(**json.loads(addresses.read_text("utf-8")))


def _start(folder: Path, addresses: Path) -> None:
    log = folder / "shop.log"
    if log.exists():
        raise RuntimeError("The shop did not start: see the first failure for the reason")
    # The child inherits the lock and holds it as long as it lives, however early the run ends.
    with log.open("wb") as output, _locked(folder / "running") as running:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.shop_process", str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[running.fileno()],
            start_new_session=True,  # Ctrl-C is for pytest; the shop ends after it
        )
    wait_until(lambda: addresses.exists() or process.poll() is not None, timeout_seconds=_START_SECONDS)
    if process.poll() is not None:
        raise RuntimeError(f"The shop did not start:\n{log.read_text('utf-8', 'replace')[-8000:]}")
    process.returncode = 0  # nobody waits for it here: it outlives this worker


def _locked(path: Path) -> IO[str]:
    """The open file, once nobody else holds its lock. Closing it gives the lock up."""
    file = path.open("a", encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _is_free(path: Path) -> bool:
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def main(folder: Path) -> None:
    """Be the shop until the run that asked for it is over, which may be before it is up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGINT may be ignored, as in jobs in the background
    threading.Thread(target=_end_when_unwanted, args=(folder,), daemon=True).start()
    with suppress(KeyboardInterrupt), Shop(folder / "shop", disposable=True, environment=SETTINGS) as shop:
        write_private_json(folder / "addresses.json", Addresses.of(shop).as_dict())
        threading.Event().wait()
    shutil.rmtree(folder / "shop", ignore_errors=True)


def _end_when_unwanted(folder: Path) -> None:
    _locked(folder / "wanted").close()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
