-- A writer for pandoc: chapters as a JSON object, page address -> the cells of its two notebooks, of which
-- press/publish/notebooks.py makes notebooks.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
local texts = dofile(pandoc.path.join { HERE, 'notebook-text.lua' })
local RULE, has_class, para = texts.RULE, texts.has_class, texts.para

local OWN_WORK = '# Your work'

local function is_solution(block)
  return has_class(block, 'box') and block.classes:includes 'tip'
end

-- One notebook on its way: its cells, the blocks of its next cell of text, and what numbers its footnotes.
local Notebook = {}
Notebook.__index = Notebook

local function new_notebook(page, solved)
  return setmetatable({ page = page, solved = solved, cells = pandoc.List {}, pending = pandoc.Blocks {}, notes = 0 },
    Notebook)
end

function Notebook:flush()
  if #self.pending == 0 then return end
  local text, images = texts.markdown(self.pending, self)
  self.pending = pandoc.Blocks {}
  if text ~= '' then self.cells:insert { kind = 'text', text = text, images = images } end
end

function Notebook:say(...)
  for _, block in ipairs { ... } do self.pending:insert(block) end
end

local function code_of(cell)
  for _, block in ipairs(cell.content) do
    if block.t == 'CodeBlock' and block.classes:includes 'cell-code' then return block end
  end
end

local function has_code(div)
  local found = false
  div:walk { Div = function(inner) found = found or (has_class(inner, 'cell') and code_of(inner) ~= nil) end }
  return found
end

-- What an output is in a notebook: the picture, the lines, or the Markdown that the page shows.
function Notebook:output(div)
  local kind = div.classes[2] and div.classes[2]:match '^cell%-output%-(%a+)$'
  local first = div.content[1]
  if kind == 'figure' then
    local picture
    div:walk { Image = function(image) picture = picture or image end }
    return { kind = kind, path = picture.src, alt = picture.attributes.alt }
  elseif kind == 'markdown' then
    local bare = div.content:walk { Table = function(tbl)
      if tbl.identifier == '' then return nil end
      tbl.caption = { long = {} }
      return tbl
    end }
    return { kind = kind, text = (texts.markdown(bare, self)) }
  elseif first and first.t == 'RawBlock' then
    return { kind = 'html', text = first.text }
  elseif first and first.t == 'CodeBlock' then
    return { kind = kind or 'text', text = first.text }
  end
end

-- Captions stand below the code whose output they belong to.
local function captions_within(cell)
  local found = pandoc.Blocks {}
  local function note(block)
    if block.identifier ~= '' then found:extend(texts.captions(block)) end
  end
  cell:walk { Figure = note, Table = note }
  return found
end

function Notebook:code_cell(cell)
  local code = code_of(cell)
  if not code then -- what a hidden cell shows is text
    for _, block in ipairs(cell.content) do self:say(block) end
    return
  end
  self:flush()
  local made = { kind = 'code', text = code.text, label = cell.attributes.label, outputs = pandoc.List {},
    skipped = cell.attributes.skipped ~= nil, failing = cell.attributes.failing ~= nil,
    folded = code.attributes['code-fold'] == 'true' }
  for _, block in ipairs(cell.content) do
    local output = self.solved and block.t == 'Div' and self:output(block)
    if output then made.outputs:insert(output) end
  end
  self.cells:insert(made)
  self:say(table.unpack(captions_within(cell)))
  self:flush()
end

-- In the place of a solution, a notebook to work in has what its exercises give to the reader.
function Notebook:ask(stubs)
  self:flush()
  for _, each in ipairs(stubs) do
    self.cells:insert { kind = 'exercise', name = each.name, stub = each.stub }
  end
  if #stubs == 0 then self.cells:insert { kind = 'own', text = OWN_WORK } end
end

local function stubs_within(div)
  local found = pandoc.List {}
  div:walk { traverse = 'topdown', Div = function(inner)
    if inner.attributes.stub then found:insert { name = inner.attributes.exercise, stub = inner.attributes.stub } end
  end }
  return found
end

local function stubs_of_mark(div)
  local found = pandoc.List {}
  for name, stub in (div.attributes.stubs or ''):gmatch '(%S-):(%S+)' do found:insert { name = name, stub = stub } end
  return found
end

-- A box with code in it does not fit into a cell: lines say where it begins and where it ends.
function Notebook:region(div)
  local body = div.content:clone()
  local title = body:remove(1).content
  self:flush()
  self:say(RULE, para { pandoc.Strong(title) })
  self:add(body)
  self:flush()
  self:say(para { pandoc.Emph(pandoc.Inlines { pandoc.Str 'End of:', pandoc.Space() } .. title) }, RULE)
  self:flush()
end

function Notebook:add(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Header' then self:flush() end
    if has_class(block, 'left-out') then
      if not block.attributes['when-format'] then self:ask(stubs_of_mark(block)) end
    elseif is_solution(block) and not self.solved then
      self:ask(stubs_within(block))
    elseif has_class(block, 'cell') then
      self:code_cell(block)
    elseif has_class(block, 'box') and has_code(block) then
      self:region(block)
    elseif block.t == 'Div' and has_code(block) then
      self:add(block.content)
    else
      self:say(block)
    end
  end
end

-- The works that a chapter cites, as the book's list has them, in the order of the list.
local function references(div, list, solved)
  local cited = {}
  div:walk { traverse = 'topdown',
    Div = function(inner) if is_solution(inner) and not solved then return {}, false end end,
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do cited['ref-' .. citation.id] = true end
    end,
  }
  local found = pandoc.Blocks {}
  for _, entry in ipairs(list) do
    if cited[entry.identifier] then found:extend(entry.content) end
  end
  if #found > 0 then found:insert(1, pandoc.Header(2, 'References')) end
  return found
end

local function notebook(div, list, solved)
  local made = new_notebook(div.attributes.page, solved)
  local heading, rest = labels.split_heading(div.content)
  made:say(heading or pandoc.Header(1, 'Welcome'))
  if div.attributes.subtitle then made:say(para { pandoc.Emph(div.attributes.subtitle) }) end
  made:add(rest)
  made:flush()
  made:say(table.unpack(references(div, list, solved)))
  made:flush()
  return made.cells
end

-- citeproc has put the book's list where a chapter wants it, or at the end.
local function list_of_references(document)
  local list = pandoc.List {}
  document:walk { Div = function(div)
    if div.identifier == 'refs' then list = div.content end
  end }
  document.blocks = document.blocks:filter(function(block) return block.identifier ~= 'refs' end)
  return list
end

function Writer(document)
  local list, pages = list_of_references(document), {}
  for _, div in ipairs(document.blocks) do
    pages[div.attributes.page] = { work = notebook(div, list, false), solved = notebook(div, list, true) }
  end
  return pandoc.json.encode(pages)
end
