-- What readers' scripts play with, beside a figure: of all outputs, only the website has scripts (see website.lua).

return { { CodeBlock = function(block)
  if block.classes:includes 'numbers' and block.attributes.plays then return {} end
end } }
