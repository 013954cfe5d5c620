-- What this run of pandoc has to know of the rest of the book (press/publish/context.py gathers it and says what it
-- is), or nil where the run has the whole book. Not a filter.

local name = os.getenv 'PRESS_CONTEXT' or ''
if name == '' then return nil end
local file = assert(io.open(name, 'rb'))
local content = file:read 'a'
file:close()
return pandoc.json.decode(content, false)
