-- Staffing: Erlang B, C and A

@function erlang_load(contacts double precision, aht interval, period interval) RETURNS double precision
    load in Erlangs: contacts * aht / period, the mean number of agents busy if nobody is lost; NULL gives NULL
@function erlang_b(agents double precision, load double precision) RETURNS double precision COST 10
    Erlang B: probability that all agents or lines are busy when whoever finds them so is lost, 0 to 1; NULL gives NULL
@function erlang_c(agents double precision, load double precision) RETURNS double precision COST 10
    Erlang C: probability of having to wait when nobody hangs up, 0 to 1; 1 when load >= agents; NULL gives NULL
@function erlang_c_service_level(agents double precision, load double precision, aht interval, threshold interval) RETURNS double precision COST 10
    Erlang C: share answered within the threshold (included), 0 to 1; 0 when load >= agents; NULL gives NULL
@function erlang_c_asa(agents double precision, load double precision, aht interval) RETURNS interval COST 10
    Erlang C: average speed of answer, C aht / (agents - load), to the microsecond; NULL when load >= agents: the queue grows without end; NULL gives NULL
@function erlang_c_agents(load double precision, aht interval, target double precision, threshold interval) RETURNS integer COST 100
    Erlang C: fewest agents of whom erlang_c_service_level reaches the target; target at least 0 and below 1; NULL gives NULL
@function erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision) RETURNS integer COST 100
    Erlang C: fewest agents who reach the target and whose occupancy, load / agents, does not pass max_occupancy; NULL gives NULL
@function erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) RETURNS integer COST 100
    Erlang C: agents to schedule: those of erlang_c_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL
@function erlang_a(agents double precision, load double precision, aht interval, patience interval) RETURNS double precision COST 20
    Erlang A: probability of having to wait when customers hang up after an exponential patience of this mean, 0 to 1; NULL gives NULL
@function erlang_a_service_level(agents double precision, load double precision, aht interval, patience interval, threshold interval) RETURNS double precision COST 20
    Erlang A: share of all contacts answered within the threshold (included), 0 to 1, abandoned ones counted against it; NULL gives NULL
@function erlang_a_asa(agents double precision, load double precision, aht interval, patience interval) RETURNS interval COST 20
    Erlang A: average speed of answer, the mean wait of those who are answered, to the microsecond; NULL gives NULL
@function erlang_a_abandonment(agents double precision, load double precision, aht interval, patience interval) RETURNS double precision COST 20
    Erlang A: share of all who come that hangs up, 0 to 1; NULL gives NULL
@function erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval) RETURNS integer COST 200
    Erlang A: fewest agents of whom erlang_a_service_level reaches the target; target at least 0 and below 1; NULL gives NULL
@function erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision) RETURNS integer COST 200
    Erlang A: fewest agents who reach the target and whose occupancy does not pass max_occupancy; NULL gives NULL
@function erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) RETURNS integer COST 200
    Erlang A: agents to schedule: those of erlang_a_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL
