"""`python -m running.prefect_server`: Prefect's own server and UI, behind our request filter."""

from __future__ import annotations

import os
import sys

import uvicorn

from models.errors import KommunplanError
from running.exposure import refuse_exposed
from running.request_filter import RequestFilter
from tasks.settings import environment_for_prefect, settings


def main() -> None:
    """Until it is ended. Exit code 2 where the settings would leave it open to others."""
    try:
        chosen = settings()
        refuse_exposed(chosen)
    except KommunplanError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    chosen.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = environment_for_prefect(chosen)
    os.environ.clear()
    os.environ.update(environment | _nowhere_outside(chosen.host))
    from prefect.server.api.server import create_app  # reads the environment as it is imported

    uvicorn.run(
        RequestFilter(create_app(final=True), chosen.host, chosen.prefect_login),
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        server_header=False,
    )


def _nowhere_outside(host: str) -> dict[str, str]:
    """What the server asks for over the internet goes to a proxy that there is not, and is refused at once:
    it asks for its catalogue of collections, and has its own when there is no answer."""
    nobody = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nobody)
    proxies["NO_PROXY"] = f"127.0.0.1,localhost,::1,{host}"
    return proxies | {name.lower(): value for name, value in proxies.items()}


if __name__ == "__main__":
    main()
