"""What happens around every request: its id, trace, log lines and metric, and the limit on its waits."""

import re
from contextlib import ExitStack

from flask import Flask, Response, g, request

from servicekit.http import BROWSER_HEADERS, RequestScope
from servicekit.patience import REQUEST_SECONDS, waiting_at_most


def install_observation(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_stamp)
    app.teardown_request(_end)


def request_id() -> str:
    scope: RequestScope = g.scope
    return scope.request_id


def _begin() -> None:
    g.status = 500
    g.scope = RequestScope(request.method, request.path, request.headers)  # type: ignore[arg-type]  # only `get` is used
    g.deadline = ExitStack()
    g.deadline.enter_context(waiting_at_most(REQUEST_SECONDS))


def _stamp(response: Response) -> Response:
    g.status = response.status_code
    response.headers["X-Request-ID"] = request_id()
    response.headers.update(BROWSER_HEADERS)
    return response


def _end(_error: BaseException | None) -> None:
    g.deadline.close()
    rule = request.url_rule
    # Flask's "/api/v1/payments/<uuid:payment_id>" as "/api/v1/payments/{payment_id}".
    route = None if rule is None else re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    g.scope.finish(route, g.status)
