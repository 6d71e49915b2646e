"""Which product a server is, by what its version() says. Pure."""

from __future__ import annotations

from pgseq.errors import UsageError
from pgseq.model.server import OLDEST
from pgseq.names import display
from pgseq.text.patterns import lazily

#: Servers that speak PostgreSQL's protocol and whose sequences are not PostgreSQL's, each by a part of its version().
_OTHERS = {
    "CockroachDB": "CockroachDB",
    "-YB-": "YugabyteDB",
    "Redshift": "Amazon Redshift",
    "Greenplum": "Greenplum",
    "Cloudberry": "Apache Cloudberry",
    "HashData": "HashData",
    "openGauss": "openGauss",
    "GaussDB": "GaussDB",
    "Vastbase": "Vastbase",
    "RisingWave": "RisingWave",
    "Materialize": "Materialize",
    "CrateDB": "CrateDB",
    "QuestDB": "QuestDB",
    "DuckDB": "DuckDB",
    "using H2": "H2",
}
#: PostgreSQL and what is built on it without another storage.
_OURS = lazily(r"(PostgreSQL|EnterpriseDB) \d")


def product(version: str) -> str:
    """The product whose version() this is; empty for PostgreSQL."""
    name = next((name for part, name in _OTHERS.items() if part in version), "")
    if name or _OURS.match(version):
        return name
    return display(" ".join(version.split()[:2])) or "no PostgreSQL"


def refuse_product(version: str, version_num: int) -> None:
    """Raises UsageError for a server that is not PostgreSQL, or older than what pgseq knows."""
    if name := product(version):
        raise UsageError(
            f"the server is {name}, not PostgreSQL: its sequences work in another way",
            f"pgseq knows PostgreSQL {OLDEST} and later",
        )
    if version_num < OLDEST * 10_000:
        number = version.split()[1].rstrip(",") if " " in version else "of that age"
        raise UsageError(f"the server is PostgreSQL {display(number)}", f"pgseq knows PostgreSQL {OLDEST} and later")
