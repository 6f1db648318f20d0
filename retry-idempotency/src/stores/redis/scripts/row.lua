-- Prelude of every script: the time in microseconds by the clock of the Redis server, and the stored form of a key, which is
-- one MessagePack list.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local VERSION = 1
-- Milliseconds after which Redis removes an expired key. Until then `ends` determines whether the key has expired, because
-- Redis measures its own expiry separately.
local GRACE = 60000

-- Returns nil if the key does not exist, and false if it is unreadable.
local function read(name)
  local packed = redis.call('GET', name)
  if not packed then return nil end
  local is_packed, row = pcall(cmsgpack.unpack, packed)
  if not is_packed or type(row) ~= 'table' or row[1] ~= VERSION then return false end
  return {
    fingerprint = row[2], owner = row[3], token = row[4], runs = row[5], finished = row[6],
    ends = row[7], kept = row[8], result = row[9], steps = row[10],
  }
end

local function finish(row, ends)
  row.finished, row.ends, row.kept, row.steps = true, ends, 0, ''
end

-- An open key has no expiry. `SET` without `PX` removes the expiry that a finished key had.
local function write(name, row)
  local packed = cmsgpack.pack({
    VERSION, row.fingerprint, row.owner, row.token, row.runs, row.finished,
    row.ends, row.kept, row.result, row.steps,
  })
  if row.finished then
    local left = math.max(0, math.ceil((row.ends - now) / 1000))
    redis.call('SET', name, packed, 'PX', left + GRACE)
  else
    redis.call('SET', name, packed)
  end
end

