-- Of :pairs (rows of role, sequence, by_name) those whose role cannot call nextval() on the sequence, and cannot allow it to
-- itself: no USAGE or UPDATE, nor the rights of its owner; where the default finds it by its name, on its schema likewise.
SELECT d.role::bigint AS role, d.sequence::bigint AS sequence, d.by_name
  FROM (VALUES {:pairs}) AS d (role, sequence, by_name)
  JOIN pg_catalog.pg_class c ON c.oid = d.sequence
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT (
{:may_draw})
