package dev.braintrust.spring.ai.http;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.content.CaptureGuard;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the clients of a project are traced.
 */
final class ClientTracing extends CaptureGuard {

	private final ProjectTracer tracer;

	private final @Nullable String provider;

	ClientTracing(String key, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		super(LogFactory.getLog(TracedSdkClients.LOG), "clients of the Braintrust project '" + key + "'", tracer);
		this.tracer = tracer;
		this.provider = (settings != null) ? settings.capture().provider() : null;
	}

	ProjectTracer tracer() {
		return this.tracer;
	}

	// The provider that the project names.
	@Nullable String provider() {
		return this.provider;
	}

}
