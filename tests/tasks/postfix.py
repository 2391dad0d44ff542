"""Debian's Postfix on a free port of 127.0.0.1, with everything it owns in a folder of its own.

The system's own Postfix, if it runs one, is left alone: another configuration, queue and process.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.notifications.conftest import Certificate

MASTER = Path("/usr/lib/postfix/sbin/master")
MAILBOX_OWNER = "nobody"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.orsa.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
virtual_mailbox_domains = orsa.example
virtual_mailbox_base = {folder}/post
virtual_mailbox_maps = texthash:{folder}/etc/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/etc/refused, permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate.file}
smtpd_tls_key_file = {certificate.key}
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """Why no Postfix can be started here, and the way out; empty when one can."""
    if not MASTER.exists() or shutil.which("postfix") is None:
        return "Postfix saknas: apt-get install postfix"
    if os.getuid() != 0:
        return "Postfix startas bara av root: kör testet i en container"
    return ""


class Postfix:
    """Takes mail for the addresses at orsa.example that have a box, and keeps it in maildirs."""

    def __init__(
        self, certificate: Certificate, boxes: Iterable[str], refused: Mapping[str, str]
    ) -> None:
        # not pytest's folder: Postfix's own user must be able to pass through
        self.folder = Path(tempfile.mkdtemp(prefix="kommunplan-postfix-"))
        self.folder.chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        owner = pwd.getpwnam(MAILBOX_OWNER)
        etc = self.folder / "etc"
        for name in ("etc", "queue", "data", "post"):
            (self.folder / name).mkdir()
        os.chown(self.folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
        os.chown(self.folder / "post", owner.pw_uid, owner.pw_gid)
        main = MAIN.format(
            folder=self.folder, uid=owner.pw_uid, gid=owner.pw_gid, certificate=certificate
        )
        (etc / "main.cf").write_text(main)
        (etc / "master.cf").write_text(SERVICES.format(port=self.port))
        (etc / "boxes").write_text("".join(f"{box} {box}/\n" for box in boxes))
        (etc / "refused").write_text("".join(f"{box} {why}\n" for box, why in refused.items()))
        self._master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Answers on its port when this returns."""
        etc, quiet = self.folder / "etc", subprocess.DEVNULL
        subprocess.run(["postfix", "-c", etc, "check"], check=True, capture_output=True)  # noqa: S607
        self._master = subprocess.Popen([MASTER, "-c", etc, "-d"], stdout=quiet, stderr=quiet)
        self._wait_until(self._answers)

    def stop(self) -> None:
        """The master takes its children with it."""
        if self._master is not None:
            self._master.terminate()
            self._master.wait(30)
        shutil.rmtree(self.folder)

    def mails(self, box: str, count: int) -> list[bytes]:
        """What lies in the box, once there are so many."""
        new = self.folder / "post" / box / "new"
        self._wait_until(lambda: new.is_dir() and len(list(new.iterdir())) >= count)
        return [file.read_bytes() for file in sorted(new.iterdir())]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def _wait_until(self, holds: Callable[[], bool]) -> None:
        assert self._master is not None
        give_up = time.monotonic() + 60
        while not holds():
            assert self._master.poll() is None, self._log()
            assert time.monotonic() < give_up, self._log()
            time.sleep(0.05)

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else "Postfix skrev ingen logg"
