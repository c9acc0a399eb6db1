"""Auth as far as payment asks it anything: a small server that knows users by name, told by a test how to be."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from uuid import UUID


@dataclass
class FakeAuth:
    """Runs inside `with`. Its fields are what a test arranges, and what it finds out afterwards."""

    users: dict[str, UUID] = field(default_factory=dict)
    refusal: tuple[int, dict[str, str]] | None = None
    """Status and headers that every question gets instead of an answer."""
    questions: list[tuple[str, str | None]] = field(default_factory=list)
    """User name that was asked for, and the Authorization header it came with."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: bytes, authorization: str | None) -> tuple[int, dict[str, str], dict[str, Any]]:
        username = json.loads(body)["username"]
        self.questions.append((username, authorization))
        if self.refusal:
            return *self.refusal, {"code": "refused"}
        found = self.users.get(username.lower())
        return (
            (404, {}, {"code": "not_found"})
            if found is None
            else (200, {}, {"id": str(found), "username": username.lower()})
        )


def _handler_of(auth: FakeAuth) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, answer = auth.answer(body, self.headers["Authorization"])
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handler
