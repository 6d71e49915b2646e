"""A throw-away PostgreSQL server: for `pgseq demo`, and for the tests of any major.

Everything of a server (data, socket, log, and a copy of the programs where one is needed) lives in one
temporary folder. That folder is gone when the server is removed, and also when Python ends in any other way: by
an exception, SIGTERM or SIGKILL.

Under root, the server runs as an existing unprivileged account, from where the programs are if that account can
read them there and else from a copy in the folder; no account is created and the rights of no folder but the
server's own are changed.
"""

from pgseq.embedded.folder import stop_kept
from pgseq.embedded.programs import forget_the_users_servers, wheel_binaries
from pgseq.embedded.server import EmbeddedServer, StopMode, temporary_server

__all__ = ["EmbeddedServer", "StopMode", "forget_the_users_servers", "stop_kept", "temporary_server", "wheel_binaries"]
