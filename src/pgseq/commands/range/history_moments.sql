-- SQLite: the moments of a database under all its addresses, in the order in which they were taken.
SELECT m.id, m.time, m.stats_reset, d.host, d.port
  FROM moments m JOIN databases d ON d.id = m.database
 WHERE d.name = :database AND d.identifier = :identifier
   AND (d.identifier <> '' OR d.host = :host AND d.port = :port)
 ORDER BY m.id
