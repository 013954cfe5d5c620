-- Tables of a page that have the same head, such as lists of tasks by chapter, have the same columns: their heads have
-- room for the widest cells of all of them, which the stylesheet lays out and does not show.

local NEARLY = 0.85 -- of the most characters: the text that has them need not be the widest

local function text_of(cell)
  if cell.contents:find_if(function(block) return block.t ~= 'Plain' and block.t ~= 'Para' end) then return '' end
  return (pandoc.utils.stringify(cell.contents):gsub('\u{a0}', ' '))
end

-- What the columns are called; nil where not all of them have a name.
local function head_of(tbl)
  if #tbl.head.rows ~= 1 then return nil end
  local names = pandoc.List(tbl.head.rows[1].cells):map(text_of)
  return not names:includes '' and table.concat(names, '\n') or nil
end

-- The texts of a column of some tables that may be its widest.
local function widest(tables, column)
  local texts, most = pandoc.List {}, 0
  for _, tbl in ipairs(tables) do
    for _, body in ipairs(tbl.bodies) do
      for _, row in ipairs(body.body) do
        local text = row.cells[column] and text_of(row.cells[column]) or ''
        if not texts:includes(text) then texts:insert(text) end
        most = math.max(most, utf8.len(text))
      end
    end
  end
  return texts:filter(function(text) return utf8.len(text) > NEARLY * most end)
end

local function with_room(tbl, tables)
  for column, cell in ipairs(tbl.head.rows[1].cells) do
    for _, text in ipairs(widest(tables, column)) do
      cell.contents[#cell.contents].content:insert(pandoc.Span({}, pandoc.Attr('', { 'widest' }, { room = text })))
    end
  end
  return tbl
end

function Div(chapter)
  if not chapter.classes:includes 'chapter' then return nil end
  local alike = {} -- head -> its tables
  chapter:walk { Table = function(tbl)
    local head = head_of(tbl)
    if head then
      alike[head] = alike[head] or pandoc.List {}
      alike[head]:insert(tbl)
    end
  end }
  return chapter:walk { Table = function(tbl)
    local tables = alike[head_of(tbl)]
    return tables and #tables > 1 and with_room(tbl, tables) or nil
  end }
end
