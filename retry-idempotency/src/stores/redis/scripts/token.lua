
-- Reads the fencing token of the last holder of a key.
-- KEYS: name.
-- Returns the token, or nil if the key does not exist or is unreadable.

local row = read_head(KEYS[1])
return row and row.token or nil
