-- Numbers for chapters, sections, figures, tables and equations, and the references to them, across chapters.
-- The context (see context.lua) knows the chapters that are not in this run.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
local context = dofile(pandoc.path.join { HERE, 'context.lua' })
local kind_of = labels.kind_of
local known = context and context.targets or {} -- label -> { name = 'Figure', number = '1.2' }

local function number_book(document)
  local count = 0
  document.blocks = document.blocks:map(function(div)
    local page, number = div.attributes.page, nil
    if context then
      number = context.pages[page].number
    elseif labels.counts(div) then
      count = count + 1
      number = count
    end
    return labels.number(div, number, function(label, name, its_number)
      if known[label] and not context then error(('%s: label "%s" is used twice'):format(page, label), 0) end
      known[label] = { name = name, number = its_number }
    end, FORMAT:match 'notebook%.lua$')
  end)
  return document
end

local function reference(citation, page)
  local label = citation.id
  local target = known[label]
  if not target then error(('%s: nothing has the label "%s" that @%s refers to'):format(page, label, label), 0) end
  if not target.number then
    error(('%s: @%s refers to an unnumbered heading; write a link instead'):format(page, label), 0)
  end
  local text = pandoc.Inlines {}
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str '\u{a0}')
  elseif citation.mode ~= 'SuppressAuthor' then
    text:insert(pandoc.Str(target.name .. '\u{a0}'))
  end
  text:insert(pandoc.Str(target.number))
  return pandoc.Link(text, '#' .. label, '', pandoc.Attr('', { 'cross-reference' }))
end

-- One bracket may hold references and citations; the latter stay for citeproc.
local function resolve(cite, page)
  if not cite.citations:find_if(function(citation) return kind_of(citation.id) end) then return nil end
  local parts = pandoc.List {}
  for _, citation in ipairs(cite.citations) do
    if kind_of(citation.id) then
      parts:insert(pandoc.Inlines { reference(citation, page) } .. citation.suffix)
    else
      parts:insert(pandoc.Inlines { pandoc.Cite({ pandoc.Str('@' .. citation.id) }, { citation }) })
    end
  end
  local inlines = parts:remove(1)
  for _, part in ipairs(parts) do inlines:extend(pandoc.Inlines { pandoc.Str ',', pandoc.Space() } .. part) end
  return inlines
end

-- On the website a citation has an identifier, to which the list of references leads back.
local function anchored(cite, counts)
  for _, citation in ipairs(cite.citations) do
    counts[citation.id] = (counts[citation.id] or 0) + 1
    cite = pandoc.Span({ cite }, pandoc.Attr(('cite-%s-%d'):format(citation.id, counts[citation.id])))
  end
  return cite
end

function Pandoc(document)
  document = number_book(document)
  document.blocks = document.blocks:map(function(div)
    local page, counts = div.attributes.page, {}
    div = div:walk { Cite = function(cite) return resolve(cite, page) end }
    if FORMAT == 'typst' then return div end
    return div:walk { traverse = 'topdown', Cite = function(cite) return anchored(cite, counts), false end }
  end)
  return document
end
