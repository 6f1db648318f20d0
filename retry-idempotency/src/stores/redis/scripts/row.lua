-- What each script begins with: what time it is, in microseconds of this server's clock, and how a key is stored, as one
-- packed list.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local VERSION = 1
-- Milliseconds for which a finished key is there after it is over. Its own time decides, not that of the server's expiry.
local GRACE = 60000

-- nil: there is none; false: it cannot be read.
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

-- An open key has no expiry, whatever it had before.
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

