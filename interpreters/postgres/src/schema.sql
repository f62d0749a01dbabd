-- Version 1 of the log. `{schema}` and `{lock}` are filled in; everything runs in one transaction.

CREATE TABLE "{schema}".log (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    identity bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE "{schema}".log IS 'Which log this is. Positions of one log mean nothing in another.';

CREATE TABLE "{schema}".events (
    position bigint PRIMARY KEY,
    aggregate text COLLATE "C" NOT NULL,
    stream uuid NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    type text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    data jsonb NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    command_id uuid NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    recorded_at timestamptz NOT NULL,
    metadata jsonb,
    -- The JSON as it was, where jsonb would not give it back as it was: the character NUL, 1e16, -0.0.
    exact_data text,
    exact_metadata text,
    -- The uuid first: it tells streams apart at the first comparison.
    UNIQUE (stream, aggregate, version)
);
COMMENT ON TABLE "{schema}".events IS
    'What happened, in commit order. Rows come in through append() alone, never go, and change only through erase().';

CREATE TABLE "{schema}".commands (
    stream uuid NOT NULL,
    aggregate text COLLATE "C" NOT NULL,
    command_id uuid NOT NULL,
    payload uuid NOT NULL,
    version bigint NOT NULL,
    events bigint NOT NULL,
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (stream, aggregate, command_id)
);
COMMENT ON TABLE "{schema}".commands IS
    'What became of the commands whose callers chose an id; written in the transaction of their events.';

CREATE TABLE "{schema}".snapshots (
    stream uuid NOT NULL,
    aggregate text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    version bigint NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (stream, aggregate)
);
COMMENT ON TABLE "{schema}".snapshots IS 'Kept states: a cache. Losing a row costs time, never truth.';

CREATE TABLE "{schema}".erasures (
    position bigint NOT NULL REFERENCES "{schema}".events,
    reason text NOT NULL CHECK (reason <> ''),
    erased_by text NOT NULL DEFAULT session_user,
    erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE "{schema}".erasures IS 'Which events were changed through erase(), by whom and why.';

-- History stands: a forbidden change is an error, not a silence.
CREATE FUNCTION "{schema}".refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path TO "{schema}", pg_temp AS $$
DECLARE
    -- The door is open while this setting says why.
    why text := coalesce(current_setting('lawful.erase', true), '');
    erasable CONSTANT text[] := '{data, metadata, exact_data, exact_metadata}';
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'events' AND why <> '' THEN
        -- Whatever is put in place of its data, an event keeps its place and its name.
        IF (to_jsonb(NEW) - erasable) = (to_jsonb(OLD) - erasable) THEN
            INSERT INTO erasures (position, reason) VALUES (OLD.position, why);
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'table %.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'personal data is removed with erase(position, data, reason), which writes down who did it and why';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{schema}".events
    FOR EACH ROW EXECUTE FUNCTION "{schema}".refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "{schema}".events
    FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{schema}".commands
    FOR EACH ROW EXECUTE FUNCTION "{schema}".refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "{schema}".commands
    FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{schema}".erasures
    FOR EACH ROW EXECUTE FUNCTION "{schema}".refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "{schema}".erasures
    FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".refuse();

CREATE FUNCTION "{schema}".erase(erased bigint, new_data jsonb, why text) RETURNS void
LANGUAGE plpgsql SET search_path TO "{schema}", pg_temp AS $$
DECLARE
    gone record;
BEGIN
    IF coalesce(why, '') = '' THEN
        RAISE EXCEPTION 'an erasure needs a reason' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM set_config('lawful.erase', why, true);
    UPDATE events SET data = new_data, metadata = NULL, exact_data = NULL, exact_metadata = NULL
    WHERE events.position = erased RETURNING * INTO gone;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no event at position %', erased USING ERRCODE = 'no_data_found';
    END IF;
    PERFORM set_config('lawful.erase', '', true);
    -- A kept state may hold what was erased.
    DELETE FROM snapshots s WHERE s.stream = gone.stream AND s.aggregate = gone.aggregate;
END $$;
COMMENT ON FUNCTION "{schema}".erase IS
    'The one door in the append-only log: puts other data in place of an event''s, for the erasure of personal data.';

-- The log's clock. It is a function of its own so that a test can put another one in its place.
CREATE FUNCTION "{schema}".clock() RETURNS timestamptz LANGUAGE sql AS 'SELECT clock_timestamp()';

-- Appends units: each wholly or not at all, whatever becomes of its neighbours. No two units touch the same stream, unless both only
-- read it. The conditions of unit n are those whose c_unit is n.
--
-- The lock comes before everything else. It is held until the transaction is visible to all, so positions become visible in order and
-- without gaps: no sequence, and nothing that a loser could burn. Every statement after it takes its snapshot under the lock, which is
-- why read committed is insisted on.
CREATE FUNCTION "{schema}".append(
    -- The conditions: this stream is at this version.
    c_unit integer[], c_aggregate text[], c_stream uuid[], c_expected bigint[],
    -- Commands whose callers chose an id; k_place: how many of the events below come up to and with this command.
    k_condition integer[], k_command uuid[], k_payload uuid[], k_version bigint[], k_events bigint[], k_place bigint[],
    -- Events, in order.
    e_condition integer[], e_version bigint[], e_type text[], e_schema integer[], e_data jsonb[], e_event uuid[],
    e_command uuid[], e_correlation uuid[], e_causation uuid[], e_metadata jsonb[],
    e_exact_data text[], e_exact_metadata text[],
    hint boolean,
    -- The position before the first event, and when all of it was recorded.
    OUT head bigint, OUT recorded timestamptz,
    -- Conditions (by their place, from 1) that do not hold, and the versions found.
    OUT conflicts bigint[], OUT actual bigint[],
    -- Commands (by their place, from 1) that were accepted before, and what became of them.
    OUT duplicates bigint[], OUT d_payload uuid[], OUT d_version bigint[], OUT d_events bigint[], OUT d_position bigint[]
) LANGUAGE plpgsql SET search_path TO "{schema}", pg_temp AS $$
DECLARE
    refused integer[] := '{}';
    found bigint;
    added bigint := coalesce(array_length(e_event, 1), 0);
BEGIN
    PERFORM pg_advisory_xact_lock({lock}, 'events'::regclass::oid::integer);
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append() needs the isolation level read committed, not %', current_setting('transaction_isolation');
    END IF;

    SELECT e.position, e.recorded_at INTO head, recorded FROM events e ORDER BY e.position DESC LIMIT 1;
    head := coalesce(head, 0);
    -- A clock that was set back does not make history go back.
    recorded := greatest(recorded, clock());

    -- Most appends are about one stream, and many about one event. To unfold arrays costs more than all the rest of such an append.
    IF cardinality(c_stream) = 1 THEN
        SELECT e.version INTO found FROM events e WHERE e.stream = c_stream[1] AND e.aggregate = c_aggregate[1]
        ORDER BY e.version DESC LIMIT 1;
        found := coalesce(found, 0);
        IF found <> c_expected[1] THEN
            conflicts := '{1}';
            actual := ARRAY[found];
        END IF;
    ELSE
        SELECT array_agg(c.place), array_agg(there.version) INTO conflicts, actual
        FROM unnest(c_aggregate, c_stream, c_expected) WITH ORDINALITY AS c (aggregate, stream, expected, place)
        CROSS JOIN LATERAL (
            SELECT coalesce((
                SELECT e.version FROM events e WHERE e.stream = c.stream AND e.aggregate = c.aggregate
                ORDER BY e.version DESC LIMIT 1
            ), 0) AS version
        ) AS there
        WHERE there.version <> c.expected;
    END IF;

    IF k_condition <> '{}' THEN
        SELECT array_agg(k.place), array_agg(d.payload), array_agg(d.version), array_agg(d.events), array_agg(d.position)
        INTO duplicates, d_payload, d_version, d_events, d_position
        FROM unnest(k_condition, k_command) WITH ORDINALITY AS k (condition, command, place)
        JOIN commands d
            ON d.stream = c_stream[k.condition] AND d.aggregate = c_aggregate[k.condition] AND d.command_id = k.command;
    END IF;

    IF conflicts IS NOT NULL OR duplicates IS NOT NULL THEN
        SELECT array_agg(DISTINCT unit) INTO refused FROM (
            SELECT c_unit[place] FROM unnest(conflicts) AS place
            UNION ALL SELECT c_unit[k_condition[place]] FROM unnest(duplicates) AS place
        ) AS units (unit);
    END IF;

    IF added = 1 AND refused = '{}' THEN
        INSERT INTO events (
            position, aggregate, stream, version, type, schema_version, data, event_id,
            command_id, correlation_id, causation_id, recorded_at, metadata, exact_data, exact_metadata
        ) VALUES (
            head + 1, c_aggregate[e_condition[1]], c_stream[e_condition[1]], e_version[1], e_type[1], e_schema[1], e_data[1], e_event[1],
            e_command[1], e_correlation[1], e_causation[1], recorded, e_metadata[1], e_exact_data[1], e_exact_metadata[1]
        );
    ELSIF added > 0 THEN
        INSERT INTO events (
            position, aggregate, stream, version, type, schema_version, data, event_id,
            command_id, correlation_id, causation_id, recorded_at, metadata, exact_data, exact_metadata
        )
        SELECT
            head + row_number() OVER (ORDER BY e.place), c_aggregate[e.condition], c_stream[e.condition], e.version, e.type,
            e.schema, e.data, e.event, e.command, e.correlation, e.causation, recorded, e.metadata,
            e.exact_data, e.exact_metadata
        FROM unnest(
            e_condition, e_version, e_type, e_schema, e_data, e_event, e_command, e_correlation, e_causation, e_metadata,
            e_exact_data, e_exact_metadata
        ) WITH ORDINALITY AS e (
            condition, version, type, schema, data, event, command, correlation, causation, metadata,
            exact_data, exact_metadata, place
        )
        WHERE c_unit[e.condition] <> ALL (refused);
        GET DIAGNOSTICS added = ROW_COUNT;
    END IF;

    IF k_condition <> '{}' THEN
        INSERT INTO commands (stream, aggregate, command_id, payload, version, events, position, recorded_at)
        SELECT
            c_stream[k.condition], c_aggregate[k.condition], k.command, k.payload, k.version, k.events,
            head + CASE WHEN refused = '{}' THEN k.place ELSE (
                SELECT count(*) FROM unnest(e_condition) WITH ORDINALITY AS e (condition, place)
                WHERE e.place <= k.place AND c_unit[e.condition] <> ALL (refused)
            ) END,
            recorded
        FROM unnest(k_condition, k_command, k_payload, k_version, k_events, k_place)
            AS k (condition, command, payload, version, events, place)
        WHERE c_unit[k.condition] <> ALL (refused);
    END IF;

    IF hint AND added > 0 THEN
        PERFORM pg_notify('{schema}_news', (head + added)::text);
    END IF;
END $$;
COMMENT ON FUNCTION "{schema}".append IS 'The only way in: checks, numbers and records events under one lock.';
