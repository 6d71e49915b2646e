(SELECT '{:side}' AS side, {:value}::numeric AS value, fed.xmin::text::bigint AS xid, fed.tableoid::bigint AS relid
   FROM {:source} AS fed
  WHERE {:condition}
  ORDER BY {:value} {:direction} LIMIT {:rows})
