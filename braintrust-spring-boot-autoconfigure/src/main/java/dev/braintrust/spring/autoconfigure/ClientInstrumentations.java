package dev.braintrust.spring.autoconfigure;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ProjectTracer;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What traces clients that are no beans.
 */
final class ClientInstrumentations {

	private final Supplier<Stream<ClientInstrumentation>> all;

	ClientInstrumentations(Supplier<Stream<ClientInstrumentation>> all) {
		this.all = all;
	}

	@SuppressWarnings("unchecked")
	<T> T instrument(T client, String key, ProjectTracer tracer, @Nullable String name) {
		Assert.notNull(client, "'client' must not be null");
		return (T) this.all.get()
			.map((instrumentation) -> instrumentation.instrument(client, key, tracer, name))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("A " + client.getClass().getName()
					+ " cannot be traced into the Braintrust project '" + key + "'. A ChatClient and a "
					+ "ChatClient.Builder can, where Spring AI 2 is on the class path; so can what a "
					+ "ClientInstrumentation bean of the application knows. For anything else make a span around its "
					+ "calls with the ProjectTracer of the project."));
	}

}
