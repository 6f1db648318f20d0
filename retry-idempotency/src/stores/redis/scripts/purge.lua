-- ARGV: cursor, pattern, how many to look at, how many to remove at most. Answers: the next cursor, how many were removed.

local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local limit, removed = tonumber(ARGV[4]), 0
for _, name in ipairs(page[2]) do
  if removed == limit then break end
  local row = read(name)
  if row and row.finished and row.ends <= now then
    removed = removed + redis.call('DEL', name)
  end
end
return {page[1], removed}
