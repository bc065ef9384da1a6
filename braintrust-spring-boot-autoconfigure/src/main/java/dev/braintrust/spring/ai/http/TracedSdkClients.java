package dev.braintrust.spring.ai.http;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Stream;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The traced clients of providers' SDKs. It is created for the first client, so no class
 * of this package is loaded earlier.
 */
public final class TracedSdkClients {

	// The log category for SDK clients.
	public static final String LOG = "dev.braintrust.spring.ai.http.TracedSdkClients";

	private static final Log logger = LogFactory.getLog(LOG);

	// The original client and tracer of each traced client.
	private final Map<Object, Traced> traced = new WeakHashMap<>();

	// The names of the proxied interfaces. Each proxy has one of them.
	public static Stream<String> proxied() {
		return AsyncCalls.interfaces();
	}

	// Trace a client of OpenAI's SDK. Return it unchanged if it cannot be traced.
	public Object openAi(Object client, String key, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		return trace(client, () -> OpenAiClients.INSTANCE, key, tracer, settings);
	}

	// Trace a client of Anthropic's SDK.
	public Object anthropic(Object client, String key, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		return trace(client, () -> AnthropicClients.INSTANCE, key, tracer, settings);
	}

	private Object trace(Object client, Sdk sdk, String key, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		try {
			return trace(client, sdk.clients(), key, tracer, settings);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("A " + client.getClass().getName() + " is not traced into the Braintrust project '" + key
					+ "': its options do not accept another HTTP client (" + ex.getClass().getName() + ").");
			return client;
		}
	}

	private synchronized Object trace(Object client, SdkClients clients, String key, ProjectTracer tracer,
			@Nullable ProjectSettings settings) {
		Traced known = this.traced.get(client);
		if (known != null && known.tracer() == tracer) {
			return client;
		}
		// A client that is moved to another project is no longer traced into the first
		// one, even if tracing is off in the new one.
		Object plain = (known != null) ? known.plain() : client;
		if (!tracer.isEnabled()) {
			return plain;
		}
		if (!isOfSdk(plain)) {
			logger.warn("A " + plain.getClass().getName() + " is not traced into the Braintrust project '" + key
					+ "': its class is not the SDK's own, so its own behavior would be lost. Trace the client that "
					+ "it wraps.");
			return plain;
		}
		Object traced = clients.trace(plain, new ClientTracing(key, tracer, settings));
		this.traced.put(traced, new Traced(plain, tracer));
		return traced;
	}

	// Only the SDK's own clients can be changed by options. The options of a wrapper may
	// return the client inside it, without the wrapper.
	private static boolean isOfSdk(Object client) {
		String type = client.getClass().getName();
		return type.startsWith("com.openai.client.") || type.startsWith("com.anthropic.client.")
				|| AsyncCalls.isOf(client);
	}

	/**
	 * Loads a class that is compiled against an SDK, if the SDK is on the class path.
	 */
	private interface Sdk {

		SdkClients clients();

	}

	/**
	 * The original client and the tracer of a traced client.
	 */
	private record Traced(Object plain, ProjectTracer tracer) {
	}

}
