-- Removes expired keys from one page.
-- ARGV: cursor, pattern, number of keys to scan, maximum number of keys to remove, name of a set without its scope, length of the
--   prefix.
-- Returns {next cursor, number of removed keys}.

local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3], 'TYPE', 'string')
local limit, removed = tonumber(ARGV[4]), 0
for _, name in ipairs(page[2]) do
  if removed == limit then break end
  local row = read_head(name)
  if row and row.finished and row.ends <= now then
    removed = removed + redis.call('DEL', name)
    -- A name is the prefix, the scope and the key, with a zero byte between them.
    local scope_at = tonumber(ARGV[6]) + 2
    redis.call('ZREM', ARGV[5] .. string.sub(name, scope_at, string.find(name, '\0', scope_at, true) - 1), name)
  end
end
return {page[1], removed}
