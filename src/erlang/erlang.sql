-- Staffing: Erlang B, C and A

@function erlang_load(contacts double precision, aht interval, period interval) RETURNS double precision
    load in Erlangs: contacts * aht / period, the mean number of agents busy if nobody is lost; contacts 0 or more, period longer than 0; months, negative durations and numbers that are not finite are errors; NULL gives NULL

@function erlang_b(agents double precision, load double precision) RETURNS double precision COST 10
    Erlang B (Erlang 1917): probability that all of n agents or lines are busy when whoever finds them so is lost, 0 to 1; agents whole, 1 to 1e9; load 0 to 1e9; NULL gives NULL

@function erlang_c(agents double precision, load double precision) RETURNS double precision COST 10
    Erlang C (Erlang 1917): probability of having to wait when nobody hangs up, 0 to 1; 1 when load >= agents; agents whole, 1 to 1e9; load 0 to 1e9; NULL gives NULL

@function erlang_c_service_level(agents double precision, load double precision, aht interval, threshold interval) RETURNS double precision COST 10
    Erlang C: share answered within the threshold (included), 0 to 1: 1 - C exp(-(agents - load) threshold / aht); 0 when load >= agents; aht longer than 0, threshold not negative; NULL gives NULL

@function erlang_c_asa(agents double precision, load double precision, aht interval) RETURNS interval COST 10
    Erlang C: average speed of answer, C aht / (agents - load), to the microsecond; NULL when load >= agents: the queue grows without end; NULL gives NULL

@function erlang_c_agents(load double precision, aht interval, target double precision, threshold interval) RETURNS integer COST 100
    Erlang C: fewest agents of whom erlang_c_service_level reaches the target; target at least 0 and below 1; NULL gives NULL

@function erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision) RETURNS integer COST 100
    Erlang C: fewest agents of whom erlang_c_service_level reaches the target and load / agents does not pass max_occupancy (above 0, at most 1); NULL gives NULL

@function erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) RETURNS integer COST 100
    Erlang C: agents to schedule: those of erlang_c_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL

@function erlang_a(agents double precision, load double precision, aht interval, patience interval) RETURNS double precision COST 20
    Erlang A (Palm 1957; Mandelbaum and Zeltyn 2005): probability of having to wait when customers hang up after an exponential patience of this mean, 0 to 1; any load; agents whole, 1 to 1e9; aht and patience longer than 0; NULL gives NULL

@function erlang_a_service_level(agents double precision, load double precision, aht interval, patience interval, threshold interval) RETURNS double precision COST 20
    Erlang A: share of all who come that is answered within the threshold (included), 0 to 1: abandoned contacts count against it, as service_level does; NULL gives NULL

@function erlang_a_asa(agents double precision, load double precision, aht interval, patience interval) RETURNS interval COST 20
    Erlang A: average speed of answer: mean wait of those who are answered, to the microsecond, as asa(wait, answered); the mean wait of all who come is erlang_a_abandonment * patience; NULL gives NULL

@function erlang_a_abandonment(agents double precision, load double precision, aht interval, patience interval) RETURNS double precision COST 20
    Erlang A: share of all who come that hangs up, 0 to 1; NULL gives NULL

@function erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval) RETURNS integer COST 200
    Erlang A: fewest agents of whom erlang_a_service_level reaches the target; target at least 0 and below 1; NULL gives NULL

@function erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision) RETURNS integer COST 200
    Erlang A: fewest agents of whom erlang_a_service_level reaches the target and the occupancy, load (1 - abandonment) / agents, does not pass max_occupancy (above 0, at most 1); NULL gives NULL

@function erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) RETURNS integer COST 200
    Erlang A: agents to schedule: those of erlang_a_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL
