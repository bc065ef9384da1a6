package dev.braintrust.spring.sample.desk;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to do when the sample is started twice: an H2 file can be used by only one
 * process.
 */
class DatabaseInUseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

	// H2's DATABASE_ALREADY_OPEN_1.
	private static final int IN_USE = 90020;

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
		if (cause.getErrorCode() != IN_USE) {
			return null;
		}
		return new FailureAnalysis("The database of the sample is in use: the sample already runs in this directory.",
				"""
						Stop the other one, or give this one a database and a port of its own:

						    ./mvnw -q spring-boot:run -Dspring-boot.run.arguments="\
						--spring.datasource.url=jdbc:h2:mem:desk;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE \
						--server.port=0"

						Two that share their work need a database that takes several processes: \
						--spring.profiles.active=postgres""", cause);
	}

}
