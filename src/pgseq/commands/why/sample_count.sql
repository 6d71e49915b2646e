(SELECT 'count', count(*), NULL, NULL
   FROM (SELECT FROM {:source} AS fed WHERE {:condition} LIMIT {:rows}) AS counted)
