-- KEYS: the marker, the key. ARGV: owner, what to do, a time of it, bytes of it. Answers: 'yes', 'lost' or why not.

local owner, verb, time, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local row = read(KEYS[2])

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
elseif row.result then
  finish(row, row.kept)
else
  redis.call('DEL', KEYS[2])
  return 'yes'
end
write(KEYS[2], row)
return 'yes'
