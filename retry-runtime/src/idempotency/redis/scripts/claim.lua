-- KEYS: the marker, the key. ARGV: owner, fingerprint ('' for none), lease, takeover.
-- Answers: what, a number of it, runs, bytes, the result that is to be replaced.

local owner, fingerprint, lease, takeover = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local function answer(what, number, bytes)
  return {what, number or 0, 0, bytes or '', false}
end

local function run(row)
  return {'run', row.token, row.runs, row.steps, row.result}
end

-- Alike, or by two versions of the rule, which is the first byte.
local function agrees(stored)
  if stored == '' or fingerprint == '' then return stored == fingerprint end
  return stored == fingerprint or string.byte(stored) ~= string.byte(fingerprint)
end

if redis.call('EXISTS', KEYS[1]) == 0 then return answer('forgot') end

local row, now = read(KEYS[2]), clock()
if row == false then return answer('unreadable') end

local function take(taken)
  taken.owner, taken.ends = owner, now + lease
  taken.token = math.max(row and row.token + 1 or 0, now)
  write(KEYS[2], taken, now)
  return run(taken)
end

local function anew()
  return take({fingerprint = fingerprint, runs = 1, finished = false, kept = 0, result = false, steps = ''})
end

local function resume()
  row.runs = row.runs + 1
  return take(row)
end

local function reopen()
  if row.finished then
    row.kept, row.runs, row.finished = row.ends, 1, false
  else
    row.runs = row.runs + 1
  end
  row.steps = ''
  return take(row)
end

if not row then return anew() end
local is_over, is_mine, reopens = row.ends <= now, row.owner == owner, takeover == 'reopen'

if is_mine and not row.finished and not is_over then return run(row) end
if row.finished and is_over then return anew() end
if row.finished and reopens and not is_mine then return reopen() end
if not reopens and not agrees(row.fingerprint) then return answer('mismatch') end
if row.finished then return answer('finished', 0, row.result) end
if not is_over then return answer('in flight', row.ends - now) end
if takeover == 'resume' then return resume() end
if reopens and row.result then return reopen() end
return answer('interrupted', row.runs)
