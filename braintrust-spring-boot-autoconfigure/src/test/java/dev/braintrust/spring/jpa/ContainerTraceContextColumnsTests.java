package dev.braintrust.spring.jpa;

import org.junit.jupiter.api.Tag;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * Tests of {@link TraceContextColumns} with PostgreSQL in a container. They are skipped
 * without Docker.
 */
@Testcontainers(disabledWithoutDocker = true)
@Tag("process")
class ContainerTraceContextColumnsTests extends AbstractTraceContextColumnsTests {

	@Container
	private static final PostgreSQLContainer POSTGRES = new PostgreSQLContainer("postgres:18-alpine");

	@Override
	String databaseUrl() {
		return POSTGRES.getJdbcUrl() + "&user=" + POSTGRES.getUsername() + "&password=" + POSTGRES.getPassword();
	}

}
