"""Evidence in the catalog: a subscription, a default that is gone, a sequence that serves others, partitions."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.why.evidence.origin import origin, replaced
from pgseq.commands.why.model import Evidence, FedTable, FeedSample, SequenceFacts
from pgseq.model.sequences import Feed
from pgseq.names import plural

#: pg_subscription_rel.srsubstate (PostgreSQL documentation, "pg_subscription_rel").
_STATES = {"i": "initializing", "d": "copying", "f": "copied", "s": "synchronized", "r": "ready"}


def collect(facts: SequenceFacts) -> Iterator[Evidence]:
    """Evidence in the definitions of the sequence and its tables."""
    yield from _replication(facts)
    yield from _lost_default(facts)
    yield from _repointed(facts)
    yield from _replaced(facts)
    yield from _shared(facts)
    yield from _attached(facts)


def _replication(facts: SequenceFacts) -> Iterator[Evidence]:
    names = {table.relid: table.sql for table in facts.tables}
    for link in facts.subscribed:
        paused = "" if link.enabled else ", disabled"
        yield Evidence(
            cause="replication",
            text=f"{names[link.relid]} is filled by subscription {link.subscription} "
            f"({_STATES.get(link.state, link.state)}{paused}): rows arrive with their ids, and sequences are not "
            "replicated",
            source="pg_subscription_rel",
            weight=90,
        )


def _lost_default(facts: SequenceFacts) -> Iterator[Evidence]:
    for feed in facts.sequence.feeds:
        if feed.via == "owned":
            yield Evidence(
                cause="lost_default",
                text=f"{feed.label} owns the sequence, but has no default and no identity: every row must bring "
                "its own id",
                source="pg_attrdef",
                weight=85,
                limit="ids drawn by a trigger or the application leave the same definition",
            )


def _repointed(facts: SequenceFacts) -> Iterator[Evidence]:
    for feed in facts.sequence.feeds:
        if feed.owns or not feed.plain:
            continue
        for own in facts.owned:
            if own.relid == feed.relid and own.column == feed.column and own.sequence != facts.sequence.oid:
                yield Evidence(
                    cause="repointed",
                    text=f"{feed.label} owns {own.sql}, but its default draws from {facts.sequence.sql}",
                    source="pg_depend",
                    weight=92,
                )


def _replaced(facts: SequenceFacts) -> Iterator[Evidence]:
    if replaced(facts):
        looked_at = sum(len(sample.ahead) for sample in facts.samples)
        yield Evidence(
            cause="replaced",
            text=f"{plural(looked_at, 'row')} ahead of the sequence, all that were looked at, date from before it was "
            "created: an earlier one handed out their ids, or they were brought along, and this one was not "
            "moved past them",
            source="xmin of the rows, pg_attribute",
            weight=91,
            limit="rows of transactions that were open while the sequence was created leave the same",
        )


def _shared(facts: SequenceFacts) -> Iterator[Evidence]:
    """A sequence with several columns, or one that belongs to a column which is not among those that it feeds."""
    feeds, labels = facts.sequence.feeds, ", ".join(feed.label for feed in facts.sequence.feeds)
    weight = {"drawn": 88, "unclear": 79, "supplied": 45}[origin(facts)]
    hit = [sample.feed.label for sample in facts.samples if sample.count]
    if len(feeds) > 1:
        yield Evidence(
            cause="shared",
            text=f"the sequence feeds {labels}"
            + (
                f"; the ids ahead are in {', '.join(hit)} alone, so what was done for the others was not enough for it"
                if 0 < len(hit) < len(feeds)
                else ""
            ),
            source="pg_depend",
            weight=weight if 0 < len(hit) < len(feeds) else 40,
            limit="sharing alone does no harm: it makes a TRUNCATE, RESTART or setval() that suits one table wrong for "
            "another",
        )
    elif (
        feeds
        and facts.file.owner is not None
        and not feeds[0].owns
        and not _below(facts, feeds[0], facts.file.owner_relid)
    ):
        yield Evidence(
            cause="shared",
            text=f"{labels} draws from a sequence that {facts.file.owner} owns, as a table made by LIKE does: "
            "what is done to the owner's sequence or table (TRUNCATE … RESTART IDENTITY, setval) moves it for both",
            source="pg_depend",
            weight=weight,
        )


def _below(facts: SequenceFacts, feed: Feed, relid: int | None) -> bool:
    return any(table.relid == relid for table in facts.below(feed))


def _attached(facts: SequenceFacts) -> Iterator[Evidence]:
    """Rows ahead that all lie in tables which were hung below the parent after they were made."""
    for sample in facts.samples:
        holding = [table for table in facts.below(sample.feed) if table.holds_rows]
        came = [table for table in holding if table.attached and table.relid in _homes(sample)]
        if not came or len(came) < len(_homes(sample)) or len(holding) < 2:
            continue
        every = all(table.attached for table in holding)
        yield Evidence(
            cause="import",
            text=f"all {len(sample.ahead)} rows looked at ahead of the sequence are in {_names(came)}, made apart from "
            f"{sample.feed.table_sql} and attached later with rows of its own",
            source="pg_inherits",
            weight=40 if every or origin(facts) == "drawn" else 87,
            limit="a restored dump attaches every partition in this way",
        )


def _homes(sample: FeedSample) -> set[int]:
    return {row.relid for row in sample.ahead}


def _names(tables: list[FedTable]) -> str:
    return ", ".join(table.sql for table in tables)
