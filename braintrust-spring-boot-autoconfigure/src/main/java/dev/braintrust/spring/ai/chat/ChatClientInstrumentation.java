package dev.braintrust.spring.ai.chat;

import java.util.function.Function;

import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;

/**
 * Traces a {@link ChatClient}, or the clients of a {@link ChatClient.Builder}.
 */
public final class ChatClientInstrumentation implements ClientInstrumentation, AutoCloseable {

	// The log category for clients, as a string: on a version of Spring AI whose classes
	// cannot be extended, the class cannot be loaded, and the context must still start.
	public static final String LOG = "dev.braintrust.spring.ai.chat.ProjectChatClient";

	private static final Log logger = LogFactory.getLog(LOG);

	private final Function<String, @Nullable ProjectSettings> settings;

	private final TracedClients clients = new TracedClients();

	private final RunContext.ScheduledRuns scheduledRuns = new RunContext.ScheduledRuns();

	public ChatClientInstrumentation(Function<String, @Nullable ProjectSettings> settings) {
		this.settings = settings;
	}

	@Override
	public @Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name) {
		if (!(client instanceof ChatClient) && !(client instanceof ChatClient.Builder)) {
			return null;
		}
		try {
			Object traced = trace(client, key, tracer, name);
			return (traced != null) ? traced : client;
		}
		catch (LinkageError ex) {
			logger.warn("A " + client.getClass().getName() + " is not traced into the Braintrust project '" + key
					+ "': Spring AI " + ChatClient.class.getPackage().getImplementationVersion()
					+ " on the class path does not fit this starter (" + ex + ").");
			return client;
		}
	}

	private @Nullable Object trace(Object client, String key, ProjectTracer tracer, @Nullable String name) {
		ChatTracing current = this.clients.tracing(client);
		if (this.clients.isMoving(client) && isWanted(current, tracer, name)) {
			return client;
		}
		ChatTracing tracing = tracing(current, key, tracer, name);
		return (client instanceof ChatClient chatClient)
				? this.clients.client(chatClient, ChatClient.class, tracing, true)
				: this.clients.builder((ChatClient.Builder) client, ChatClient.Builder.class, tracing, true);
	}

	private static boolean isWanted(@Nullable ChatTracing current, ProjectTracer tracer, @Nullable String name) {
		return current != null && current.tracer() == tracer && (name == null || name.equals(current.agent()));
	}

	private ChatTracing tracing(@Nullable ChatTracing current, String key, ProjectTracer tracer,
			@Nullable String name) {
		String kept = (current != null) ? current.agent() : key;
		return tracing(key, tracer, (name != null) ? name : kept);
	}

	public TracedClients clients() {
		return this.clients;
	}

	public ChatTracing tracing(String key, ProjectTracer tracer, String name) {
		ProjectSettings settings = this.settings.apply(key);
		return new ChatTracing(tracer, name, (settings != null) ? settings.capture().provider() : null,
				settings == null || settings.capture().output(), this.scheduledRuns);
	}

	@Override
	public void close() {
		this.scheduledRuns.close();
	}

}
