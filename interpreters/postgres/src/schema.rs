use crate::connection::Connector;
use lawful::log::LogId;
use lawful::{Failure, FailureKind, Uuid};
use tokio_postgres::{Client, Error};

/// Every version of the schema, in order: what leads to it from the one before.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// What all advisory locks of this crate start with: "lawf" in ASCII.
pub(crate) const LOCKS: i32 = 0x6c61_7766;

/// Opens the log in this schema, making it or bringing it up to date where needed, and says which log it is.
pub(crate) async fn open(connector: &Connector, schema: &str) -> Result<LogId, Failure> {
    const DOING: &str = "opening the log";
    let client = connector.connect(None).await?;
    let newest = MIGRATIONS.len();
    let mut found = connector.read(DOING, version(&client, schema)).await?;
    if found.version < newest {
        connector.read(DOING, migrate(&client, schema)).await?;
        found = connector.read(DOING, version(&client, schema)).await?;
    }
    match found {
        Found { version, .. } if version > newest => Err(Failure::new(
            FailureKind::NewerSchema,
            format!(
                "the log in schema `{schema}` of `{}` has version {version}, and this release knows versions up to {newest}; run a newer release",
                connector.place()
            ),
        )),
        Found { strange: true, .. } => Err(Failure::new(
            FailureKind::NotALog,
            format!(
                "the schema `{schema}` of `{}` holds tables that are no log; choose another schema",
                connector.place()
            ),
        )),
        Found { .. } => connector.read(DOING, identity(&client, schema)).await,
    }
}

#[derive(Debug)]
struct Found {
    /// 0: there is no log yet.
    version: usize,
    /// There is no log, and there are tables.
    strange: bool,
}

async fn version(client: &Client, schema: &str) -> Result<Found, Error> {
    let row = client
        .query_one(
            "SELECT
                EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'migrations'),
                EXISTS (SELECT FROM pg_tables WHERE schemaname = $1)",
            &[&schema],
        )
        .await?;
    let (known, tables) = (row.try_get::<_, bool>(0)?, row.try_get::<_, bool>(1)?);
    if !known {
        return Ok(Found {
            version: 0,
            strange: tables,
        });
    }
    let newest = format!("SELECT coalesce(max(version), 0) FROM \"{schema}\".migrations");
    let version: i32 = client.query_one(&newest, &[]).await?.try_get(0)?;
    Ok(Found {
        version: usize::try_from(version).unwrap_or(0),
        strange: false,
    })
}

/// Runs what is missing, in one transaction and under a lock, so that it happens once however many processes start together.
async fn migrate(client: &Client, schema: &str) -> Result<(), Error> {
    // The lock is a statement of its own: what comes after it must see what its last holder did.
    let begin = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({LOCKS}, {})",
        key(schema)
    );
    client.batch_execute(&begin).await?;
    let found = version(client, schema).await?;
    if !found.strange {
        for (number, migration) in (1..).zip(MIGRATIONS).skip(found.version) {
            if number == 1 {
                client.batch_execute(&first(schema)).await?;
            }
            let migration = migration
                .replace("{schema}", schema)
                .replace("{lock}", &LOCKS.to_string());
            client.batch_execute(&migration).await?;
            let done = format!("INSERT INTO \"{schema}\".migrations (version) VALUES ({number})");
            client.batch_execute(&done).await?;
        }
        if found.version == 0 {
            let (identity, _) = Uuid::new_v4().as_u64_pair();
            let born = format!(
                "INSERT INTO \"{schema}\".log (identity) VALUES ({})",
                identity.cast_signed()
            );
            client.batch_execute(&born).await?;
        }
    }
    // An error above ends the session, and with it the transaction.
    client.batch_execute("COMMIT").await
}

fn first(schema: &str) -> String {
    format!(
        "DO $$ BEGIN
            -- Whoever may not make a schema may still use one that was made for them.
            IF to_regnamespace('\"{schema}\"') IS NULL THEN CREATE SCHEMA \"{schema}\"; END IF;
        END $$;
        CREATE TABLE \"{schema}\".migrations (
            version integer PRIMARY KEY,
            applied_by text NOT NULL DEFAULT session_user,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )"
    )
}

async fn identity(client: &Client, schema: &str) -> Result<LogId, Error> {
    let identity = format!("SELECT identity FROM \"{schema}\".log");
    let identity: i64 = client.query_one(&identity, &[]).await?.try_get(0)?;
    Ok(LogId(identity.cast_unsigned()))
}

/// A number for the schema's name (FNV-1a). Two schemas with one number only wait for each other.
pub(crate) fn key(schema: &str) -> i32 {
    let hash = schema.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash.cast_signed()
}
