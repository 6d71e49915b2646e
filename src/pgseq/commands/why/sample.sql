-- The rows around a sequence's position, of all :parts: side, value, xid and relid.
SELECT part.side, part.value, part.xid, part.relid
  FROM {:run}
 CROSS JOIN LATERAL ({:parts}) AS part
