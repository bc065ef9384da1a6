package dev.braintrust.spring.jpa;

import java.io.IOException;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/**
 * Tests of {@link TraceContextColumns} with PostgreSQL, which runs in a separate process.
 */
@Tag("process")
class PostgresTraceContextColumnsTests extends AbstractTraceContextColumnsTests {

	private EmbeddedPostgres postgres;

	@Override
	String databaseUrl() throws IOException {
		this.postgres = EmbeddedPostgres.start();
		return this.postgres.getJdbcUrl("postgres", "postgres");
	}

	@AfterAll
	@Override
	void stop() throws Exception {
		super.stop();
		this.postgres.close();
	}

}
