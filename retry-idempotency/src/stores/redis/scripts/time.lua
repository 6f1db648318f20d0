-- Prelude of every script: the time in microseconds by the clock of the Redis server.
--
-- The paths that most requests take come before the functions that the others share: Lua creates a closure each time a definition
-- runs. Each call of a command costs about as much as ten of them.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- Version of the stored form of a key.
local VERSION = 2
-- Milliseconds after which Redis removes an expired key. Until then `ends` determines whether the key has expired, because
-- Redis measures its own expiry separately.
local GRACE = 60000

