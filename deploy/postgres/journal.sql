-- The journal of Changeover in PostgreSQL 12 or newer. Apply it as an administrator of the database; again is fine.
-- The worker's own role gets the group role and nothing else:
--   CREATE ROLE changeover_worker LOGIN PASSWORD '…' IN ROLE changeover_journal;
-- It can add and read. It can neither change nor remove a line, and triggers refuse both to everybody who does not drop them first.

CREATE SCHEMA IF NOT EXISTS changeover;

-- `line` is the text that was hashed, byte for byte; jsonb would write it anew.
CREATE TABLE IF NOT EXISTS changeover.journal_entry (
  run        text        NOT NULL,
  sequence   integer     NOT NULL CHECK (sequence > 0),
  id         text        NOT NULL,
  digest     char(64)    NOT NULL,
  line       text        NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run, sequence),
  UNIQUE (run, id)
);

CREATE TABLE IF NOT EXISTS changeover.journal_ledger (
  sequence   bigint      PRIMARY KEY CHECK (sequence > 0),
  run        text        NOT NULL,
  digest     char(64)    NOT NULL UNIQUE,
  line       text        NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS journal_ledger_run ON changeover.journal_ledger (run, sequence);

CREATE TABLE IF NOT EXISTS changeover.journal_attachment (
  name       text        PRIMARY KEY,
  digest     char(64)    NOT NULL,
  content    bytea       NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);

CREATE OR REPLACE FUNCTION changeover.journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['journal_entry', 'journal_ledger', 'journal_attachment'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON changeover.%I', one);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON changeover.%I FOR EACH STATEMENT EXECUTE FUNCTION changeover.journal_is_append_only()', one);
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'changeover_journal') THEN
    CREATE ROLE changeover_journal NOLOGIN;
  END IF;
END
$$;

REVOKE ALL ON SCHEMA changeover FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA changeover FROM PUBLIC, changeover_journal;
GRANT USAGE ON SCHEMA changeover TO changeover_journal;
GRANT INSERT, SELECT ON changeover.journal_entry, changeover.journal_ledger, changeover.journal_attachment TO changeover_journal;
