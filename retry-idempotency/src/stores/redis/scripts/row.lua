-- Stored form of a key.
--
-- It is one string: a MessagePack list of its metadata, then its result, then its steps. A listing reads the first bytes alone,
-- however large the result is.

-- Bytes that hold the metadata of every key: at most 100 are used.
local HEAD = 128

-- Returns the metadata, and the number of bytes that it takes of `packed`; or nil if it is unreadable.
local function unpack_head(packed)
  local is_packed, offset, head = pcall(cmsgpack.unpack_one, packed, 0)
  if not is_packed or type(head) ~= 'table' or head[1] ~= VERSION or not head[9] then return nil end
  -- The offset is -1 if nothing follows.
  if offset < 0 then offset = #packed end
  return {
    fingerprint = head[2], owner = head[3], token = head[4], runs = head[5], finished = head[6],
    ends = head[7], kept = head[8], result_bytes = head[9],
  }, offset
end

-- Returns nil if the key does not exist, and false if it is unreadable. As `GET` returns it, `packed` is false without a key.
local function read(packed)
  if not packed then return nil end
  local row, offset = unpack_head(packed)
  if not row then return false end
  local steps_at = offset + math.max(row.result_bytes, 0)
  row.result = row.result_bytes >= 0 and string.sub(packed, offset + 1, steps_at)
  row.steps = string.sub(packed, steps_at + 1)
  return row
end

-- Returns the metadata of a key, with the length of its steps and without its result. As above.
local function read_head(name)
  local packed = redis.call('GETRANGE', name, 0, HEAD - 1)
  if packed == '' then return nil end
  local row, offset = unpack_head(packed)
  if not row then return false end
  row.steps_bytes = redis.call('STRLEN', name) - offset - math.max(row.result_bytes, 0)
  return row
end

local function finish(row, ends)
  row.finished, row.ends, row.kept, row.steps = true, ends, 0, ''
end

-- An open key has no expiry. `SET` without `PX` removes the expiry that a finished key had.
local function write(name, row)
  local packed = cmsgpack.pack({
    VERSION, row.fingerprint, row.owner, row.token, row.runs, row.finished,
    row.ends, row.kept, row.result and #row.result or -1,
  }) .. (row.result or '') .. row.steps
  if row.finished then
    local left = math.max(0, math.ceil((row.ends - now) / 1000))
    redis.call('SET', name, packed, 'PX', left + GRACE)
  else
    redis.call('SET', name, packed)
  end
end

