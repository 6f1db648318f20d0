-- Lists the metadata of one page of keys.
-- ARGV: cursor, pattern, number of keys to scan.
-- Returns {next cursor, entries}; the entries are false if a key is unreadable.
-- An entry is {name, state, fencing token, runs, microseconds left, length of the result or -1, length of the steps}.

local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3], 'TYPE', 'string')
local found = {}
for _, name in ipairs(page[2]) do
  local row = read_head(name)
  if row == false then return {page[1], false} end
  if row then
    local state = row.finished and 'finished' or row.ends <= now and 'interrupted' or 'in flight'
    found[#found + 1] = {
      name, state, row.token, row.runs, math.max(0, row.ends - now), row.result_bytes, row.steps_bytes,
    }
  end
end
return {page[1], found}
