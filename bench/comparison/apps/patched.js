/** What Common REST operations make of a content: a copy where they change something, what they leave alone is shared. */
export function patched (content, operations) {
  return operations.reduce((before, { operation, field, value }) => {
    return edited(before, field.slice(1).split('/').map(unescape), operation, value)
  }, content)
}

function edited (before, [name, ...rest], operation, value) {
  if (before === null || typeof before !== 'object' || (rest.length > 0 && !Object.hasOwn(before, name))) throw new RangeError(`There is no ${name}`)
  const after = Array.isArray(before) ? [...before] : { ...before }
  if (rest.length > 0) after[name] = edited(before[name], rest, operation, value)
  else if (Array.isArray(after)) editArray(after, name, operation, value)
  else if (operation === 'remove') delete after[name]
  else after[name] = value
  return after
}

function editArray (array, name, operation, value) {
  const index = name === '-' ? array.length : Number(name)
  if (!Number.isInteger(index) || index < 0 || index > array.length) throw new RangeError(`There is no ${name}`)
  if (operation === 'add') array.splice(index, 0, value)
  else if (operation === 'remove') array.splice(index, 1)
  else array[index] = value
}

function unescape (token) {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
