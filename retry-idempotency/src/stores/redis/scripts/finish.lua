-- Applies a transition to a key for its lease holder.
-- KEYS: marker, key; to forget also the set of the keys of the scope.
-- ARGV: holder; transition; its duration in microseconds; its bytes (a step or the result).
-- Returns 'yes' if the transition was applied, 'lost' if the caller does not hold the lease, 'forgot' if the marker is
-- missing, or 'unreadable'.

local owner, verb, time, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

-- Most transitions finish a key.
local packed = redis.call('GET', KEYS[2])
if verb == 'finish' then
  local is_packed, _, head = pcall(cmsgpack.unpack_one, packed or '', 0)
  if is_packed and type(head) == 'table' and head[1] == VERSION and head[9] and head[3] == owner then
    -- finished, ends, kept, length of the result; there are no steps any more.
    head[6], head[7], head[8], head[9] = true, now + time, 0, #bytes
    redis.call('SET', KEYS[2], cmsgpack.pack(head) .. bytes, 'PX', math.ceil(time / 1000) + GRACE)
    return 'yes'
  end
end

