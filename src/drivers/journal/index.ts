export { createFileJournal } from './files.js';
export { createPostgresJournal, type PostgresJournal } from './postgres.js';
export { sha256 } from './sha256.js';
