/** Whether If-Match names a revision: the comparison is strong (RFC 9110 section 13.1.1). */
export function matches (field, revision) {
  return field === '*' || (revision !== undefined && listed(field).includes(`"${revision}"`))
}

/** Whether If-None-Match names a revision: the comparison is weak (RFC 9110 section 13.1.2). */
export function namesWeakly (field, revision) {
  return field !== undefined && (field === '*' || listed(field).some((tag) => tag.replace(/^W\//, '') === `"${revision}"`))
}

/** Revisions hold no commas here. */
function listed (field) {
  return field.includes(',') ? field.split(',').map((tag) => tag.trim()) : [field]
}
