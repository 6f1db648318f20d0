-- Reads one key whole.
-- KEYS: key.
-- Returns nil if the key does not exist, or 'unreadable' as its state, or
-- {state, fencing token, runs, microseconds left, result or false, steps}.

local row = read(KEYS[1], redis.call('GET', KEYS[1]))
if row == nil then return nil end
if row == false then return {'unreadable', 0, 0, 0, false, ''} end
local state = row.finished and 'finished' or row.ends <= now and 'interrupted' or 'in flight'
return {state, row.token, row.runs, math.max(0, row.ends - now), row.result, row.steps}
