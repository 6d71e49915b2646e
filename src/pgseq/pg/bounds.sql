-- The CHECKs on one column each of the tables :relids, and those of the domains :types and of the domains below them
-- (relid 0; `type_oid` is the one of :types). pg_get_constraintdef() opens the table of a CHECK for a moment: one that somebody
-- else holds in ACCESS EXCLUSIVE mode, or waits for, is left out.
WITH RECURSIVE domains AS (
    SELECT t.oid AS type_oid, t.oid AS domain, t.typbasetype AS base
      FROM pg_catalog.pg_type t WHERE t.oid IN (SELECT unnest('{:types}'::oid[])) AND t.typtype = 'd'
    UNION ALL
    SELECT d.type_oid, t.oid, t.typbasetype
      FROM domains d JOIN pg_catalog.pg_type t ON t.oid = d.base WHERE t.typtype = 'd'
)
SELECT x.conrelid::bigint AS relid, 0::bigint AS type_oid, a.attname::text AS column,
       quote_ident(x.conname) AS name, quote_ident(a.attname) AS operand, pg_get_constraintdef(x.oid) AS definition
  FROM pg_catalog.pg_constraint x
  JOIN pg_catalog.pg_attribute a ON a.attrelid = x.conrelid AND a.attnum = x.conkey[1]
 WHERE x.contype = 'c' AND x.conrelid IN (SELECT unnest('{:relids}'::oid[])) AND array_length(x.conkey, 1) = 1
   AND x.conenforced      -- since 18
   AND octet_length(x.conbin::text) < {:longest}
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l
                    WHERE l.locktype = 'relation' AND l.relation = x.conrelid AND l.mode = 'AccessExclusiveLock'
                      AND l.pid <> pg_catalog.pg_backend_pid()  -- as in the caller's transaction that made the table
                      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
UNION ALL
SELECT 0, d.type_oid, '', quote_ident(x.conname), 'VALUE', pg_get_constraintdef(x.oid)
  FROM domains d
  JOIN pg_catalog.pg_constraint x ON x.contypid = d.domain AND x.contype = 'c'
 WHERE octet_length(x.conbin::text) < {:longest}
