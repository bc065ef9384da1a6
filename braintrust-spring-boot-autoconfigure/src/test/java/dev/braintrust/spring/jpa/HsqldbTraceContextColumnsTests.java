package dev.braintrust.spring.jpa;

/**
 * Tests of {@link TraceContextColumns} with HSQLDB.
 */
class HsqldbTraceContextColumnsTests extends AbstractTraceContextColumnsTests {

	@Override
	String databaseUrl() {
		return "jdbc:hsqldb:mem:conversations;hsqldb.tx=mvcc";
	}

}
