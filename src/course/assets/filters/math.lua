-- Spellings of TeX that pandoc's typst writer sets badly, rewritten as ones that it sets well.

local REWRITES = {
  { '\\!', '' },
  { '\\left%s*\\[lr]?Vert', '\\lVert ' }, { '\\right%s*\\[lr]?Vert', '\\rVert ' },
  { '\\left%s*\\|', '\\lVert ' }, { '\\right%s*\\|', '\\rVert ' },
  { '\\[bB]igg?[lrm]?%f[^%a]', '' },
}

function Math(math)
  for _, rewrite in ipairs(REWRITES) do math.text = math.text:gsub(rewrite[1], rewrite[2]) end
  return math
end
