-- Replaces the result that an operator has resolved a key with.
-- KEYS: key, set of the keys of the scope.
-- ARGV: new holder; first bytes of the holder of an operator; retention of the result in microseconds; result.
-- Returns 'yes', 'finished' if a run has finished the key, 'unknown', or 'unreadable'.

local row = read(KEYS[1], redis.call('GET', KEYS[1]))

if row == false then return 'unreadable' end
if not row or not row.finished or row.ends <= now then return 'unknown' end
if string.sub(row.owner, 1, #ARGV[2]) ~= ARGV[2] then return 'finished' end

row.owner, row.result = ARGV[1], ARGV[4]
finish(row, now + tonumber(ARGV[3]))
look_again(KEYS[2], KEYS[1], row.ends)
write(KEYS[1], row)
return 'yes'
