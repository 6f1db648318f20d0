-- Claims a key.
-- KEYS: marker, key; with a bound also the set of the keys of the scope.
-- ARGV: latest time at which the client still waits (16 digits), takeover (one byte: '-' refuse, 'r' resume, 'o' reopen) and the row
--   of a first use without the times that it begins and ends with; with a bound also the most keys of the scope.
-- Returns the fencing token as text if the key is new and the token is the time. Otherwise returns
-- {outcome, number, runs, bytes, previous result}:
--   'first'        fencing token of a new key, above the time because the clock was set back; bytes are the time
--   'run'          fencing token, runs, recorded steps, the result to replace or false
--   'finished'     bytes are the result
--   'in flight'    number is the rest of the lease in microseconds
--   'interrupted'  number is the count of runs
--   'late'         number is the time; nothing was changed
--   'mismatch', 'forgot', 'unreadable', 'full'

-- The client has given up, and would not end the key. Redis was frozen, or the claim was on its way for too long.
if clock > ARGV[1] then return {'late', tonumber(clock), 0, '', false} end

-- Most claims are of a new key of a scope without a bound. A Redis that refuses to write still replays, so an error goes on below.
local row_of_first = string.sub(ARGV[1], 18)
if not ARGV[2] and redis.pcall('SETNX', KEYS[2], clock .. row_of_first .. clock) == 1 then
  -- The marker holds the highest token that was given: it is set to the time, which is higher unless the clock was set back.
  local highest = redis.call('GETSET', KEYS[1], clock)
  if not highest then
    redis.call('DEL', KEYS[1], KEYS[2])
    return {'forgot', 0, 0, '', false}
  end
  if highest < clock then return clock end
  local number = math.max(tonumber(clock), (tonumber(highest) or 0) + 1)
  local token = string.format('%016.0f', number)
  redis.call('SET', KEYS[1], token)
  redis.call('SET', KEYS[2], token .. row_of_first .. clock)
  return {'first', number, 1, clock, false}
end

-- Most others are of a key that is finished, by a request with the same fingerprint. A key that is removed takes its token with it,
-- and the clock may be set back: nothing is claimed without the marker.
local highest, packed = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if not highest then return {'forgot', 0, 0, '', false} end
local takeover, fingerprint = string.sub(ARGV[1], 17, 17), string.sub(row_of_first, 18, 51)
if packed and string.sub(packed, 17, 17) == VERSION and string.sub(packed, 34, 68) == fingerprint .. 'f' and takeover ~= 'o' then
  local left = redis.call('PTTL', KEYS[2])
  if left < 0 or left > GRACE then return {'finished', 0, 0, string.sub(packed, 109), false} end
end

