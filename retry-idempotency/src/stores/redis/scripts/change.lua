-- Applies a transition other than most. Continues finish.lua, which says what is returned.

local row = read(packed)

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
  redis.call('ZREM', KEYS[3], KEYS[2])
  return 'yes'
end
write(KEYS[2], row)
return 'yes'
