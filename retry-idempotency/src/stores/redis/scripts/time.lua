-- Prelude of most scripts: the time in microseconds by the clock of the Redis server, as 16 digits, which compare as text.
--
-- The paths that most requests take come before the functions that the others share: Lua creates a closure each time a definition
-- runs. On those paths each command costs about 3,000 instructions, each argument 1,500, and each byte of a new string 10, because
-- this Lua hashes all of it.

local time = redis.call('TIME')
local clock = time[1] .. time[2]
if #clock ~= 16 then clock = string.format('%010d%06d', time[1], time[2]) end

-- Version of the stored form of a key.
local VERSION = '\3'
-- Milliseconds after which Redis removes an expired key.
local GRACE = 60000

