-- Applies a transition to a key for its lease holder.
-- KEYS: marker, key, set of the keys of the scope.
-- ARGV: holder; transition; its duration in microseconds; its bytes (a step or the result).
-- Returns 'yes' if the transition was applied, 'lost' if the caller does not hold the lease, 'forgot' if the marker is
-- missing, or 'unreadable'.

local owner, verb, time, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local row = read(KEYS[2], redis.call('GET', KEYS[2]))

if row == false then return 'unreadable' end
if not row and redis.call('EXISTS', KEYS[1]) == 0 then return 'forgot' end
if not row or row.owner ~= owner then return 'lost' end
if row.finished and verb ~= 'finish' then return 'lost' end

if verb == 'extend' then
  row.ends = now + time
elseif verb == 'step' then
  row.steps = row.steps .. bytes
elseif verb == 'release' then
  row.ends = now
elseif verb == 'finish' then
  row.result = bytes
  finish(row, now + time)
  look_again(KEYS[3], KEYS[2], row.ends)
elseif row.result then
  finish(row, row.kept)
else
  redis.call('DEL', KEYS[2])
  redis.call('ZREM', KEYS[3], KEYS[2])
  return 'yes'
end
write(KEYS[2], row)
return 'yes'
