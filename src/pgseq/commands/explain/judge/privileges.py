"""42501: a right that lacks, on which relation, and the GRANT. Pure."""

from __future__ import annotations

from dataclasses import replace

from pgseq.commands.explain.facts import Relation, Scene
from pgseq.commands.explain.model import Explanation, Named, Reported
from pgseq.commands.explain.parse.statement import qualifier, right_on_sequence, right_on_table
from pgseq.commands.explain.text import explanation, shortened, with_name
from pgseq.names import quoted

#: What stands where the error does not say.
RIGHT, ROLE, SCHEMA = "<right>", "<role>", "<schema>"


def denied_sequence(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """nextval() needs USAGE or UPDATE, setval() UPDATE, reading SELECT."""
    right = right_on_sequence(reported.statement, reported.sequence)
    found = _meant(reported, scene, reported.sequence)
    sql = _sql(reported.sequence, found)
    needs = f"the role may not use {sql}: nextval() needs USAGE, setval() UPDATE, reading its position SELECT"
    told = explanation(
        reported,
        "no_right",
        (needs, _several(found)),
        next=f"GRANT {right} ON SEQUENCE {sql} TO {_role(reported)}",
    )
    return [_named(told, reported.sequence, found)]


def not_owner(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """ALTER SEQUENCE and RESTART IDENTITY are the owner's."""
    found = _meant(reported, scene, reported.sequence)
    sql = _sql(reported.sequence, found)
    owner = f"its owner {found[0].owner}" if len(found) == 1 else "its owner"
    told = explanation(
        reported,
        "no_right",
        (f"only {owner} may ALTER {sql}", _several(found), "setval(), which pgseq fix uses, needs UPDATE alone"),
        next=f"GRANT UPDATE ON SEQUENCE {sql} TO {_role(reported)}",
    )
    return [_named(told, reported.sequence, found)]


def denied_table(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """A table or view: no sequence is to blame."""
    right = None if reported.context else right_on_table(reported.statement)
    found = _meant(reported, scene, reported.table)
    evidence = (
        "the right that lacks is not one on a sequence",
        "the statement would tell which one it is: SELECT, INSERT, UPDATE, DELETE or TRUNCATE" if right is None else "",
        "WHERE and RETURNING need SELECT beside it" if right in ("INSERT", "UPDATE", "DELETE") else "",
        _several(found),
    )
    grant = f"GRANT {right or RIGHT} ON {_sql(reported.table, found)} TO {_role(reported)}"
    return [explanation(reported, "no_right", evidence, next=grant)]


def denied_schema(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """A schema: what is in it cannot be used, either."""
    grant = f"GRANT USAGE ON SCHEMA {quoted(reported.schema)} TO {_role(reported)}"
    return [explanation(reported, "no_right", ("the right that lacks is not one on a sequence",), next=grant)]


def _meant(reported: Reported, scene: Scene | None, name: str) -> list[Relation]:
    """The relations of that name: those of the schema that the statement writes before it, where it does."""
    found = [one for one in scene.relations if one.name == name] if scene is not None else []
    schema = qualifier(reported.statement, name) or reported.schema
    return [one for one in found if one.schema == schema] or found


def _sql(name: str, found: list[Relation]) -> str:
    if not found:
        return quoted(name)
    return found[0].sql if len(found) == 1 else f"{SCHEMA}.{quoted(name)}"


def _several(found: list[Relation]) -> str:
    """Said where several schemas have one of that name."""
    if len(found) < 2:
        return ""
    return f"the error does not say whose: {len(found)} schemas have one, {shortened([one.schema for one in found])}"


def _named(told: Explanation, name: str, found: list[Relation]) -> Explanation:
    if len(found) != 1:
        return with_name(told, name)
    return replace(told, sequence=Named(schema=found[0].schema, name=found[0].name, sql=found[0].sql))


def _role(reported: Reported) -> str:
    return quoted(reported.role) if reported.role else ROLE
