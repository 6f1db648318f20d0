-- Finishes a key for the holder of its first run, who knows all that the row holds.
-- KEYS: key.
-- ARGV: fencing token, version of the row and holder; milliseconds after which Redis removes the key; new row.
-- Returns 1, or 0 if the row is another one: change.lua says why.

-- Redis formats a number, and takes text as it is.
if redis.call('GETRANGE', KEYS[1], '0', '32') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
return 1
