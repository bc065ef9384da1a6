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
 * The traced clients of providers' SDKs. It is made for the first client, so nothing of
 * this package is loaded before there is one.
 */
public final class TracedSdkClients {

	// What writes to the log about clients of SDKs.
	public static final String LOG = "dev.braintrust.spring.ai.http.TracedSdkClients";

	private static final Log logger = LogFactory.getLog(LOG);

	// The clients that were made here, and what they were made of.
	private final Map<Object, Traced> traced = new WeakHashMap<>();

	// The interfaces that proxies are made of, one each.
	public static Stream<String> proxied() {
		return AsyncCalls.interfaces();
	}

	// Trace a client of OpenAI's SDK. One that does not let itself be traced is returned
	// as it is.
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
					+ "': its options do not let an HTTP client be put inside of it (" + ex.getClass().getName()
					+ ").");
			return client;
		}
	}

	private synchronized Object trace(Object client, SdkClients clients, String key, ProjectTracer tracer,
			@Nullable ProjectSettings settings) {
		Traced known = this.traced.get(client);
		if (known != null && known.tracer() == tracer) {
			return client;
		}
		// A client that another project traces leaves that one, also for one that is off.
		Object plain = (known != null) ? known.plain() : client;
		if (!tracer.isEnabled()) {
			return plain;
		}
		if (!isOfSdk(plain)) {
			logger.warn("A " + plain.getClass().getName() + " is not traced into the Braintrust project '" + key
					+ "': it is not of the SDK's own class, and what it does itself would be lost. Trace the client "
					+ "inside of it.");
			return plain;
		}
		Object traced = clients.trace(plain, new ClientTracing(key, tracer, settings));
		this.traced.put(traced, new Traced(plain, tracer));
		return traced;
	}

	// Options are changed on the client of the SDK. Another one may hand out what is
	// inside of it.
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
	 * What a traced client was made of.
	 */
	private record Traced(Object plain, ProjectTracer tracer) {
	}

}
