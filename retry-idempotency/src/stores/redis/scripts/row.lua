-- Stored form of a key: one string of a head, the result, and the steps. A listing reads the head alone, however large the result is.
--
-- Bytes of the head, with numbers in big endian:
--     1..16   fencing token, 16 digits
--    17       version
--    18..33   holder
--    34..67   fingerprint: 1 and its 33 bytes, or zeros
--    68       'o' open, 'r' open with a result that is to be replaced, 'f' finished
--    69..72   runs
--    73..80   length of the lease in microseconds
--    81..88   end of the time for which the old result was kept; 0 in other rows
--    89..92   length of the result
--    93..108  start of the lease, 16 digits
-- An open key has no expiry. A finished one expires GRACE after its result does, and has no other record of its end.

local HEAD, FORM = 108, '>c16c1c16c34c1I4I8I8I4c16'
-- Time for which a result counts as kept if somebody has removed its expiry, in microseconds.
local UNTIL_REMOVED = 366 * 86400 * 1000000

local now = tonumber(clock)

-- Returns the metadata, or nil if it is unreadable.
local function unpack_head(name, packed)
  if #packed < HEAD or string.sub(packed, 17, 17) ~= VERSION then return nil end
  local token, _, owner, fingerprint, state, runs, lease, kept, length, since = struct.unpack(FORM, packed)
  token, since = tonumber(token), tonumber(since)
  if not token or not since then return nil end
  local finished, ends = state == 'f', since + lease
  if finished then
    local left = redis.call('PTTL', name)
    ends = now + (left < 0 and UNTIL_REMOVED or (left - GRACE) * 1000)
  end
  return {
    fingerprint = fingerprint, owner = owner, token = token, runs = runs, finished = finished,
    ends = ends, kept = kept, result_bytes = state == 'o' and -1 or length,
  }
end

-- Returns nil if the key does not exist, and false if it is unreadable.
-- As `GET` returns it, `packed` is false without a key.
local function read(name, packed)
  if not packed then return nil end
  local row = unpack_head(name, packed)
  if not row then return false end
  local steps_at = HEAD + math.max(row.result_bytes, 0)
  row.result = row.result_bytes >= 0 and string.sub(packed, HEAD + 1, steps_at)
  row.steps = string.sub(packed, steps_at + 1)
  return row
end

-- Returns the metadata of a key, with the length of its steps and without its result. As above.
local function read_head(name)
  local packed = redis.call('GETRANGE', name, 0, HEAD - 1)
  if packed == '' then return nil end
  local row = unpack_head(name, packed)
  if not row then return false end
  row.steps_bytes = redis.call('STRLEN', name) - HEAD - math.max(row.result_bytes, 0)
  return row
end

local function finish(row, ends)
  row.finished, row.ends, row.kept, row.steps = true, ends, 0, ''
end

-- Sets the time at which a bound of the scope looks at the key again, if it has one: a result may end before the last one did.
local function look_again(set, name, at)
  redis.call('ZADD', set, 'XX', at, name)
end

local function digits(number)
  return string.format('%016.0f', number)
end

-- `SET` without `PX` removes the expiry that a finished key had.
local function write(name, row)
  local state = row.finished and 'f' or row.result and 'r' or 'o'
  local packed = struct.pack(
    FORM, digits(row.token), VERSION, row.owner, row.fingerprint, state, row.runs, 0, row.kept,
    row.result and #row.result or 0, digits(row.ends)
  ) .. (row.result or '') .. row.steps
  if row.finished then
    local left = math.max(0, math.ceil((row.ends - now) / 1000))
    redis.call('SET', name, packed, 'PX', left + GRACE)
  else
    redis.call('SET', name, packed)
  end
end

