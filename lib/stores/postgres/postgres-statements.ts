/* The texts of the statements on one document, whose parts those on many documents share. */

/** The condition that a document is live at `now`. */
export const live = (now: string): string => `content IS NOT NULL AND (expires IS NULL OR expires > ${now})`

/** Nothing is written under other rules than those that the document's keys were made by. */
export const underRules = (generation: string): string => `(SELECT generation FROM crest_rules WHERE collection = $1) IS NOT DISTINCT FROM ${generation}::text`

/** What an insert does where the id is held: it takes the place of a tombstone that is over at `now`, and else writes nothing. */
export const overTombstone = (now: string): string => `ON CONFLICT (collection, id) DO UPDATE SET
    revision = excluded.revision, content = excluded.content, sorted = excluded.sorted, compared = excluded.compared, claims = excluded.claims,
    expires = excluded.expires, gone_until = NULL
    WHERE d.content IS NULL AND d.gone_until <= ${now}::bigint`

// What is written is answered as it will be read: jsonb has a form of its own, and a revision is the tag of one form.

/** What an id holds: collection, id. */
export const readStatement: string = 'SELECT revision, content::text AS content, expires, gone_until FROM crest_documents WHERE collection = $1 AND id = $2'
/** Adds a document, if the id is absent: collection, id, folded id, revision, content, keys, expiry, now, generation. */
export const insertStatement: string = `INSERT INTO crest_documents AS d (collection, id, folded, revision, content, sorted, compared, claims, expires)
  SELECT $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8::jsonb, $9::bigint WHERE ${underRules('$11')}
  ${overTombstone('$10')}
  RETURNING content::text AS content`
/** Replaces a live document at a revision: collection, id, revision, the next one, content, keys, expiry, now, generation. */
export const replaceStatement: string = `UPDATE crest_documents SET
    revision = $4, content = $5::jsonb, sorted = $6::jsonb, compared = $7::jsonb, claims = $8::jsonb, expires = $9::bigint
  WHERE collection = $1 AND id = $2 AND revision = $3 AND ${live('$10::bigint')} AND ${underRules('$11')}
  RETURNING content::text AS content`
/** Removes a live document at a revision: collection, id, revision, now. */
export const deleteStatement: string = `DELETE FROM crest_documents WHERE collection = $1 AND id = $2 AND revision = $3 AND ${live('$4::bigint')} RETURNING content::text AS content`
/** The same, and leaves a tombstone: until when. */
export const buryStatement: string = `UPDATE crest_documents AS d SET
    revision = NULL, content = NULL, sorted = NULL, compared = NULL, claims = NULL, expires = NULL, gone_until = $5::bigint
  FROM (SELECT content FROM crest_documents WHERE collection = $1 AND id = $2 AND revision = $3 AND ${live('$4::bigint')} FOR UPDATE) AS before
  WHERE d.collection = $1 AND d.id = $2 AND d.revision = $3
  RETURNING before.content::text AS content`
