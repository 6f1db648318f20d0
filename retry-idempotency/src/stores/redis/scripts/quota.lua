-- Bound on the keys of a scope: a sorted set of their names. The score of a name is the time at which it is looked at again: the
-- end of the lease at first, then that of the result. So a claim
-- finds the names whose key Redis has removed itself. What removes a key otherwise removes its name too.

-- Names that one claim looks at. Above one, so that names without a key become fewer.
local LOOKS, LOOKS_IF_FULL = 2, 100
-- Seconds after the last new key of a scope for which its set is kept.
local KEPT = 7 * 86400

local function tidy(set, looks, lease)
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', now, 'LIMIT', 0, looks)) do
    local row = read_head(name)
    if row == nil or row and row.finished and row.ends <= now then
      redis.call('ZREM', set, name)
    else
      redis.call('ZADD', set, row and row.finished and row.ends or now + lease, name)
    end
  end
end

-- Adds a name, and returns whether there was room for it.
local function add(set, name, most, lease)
  tidy(set, LOOKS, lease)
  if redis.call('ZCARD', set) >= most then
    tidy(set, LOOKS_IF_FULL, lease)
    if redis.call('ZCARD', set) >= most then return false end
  end
  redis.call('ZADD', set, now + lease, name)
  redis.call('EXPIRE', set, KEPT)
  return true
end

