"""`python -m web`: the page on its port, until it is ended. `kommunplan start` runs it so."""

from __future__ import annotations

import sys

import uvicorn

from models.errors import KommunplanError
from tasks.database import open_database
from tasks.orchestration import ask_for_check
from tasks.settings import settings
from tasks.watch.journal import keep_journal
from web.app import make_app


def main() -> None:
    """Listens on this machine only: what comes from outside comes through a proxy that speaks TLS."""
    try:
        chosen = settings()
        app = make_app(chosen, open_database(chosen), ask_for_check)
        keep_journal(chosen)
    except KommunplanError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=chosen.page_port,
        log_level="warning",
        server_header=False,
        access_log=False,  # a link that stands in a log can be used by whoever reads it
        # the client's own address, but only where there is a proxy to tell it
        proxy_headers=chosen.page_address.startswith("https://"),
        forwarded_allow_ips="127.0.0.1",
        timeout_keep_alive=5,
        limit_concurrency=200,
        timeout_graceful_shutdown=5,
        ws="none",
    )


if __name__ == "__main__":
    main()
