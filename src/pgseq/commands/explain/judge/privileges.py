"""42501: which privilege is missing on which relation, and the GRANT that adds it. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from pgseq.commands.explain.facts import ErrorFacts, RelationRow
from pgseq.commands.explain.model import Explanation, ParsedError, SequenceName
from pgseq.commands.explain.parse.statement import privilege_on_sequence, privilege_on_table, qualifier
from pgseq.commands.explain.text import conclude, shortened, with_name
from pgseq.names import quoted

#: Placeholders for what the error does not name.
PRIVILEGE, ROLE, SCHEMA = "<privilege>", "<role>", "<schema>"


def denied_sequence(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """nextval() needs USAGE or UPDATE, setval() UPDATE, reading SELECT."""
    privilege = privilege_on_sequence(error.statement, error.sequence)
    relations = _relations_named(error, facts, error.sequence)
    sql = _sql(error.sequence, relations)
    needs = f"the role may not use {sql}: nextval() needs USAGE, setval() UPDATE, reading its position SELECT"
    answer = conclude(
        error,
        "no_right",
        (needs, _several(relations)),
        next=f"GRANT {privilege} ON SEQUENCE {sql} TO {_role(error)}",
    )
    return [_with_relation(answer, error.sequence, relations)]


def not_owner(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """ALTER SEQUENCE and RESTART IDENTITY are the owner's."""
    relations = _relations_named(error, facts, error.sequence)
    sql = _sql(error.sequence, relations)
    owner = f"its owner {relations[0].owner}" if len(relations) == 1 else "its owner"
    answer = conclude(
        error,
        "no_right",
        (f"only {owner} may ALTER {sql}", _several(relations), "setval(), which a fix uses, needs UPDATE alone"),
        next=f"GRANT UPDATE ON SEQUENCE {sql} TO {_role(error)}",
    )
    return [_with_relation(answer, error.sequence, relations)]


def denied_table(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """A table or view: no sequence is to blame."""
    privilege = None if error.context else privilege_on_table(error.statement)
    relations = _relations_named(error, facts, error.table)
    evidence = (
        "the missing privilege is not on a sequence",
        "the statement would tell which one it is: SELECT, INSERT, UPDATE, DELETE or TRUNCATE"
        if privilege is None
        else "",
        "WHERE and RETURNING need SELECT beside it" if privilege in ("INSERT", "UPDATE", "DELETE") else "",
        _several(relations),
    )
    grant = f"GRANT {privilege or PRIVILEGE} ON {_sql(error.table, relations)} TO {_role(error)}"
    return [conclude(error, "no_right", evidence, next=grant)]


def denied_schema(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """A schema: what is in it cannot be used, either."""
    grant = f"GRANT USAGE ON SCHEMA {quoted(error.schema)} TO {_role(error)}"
    return [conclude(error, "no_right", ("the missing privilege is not on a sequence",), next=grant)]


def _relations_named(error: ParsedError, facts: ErrorFacts | None, name: str) -> list[RelationRow]:
    """The relations of that name: those of the schema that the statement writes before it, where it does."""
    relations = [one for one in facts.relations if one.name == name] if facts is not None else []
    schema = qualifier(error.statement, name) or error.schema
    return [one for one in relations if one.schema == schema] or relations


def _sql(name: str, relations: list[RelationRow]) -> str:
    if not relations:
        return quoted(name)
    return relations[0].sql if len(relations) == 1 else f"{SCHEMA}.{quoted(name)}"


def _several(relations: list[RelationRow]) -> str:
    """Said where several schemas have one of that name."""
    if len(relations) < 2:
        return ""
    schemas = shortened([relation.schema for relation in relations])
    return f"the error does not say whose: {len(relations)} schemas have one, {schemas}"


def _with_relation(answer: Explanation, name: str, relations: list[RelationRow]) -> Explanation:
    if len(relations) != 1:
        return with_name(answer, name)
    return replace(
        answer, sequence=SequenceName(schema=relations[0].schema, name=relations[0].name, sql=relations[0].sql)
    )


def _role(error: ParsedError) -> str:
    return quoted(error.role) if error.role else ROLE
