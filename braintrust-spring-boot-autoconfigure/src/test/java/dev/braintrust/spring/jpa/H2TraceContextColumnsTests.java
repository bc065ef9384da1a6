package dev.braintrust.spring.jpa;

/**
 * Tests of {@link TraceContextColumns} with H2.
 */
class H2TraceContextColumnsTests extends AbstractTraceContextColumnsTests {

	@Override
	String databaseUrl() {
		return "jdbc:h2:mem:conversations;DB_CLOSE_DELAY=-1";
	}

}
