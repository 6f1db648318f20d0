-- Resolves an interrupted key for an operator; with 'force' also a key whose lease has not ended.
-- KEYS: marker, key, set of the keys of the scope.
-- ARGV: new holder; 'force' or ''; 'finish' or 'nothing'; retention of the result in microseconds; result.
-- Returns {outcome, rest of the lease in microseconds}. The outcome is 'yes', 'in flight', 'finished', 'unknown', 'forgot' or
-- 'unreadable'.

local owner, force, verb, time, bytes = ARGV[1], ARGV[2] == 'force', ARGV[3], tonumber(ARGV[4]), ARGV[5]
local row = read(KEYS[2], redis.call('GET', KEYS[2]))

if row == false then return {'unreadable', 0} end
if not row and redis.call('EXISTS', KEYS[1]) == 0 then return {'forgot', 0} end
if not row or row.finished and row.ends <= now then return {'unknown', 0} end
if row.finished then return {'finished', 0} end
if row.ends > now and not force then return {'in flight', row.ends - now} end

row.owner = owner
if verb == 'finish' then
  row.result = bytes
  finish(row, now + time)
  look_again(KEYS[3], KEYS[2], row.ends)
elseif row.result then
  finish(row, row.kept)
else
  redis.call('DEL', KEYS[2])
  redis.call('ZREM', KEYS[3], KEYS[2])
  return {'yes', 0}
end
write(KEYS[2], row)
return {'yes', 0}
