-- Claims a key that is there, or one of a scope with a bound. Continues claim_new.lua, which says what is returned.

local function answer(what, number, bytes)
  return {what, number or 0, 0, bytes or '', false}
end

local row = read(KEYS[2], packed)
if row == false then return answer('unreadable') end

local owner, reopens, lease = string.sub(row_of_first, 2, 17), takeover == 'o', struct.unpack('>I8', row_of_first, 57)

local function first(token)
  return {
    fingerprint = fingerprint, owner = owner, token = token, runs = 1, finished = false,
    ends = now + lease, kept = 0, result = false, steps = '',
  }
end

local function next_token(least)
  local token = math.max(least, (tonumber(highest) or 0) + 1)
  redis.call('SET', KEYS[1], digits(token))
  return token
end

if not row then
  if ARGV[2] and not add(KEYS[3], KEYS[2], tonumber(ARGV[2]), lease) then return answer('full') end
  local token = next_token(now)
  write(KEYS[2], first(token))
  if token == now then return clock end
  return {'first', token, 1, clock, false}
end

local is_over, is_mine = row.ends <= now, row.owner == owner

local function run()
  return {'run', row.token, row.runs, row.steps, row.result}
end

local function take()
  row.owner, row.ends, row.token = owner, now + lease, next_token(math.max(row.token + 1, now))
  write(KEYS[2], row)
  return run()
end

local function anew()
  row = first(row.token)
  return take()
end

local function resume()
  row.runs = row.runs + 1
  return take()
end

local function reopen()
  if row.finished then
    row.kept, row.runs, row.finished = row.ends, 1, false
  else
    row.runs = row.runs + 1
  end
  row.steps = ''
  return take()
end

-- The second byte is the version of the rule. Fingerprints of different versions are not comparable and count as equal.
local function agrees(stored)
  if stored == fingerprint then return true end
  if string.byte(stored) ~= string.byte(fingerprint) then return false end
  return string.byte(stored, 2) ~= string.byte(fingerprint, 2)
end

if is_mine and not row.finished and not is_over then return run() end
if row.finished and is_over then return anew() end
if row.finished and reopens and not is_mine then return reopen() end
if not reopens and not agrees(row.fingerprint) then return answer('mismatch') end
if row.finished then return answer('finished', 0, row.result) end
if not is_over then return answer('in flight', row.ends - now) end
if takeover == 'r' then return resume() end
if reopens and row.result then return reopen() end
return answer('interrupted', row.runs)
