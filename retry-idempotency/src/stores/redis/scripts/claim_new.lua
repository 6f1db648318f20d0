-- Claims a key.
-- KEYS: marker, key; with a bound also the set of the keys of the scope.
-- ARGV: holder; fingerprint, or ''; lease in microseconds; takeover ('refuse', 'resume' or 'reopen'); most keys of the scope, or 0;
--   latest time at which the client still waits.
-- Returns the fencing token if the key is new and the token is the time. Otherwise returns {outcome, number, runs, bytes, previous result}:
--   'first'        fencing token of a new key, above the time because the clock was set back; bytes are the time
--   'run'          fencing token, runs, recorded steps, the result to replace or false
--   'finished'     bytes are the result
--   'in flight'    number is the rest of the lease in microseconds
--   'interrupted'  number is the count of runs
--   'late'         number is the time; nothing was changed
--   'mismatch', 'forgot', 'unreadable', 'full'

-- The client has given up, and would not end the key. Redis was frozen, or the claim was on its way for too long.
if now > tonumber(ARGV[6]) then return {'late', now, 0, '', false} end

local owner, fingerprint, lease, takeover = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

-- Most claims are of a new key of a scope without a bound. The marker holds the highest token that was given: it is set to the
-- time, which is higher unless the clock was set back.
local packed = redis.call('GET', KEYS[2])
if not packed and ARGV[5] == '0' then
  -- Lua would write an exponent.
  local highest = redis.call('GETSET', KEYS[1], string.format('%.0f', now))
  if not highest then
    redis.call('DEL', KEYS[1])
    return {'forgot', 0, 0, '', false}
  end
  local token = math.max(now, (tonumber(highest) or 0) + 1)
  redis.call('SET', KEYS[2], cmsgpack.pack({VERSION, fingerprint, owner, token, 1, false, now + lease, 0, -1}))
  if token == now then return token end
  redis.call('SET', KEYS[1], string.format('%.0f', token))
  return {'first', token, 1, string.format('%.0f', now), false}
end

