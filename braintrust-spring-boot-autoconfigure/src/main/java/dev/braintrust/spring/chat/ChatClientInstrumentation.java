package dev.braintrust.spring.chat;

import java.util.function.Function;

import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;

/**
 * Traces a {@link ChatClient}, or the clients of a {@link ChatClient.Builder}.
 */
public final class ChatClientInstrumentation implements ClientInstrumentation {

	private final Function<String, @Nullable ProjectSettings> settings;

	/**
	 * Create an instrumentation.
	 * @param settings gives the settings of a project by its key, if known
	 */
	public ChatClientInstrumentation(Function<String, @Nullable ProjectSettings> settings) {
		this.settings = settings;
	}

	@Override
	public @Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name) {
		if (client instanceof ChatClient chatClient) {
			ProjectChatClient traced = ProjectChatClient.traced(chatClient);
			ChatTracing current = (traced != null) ? traced.tracing() : null;
			return (traced != null && traced.isMoving() && isWanted(current, tracer, name)) ? chatClient
					: ProjectChatClient.trace(chatClient, tracing(current, key, tracer, name));
		}
		if (client instanceof ChatClient.Builder builder) {
			ChatTracing current = ProjectChatClientBuilder.tracing(builder);
			return isWanted(current, tracer, name) ? builder
					: ProjectChatClientBuilder.trace(builder, tracing(current, key, tracer, name));
		}
		return null;
	}

	private static boolean isWanted(@Nullable ChatTracing current, ProjectTracer tracer, @Nullable String name) {
		return current != null && current.tracer() == tracer && (name == null || name.equals(current.agent()));
	}

	private ChatTracing tracing(@Nullable ChatTracing current, String key, ProjectTracer tracer,
			@Nullable String name) {
		String kept = (current != null) ? current.agent() : key;
		return tracing(key, tracer, (name != null) ? name : kept);
	}

	/**
	 * How a client is traced into a project.
	 * @param key the key of the project
	 * @param tracer its tracer
	 * @param name the name of the task span
	 * @return the tracing
	 */
	ChatTracing tracing(String key, ProjectTracer tracer, String name) {
		ProjectSettings settings = this.settings.apply(key);
		return new ChatTracing(tracer, name, (settings != null) ? settings.capture().provider() : null,
				settings == null || settings.capture().output());
	}

}
