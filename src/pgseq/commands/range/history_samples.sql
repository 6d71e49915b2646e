-- SQLite: where the sequences stood at one moment.
SELECT s.oid, s.name, s.increment, x.last, x.calls
  FROM samples x JOIN sequences s ON s.id = x.sequence
 WHERE x.moment = ?
