package dev.braintrust.spring.ai.chat;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.prompt.ChatOptions;

/**
 * A Spring AI builder whose clients are traced. It starts with the state of the original
 * builder.
 * <p>
 * Not final, because the application may have a proxy created for it.
 */
class ProjectChatClientBuilder extends DefaultChatClientBuilder {

	private final ChatTracing tracing;

	ProjectChatClientBuilder(DefaultChatClientRequestSpec defaults, ChatTracing tracing) {
		super(ProjectChatModel.untraced(ClientState.chatModel(defaults)), ClientState.observationRegistry(defaults),
				ClientState.clientConvention(defaults), ClientState.advisorConvention(defaults),
				ProjectToolCallingManager.AdvisorBuilder.untraced(ClientState.toolAdvisor(defaults)));
		this.tracing = tracing;
		copy(defaults, this.defaultRequest);
	}

	// Trace the clients of a builder. This tracing replaces the tracing that the builder
	// already has.
	static ChatClient.Builder trace(DefaultChatClientBuilder builder, ChatTracing tracing) {
		return new ProjectChatClientBuilder(ClientState.defaults(builder), tracing);
	}

	private static void copy(DefaultChatClientRequestSpec from, DefaultChatClientRequestSpec to) {
		String userText = from.getUserText();
		if (userText != null) {
			to.user(userText);
		}
		to.getUserParams().putAll(from.getUserParams());
		to.getUserMetadata().putAll(from.getUserMetadata());
		String systemText = from.getSystemText();
		if (systemText != null) {
			to.system(systemText);
		}
		to.getSystemParams().putAll(from.getSystemParams());
		to.getSystemMetadata().putAll(from.getSystemMetadata());
		to.getToolCallbacks().addAll(from.getToolCallbacks());
		to.getToolCallbackProviders().addAll(from.getToolCallbackProviders());
		to.getMessages().addAll(from.getMessages());
		to.getMedia().addAll(from.getMedia());
		to.getAdvisors().addAll(from.getAdvisors());
		to.getAdvisorParams().putAll(from.getAdvisorParams());
		to.getToolContext().putAll(from.getToolContext());
		to.templateRenderer(from.getTemplateRenderer());
		ChatOptions.Builder<?> options = ClientState.options(from);
		if (options != null) {
			to.options(options);
		}
	}

	static @Nullable ChatTracing tracing(Object builder) {
		// A proxy of this class has no state of its own.
		return (builder.getClass() == ProjectChatClientBuilder.class) ? ((ProjectChatClientBuilder) builder).tracing
				: null;
	}

	@Override
	public ChatClient build() {
		ChatClient client = super.build();
		return this.tracing.see(() -> ProjectChatClient.trace((DefaultChatClient) client, this.tracing), client);
	}

	@Override
	public ChatClient.Builder clone() {
		ChatClient.Builder builder = super.clone();
		return this.tracing.see(() -> trace((DefaultChatClientBuilder) builder, this.tracing), builder);
	}

}
