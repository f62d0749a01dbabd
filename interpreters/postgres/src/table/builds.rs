use super::statements::{Statements, literal, quoted};
use crate::connection::Connector;
use crate::schema::{LOCKS, key};
use lawful::log::Position;
use lawful::view::ReadModel;
use lawful::{Failure, FailureKind};
use tokio_postgres::{Client, Error};

/// The longest name of rows: with the fingerprint it must fit into the 63 bytes of a name.
const LONGEST: usize = 46;

/// The rows as one build of a read model makes them.
///
/// Builds stand beside each other, so that an old process and a new one may both go on. The one that was opened last is published once
/// it has come as far as the log; the one before it stays, and older ones go.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) schema: String,
    pub(super) name: &'static str,
    pub(super) fingerprint: String,
}

impl Build {
    pub(super) fn of<R: ReadModel>(log: &str) -> Result<Self, Failure> {
        if R::NAME.len() > LONGEST {
            return Err(Failure::new(
                FailureKind::Other,
                format!(
                    "`{}` is too long a name for rows in a table: found {} bytes, expected at most {LONGEST}; write `#[row(name = \"..\")]`",
                    R::NAME,
                    R::NAME.len()
                ),
            ));
        }
        Ok(Build {
            schema: format!("{log}_views"),
            name: R::NAME,
            fingerprint: format!("{:016x}", R::fingerprint()),
        })
    }

    pub(super) fn table(&self) -> String {
        format!("{}_{}", self.name, self.fingerprint)
    }

    /// Makes what is missing, under a lock, and says that this build was opened last.
    pub(super) async fn prepare(
        &self,
        connector: &Connector,
        client: &Client,
        statements: &Statements,
    ) -> Result<(), Failure> {
        let (schema, lock) = (quoted(&self.schema), self.lock());
        let (name, fingerprint) = (literal(self.name), literal(&self.fingerprint));
        let create = literal(&statements.create);
        let taken = self.taken();
        let prepare = format!(
            "DO $lawful$ BEGIN
                PERFORM {lock};
                IF to_regnamespace({}) IS NULL THEN CREATE SCHEMA {schema}; END IF;
                CREATE TABLE IF NOT EXISTS {schema}.builds (
                    name text NOT NULL,
                    fingerprint text NOT NULL,
                    checkpoint text,
                    opened bigint NOT NULL,
                    published boolean NOT NULL DEFAULT false,
                    PRIMARY KEY (name, fingerprint)
                );
                {taken}
                IF NOT EXISTS (SELECT FROM {schema}.builds WHERE name = {name} AND fingerprint = {fingerprint}) THEN
                    EXECUTE {create};
                END IF;
                INSERT INTO {schema}.builds (name, fingerprint, opened)
                SELECT {name}, {fingerprint}, coalesce(max(opened), 0) + 1 FROM {schema}.builds
                ON CONFLICT (name, fingerprint) DO UPDATE SET opened = excluded.opened;
            END $lawful$",
            literal(&schema),
        );
        self.sure(connector, "opening a table", client.batch_execute(&prepare))
            .await
    }

    /// Has the name stand for this build, if it is the one that was opened last, and drops builds older than the one before.
    pub(super) async fn publish(
        &self,
        connector: &Connector,
        client: &Client,
    ) -> Result<(), Failure> {
        let (schema, lock) = (quoted(&self.schema), self.lock());
        let (name, fingerprint) = (literal(self.name), literal(&self.fingerprint));
        let (view, table) = (quoted(self.name), quoted(&self.table()));
        let taken = self.taken();
        let due = format!(
            "EXISTS (SELECT FROM {schema}.builds WHERE name = {name} AND fingerprint = {fingerprint} AND NOT published
                AND opened = (SELECT max(opened) FROM {schema}.builds WHERE name = {name}))"
        );
        let publish = format!(
            "DO $lawful$ DECLARE old text; BEGIN
                IF NOT {due} THEN RETURN; END IF;
                PERFORM {lock};
                IF NOT {due} THEN RETURN; END IF;
                {taken}
                DROP VIEW IF EXISTS {schema}.{view};
                CREATE VIEW {schema}.{view} AS SELECT * FROM {schema}.{table};
                UPDATE {schema}.builds SET published = (fingerprint = {fingerprint}) WHERE name = {name};
                FOR old IN
                    DELETE FROM {schema}.builds WHERE name = {name} AND fingerprint NOT IN (
                        SELECT fingerprint FROM {schema}.builds WHERE name = {name} ORDER BY opened DESC LIMIT 2)
                    RETURNING fingerprint
                LOOP
                    EXECUTE format('DROP TABLE %I.%I', {}, {name} || '_' || old);
                END LOOP;
            END $lawful$",
            literal(&self.schema),
        );
        self.sure(
            connector,
            "publishing a table",
            client.batch_execute(&publish),
        )
        .await
    }

    pub(super) async fn checkpoint(
        &self,
        connector: &Connector,
        client: &Client,
    ) -> Result<Option<Position>, Failure> {
        let query = format!(
            "SELECT checkpoint FROM {}.builds WHERE name = $1 AND fingerprint = $2",
            quoted(&self.schema)
        );
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 2] =
            [&self.name, &self.fingerprint];
        let found = client.query_opt(&query, &parameters);
        let found = connector.read("reading a checkpoint", found).await?;
        let Some(row) = found else {
            return Err(self.retired());
        };
        let text: Option<String> = row.get(0);
        text.map(|text| text.parse()).transpose().map_err(|error| {
            let message = format!("the checkpoint of `{}` cannot be read: {error}", self.name);
            Failure::new(FailureKind::Corrupt, message).because(error)
        })
    }

    fn lock(&self) -> String {
        format!("pg_advisory_xact_lock({LOCKS}, {})", key(&self.schema))
    }

    /// Raises an error where something that is not ours has the name.
    fn taken(&self) -> String {
        let (schema, name) = (literal(&self.schema), literal(self.name));
        format!(
            "IF EXISTS (
                SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = {schema} AND c.relname = {name} AND c.relkind <> 'v'
            ) THEN
                RAISE 'the schema % has a table named % already, which is not of this read model', {schema}, {name}
                    USING ERRCODE = '42P07', HINT = 'name the rows differently';
            END IF;"
        )
    }

    async fn sure(
        &self,
        connector: &Connector,
        doing: &str,
        answer: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Failure> {
        connector.read(doing, answer).await
    }

    fn retired(&self) -> Failure {
        let message = format!(
            "the rows of `{}` with the fingerprint `{}` were dropped after two newer builds; open the table again to have them made anew, or stop the old process",
            self.name, self.fingerprint
        );
        Failure::new(FailureKind::Other, message)
    }
}
