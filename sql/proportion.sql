-- Rates: type proportion

-- share of true among the rows that say true or false; a NULL says nothing
SELECT rate(x), fcr(x), proportion_agg(x), contacts_per_resolution(x)   -- 2/3, 1.5
FROM unnest('{t,f,t,NULL}'::boolean[]) AS x;
